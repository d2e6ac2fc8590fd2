//! Tests of work that only one replica does at a time.

use std::{future::pending, time::Duration};

use mesh::{DatabaseConnection, DbErr, db, singleton};
use tokio::time::timeout;

use testkit::Database;

async fn has(db: &DatabaseConnection, work: &str) -> bool {
    let done = singleton::run_exclusive(db, work, async { Ok::<_, DbErr>(()) }).await;
    done.unwrap().is_some()
}

#[tokio::test]
async fn one_replica_at_a_time_has_the_turn_and_its_end_is_the_next_ones() {
    let database = Database::new();
    let replica =
        async |service| db::connect(database.url(), service, db::Pool::of(3)).await.unwrap();
    let (one, two, other) = (replica("toy").await, replica("toy").await, replica("other").await);
    // A SQLite file belongs to one process.
    let alone = !testkit::on_postgres();
    let meanwhile = singleton::run_exclusive(&one, "audit", async {
        assert_eq!(has(&two, "audit").await, alone);
        assert!(has(&two, "sweep").await, "other work");
        assert!(has(&other, "audit").await, "another service");
        Ok::<_, DbErr>(())
    });
    assert!(meanwhile.await.unwrap().is_some());
    // A replica that fails or dies gives up its turn.
    let failed = async { Err::<(), _>(DbErr::Custom("no".to_owned())) };
    singleton::run_exclusive(&two, "audit", failed).await.unwrap_err();
    assert!(has(&one, "audit").await);
    let never = singleton::run_exclusive(&two, "audit", pending::<Result<(), DbErr>>());
    timeout(Duration::from_millis(300), never).await.unwrap_err();
    two.close().await.unwrap();
    assert!(has(&one, "audit").await);
}
