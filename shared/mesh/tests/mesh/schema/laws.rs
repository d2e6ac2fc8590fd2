//! Migration of a schema, on the service whose decisions are steered by what it is
//! sent.

use contracts::{PoNumber, event::OrderCompleted};
use mesh::{Migration, Service as _, db, engine::Settings, row};
use sea_orm::ConnectionTrait as _;
use testkit::{Bench, Database, a_schema_is_made_once, replica, steps};

use crate::toy::{Sent, Toy, order, partner};

#[tokio::test]
async fn however_many_start_together_a_schema_is_made_once() {
    a_schema_is_made_once(Toy::default()).await;
}

/// A replica that starts again while a newer release has brought the schema further already.
#[tokio::test]
async fn an_old_replica_starts_and_works_beside_a_newer_schema() {
    let home = Database::new();
    let newer = replica(&Toy::default().into(), home.url()).await;
    let step = "ALTER TABLE ticks ADD COLUMN note TEXT; \
        INSERT INTO seaql_migrations (version, applied_at) VALUES ('0003_newer', 1)";
    newer.execute_unprepared(step).await.unwrap();
    let url = Some(home.url().to_owned());
    let mut old = Bench::with(Toy::default(), url, Settings::default()).await;
    let po_number = PoNumber::new("ok").unwrap();
    let completed = OrderCompleted { order_id: order(1), partner: partner(), po_number };
    assert_eq!(old.event(&completed).await.tally.applied, 1);
    assert!(steps(&newer).await.iter().any(|step| step.version == "0003_newer"));
}

/// Steps of which the second fails after its first statement.
const TORN: &[Migration] = &[
    Migration { name: "0002_whole", sql: "CREATE TABLE whole (id TEXT)" },
    Migration { name: "0003_torn", sql: "CREATE TABLE torn (id TEXT); CREATE TABLE torn (x)" },
];

/// Else nothing would start there any more: what is there already cannot be made again.
#[tokio::test]
async fn a_step_that_fails_leaves_nothing_behind() {
    let home = Database::new();
    let database = db::connect(home.url(), "toy", db::Pool::of(1)).await.unwrap();
    assert!(db::migrate(TORN, &database).await.is_err());
    let left = database.execute_unprepared("SELECT 1 FROM torn").await;
    assert!(left.is_err(), "a part of the step is there");
    db::migrate(Toy::MIGRATIONS, &database).await.unwrap();
}

/// Whatever a database's locale: rows are locked in the order in which memory has their keys, or
/// two batches wait for each other.
#[tokio::test]
async fn text_is_in_the_order_of_its_bytes() {
    let bench = Bench::new(Toy::default()).await;
    let ids = ["B", "a", "é", "a-b", "aa", "A", "Z", "_", "1", "b"];
    let rows = ids.map(|id| Sent { id: id.to_owned(), document: String::new() });
    row::insert(bench.database(), &rows).await.unwrap();
    let mut sorted = ids.map(str::to_owned).to_vec();
    sorted.sort();
    let found: Vec<Sent> = row::find(bench.database(), "id", ids.map(str::to_owned)).await.unwrap();
    let found: Vec<String> = found.into_iter().map(|row| row.id).collect();
    assert_eq!(found, sorted);
}
