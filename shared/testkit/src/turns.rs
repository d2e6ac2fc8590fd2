//! Work that one replica does at a time.

use mesh::{db, turn::Turn};

use crate::Database;

#[tokio::test]
async fn one_replica_at_a_time_has_the_turn_and_its_end_is_the_next_ones() {
    let database = Database::new();
    let replica =
        async |service| db::connect(database.url(), service, db::Pool::of(3)).await.unwrap();
    let (one, two, other) = (replica("toy").await, replica("toy").await, replica("other").await);
    let turn = Turn::take(&one, "audit").await.unwrap().unwrap();
    // A file is of one process alone.
    let alone = !crate::database::on_postgres();
    assert_eq!(Turn::take(&two, "audit").await.unwrap().is_some(), alone);
    assert!(Turn::take(&two, "sweep").await.unwrap().is_some(), "other work");
    assert!(Turn::take(&other, "audit").await.unwrap().is_some(), "another service");
    turn.end().await.unwrap();
    let turn = Turn::take(&two, "audit").await.unwrap().unwrap();
    assert_eq!(Turn::take(&one, "audit").await.unwrap().is_some(), alone);
    // Whoever dies leaves the turn.
    drop(turn);
    two.close().await.unwrap();
    assert!(Turn::take(&one, "audit").await.unwrap().is_some());
}
