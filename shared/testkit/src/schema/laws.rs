//! Tests of migrations on the toy service.

use contracts::{PoNumber, document::Faults, event::OrderCompleted};
use mesh::{
    Card, Context, DatabaseTransaction, DbErr, Decision, Inbound, Migration, OldService, Outputs,
    db, engine::Settings, row,
};
use sea_orm::ConnectionTrait as _;

use super::{a_schema_is_made_once, replica, steps};
use crate::{
    Bench, Database,
    toy::{Sent, Set, Toy, order, partner},
};

#[tokio::test]
async fn however_many_start_together_a_schema_is_made_once() {
    a_schema_is_made_once(Toy::default()).await;
}

/// A replica restarts after a newer release has migrated the schema.
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
    let told = OrderCompleted { order_id: order(1), partner: partner(), po_number };
    assert_eq!(old.event(&told).await.tally.applied, 1);
    assert!(steps(&newer).await.iter().any(|step| step.version == "0003_newer"));
}

/// A service whose second migration fails after the first statement.
#[derive(Debug)]
struct Torn;

impl From<Torn> for mesh::AnyService {
    fn from(service: Torn) -> Self {
        Self::old(service)
    }
}

impl OldService for Torn {
    const CARD: Card = Toy::CARD;
    const MIGRATIONS: &'static [Migration] = &[
        Migration { name: "0002_whole", sql: "CREATE TABLE whole (id TEXT)" },
        Migration { name: "0003_torn", sql: "CREATE TABLE torn (id TEXT); CREATE TABLE torn (x)" },
    ];
    type Message = ();
    type Set = Set;

    fn decode(&self, _inbound: &Inbound) -> Result<Option<()>, Faults> {
        Ok(None)
    }
    async fn load(&self, _tx: &DatabaseTransaction, _all: &[&()]) -> Result<Set, DbErr> {
        Ok(Set::default())
    }
    fn decide(&self, _set: &mut Set, (): &(), _context: &Context<'_>) -> Decision {
        Decision::Done(Outputs::default())
    }
}

/// Leftover tables would make every later start fail, because they cannot be created again.
#[tokio::test]
async fn a_step_that_fails_leaves_nothing_behind() {
    let home = Database::new();
    let database = db::connect(home.url(), "toy", db::Pool::of(1)).await.unwrap();
    assert!(db::migrate(Torn::MIGRATIONS, &database).await.is_err());
    let left = database.execute_unprepared("SELECT 1 FROM torn").await;
    assert!(left.is_err(), "a part of the step is there");
    db::migrate(Toy::MIGRATIONS, &database).await.unwrap();
}

/// Rows are locked in the byte order of their keys under every locale. Otherwise two batches could
/// deadlock.
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
