//! Rule F6: what is on its way to warehouses that are reached otherwise than over NATS alone, as
//! rows, and their queries. A row commits with its document and is kept until it is delivered, so
//! that a warehouse which is down and a restart lose nothing.

mod sending;
pub mod write;

use std::time::Duration;

use contracts::{WarehouseId, document::ShipConfirm};
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DatabaseTransaction, DbErr, Json,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, Order, Query},
};
use sea_orm::{ConnectionTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait};

pub use sending::sending;

/// A document for a warehouse.
#[derive(Debug, Clone)]
pub struct Delivery {
    /// Whose it is.
    pub warehouse_id: WarehouseId,
    /// Its `ce-id`: the same document has the same one however often it is sent.
    pub id: String,
    /// Its place in the warehouse's queue.
    pub position: u64,
    /// Its name in subjects.
    pub document: String,
    /// What it is written in.
    pub content_type: String,
    /// Where in the warehouse's folder it is dropped; none for a webhook.
    pub file: Option<String>,
    /// It.
    pub body: Vec<u8>,
    /// When it was decided.
    pub written_at: Timestamp,
    /// How often it was tried.
    pub attempts: u64,
    /// Why it was not delivered the last time.
    pub last_error: Option<String>,
    /// When it was delivered.
    pub delivered_at: Option<Timestamp>,
}

/// A number that is counted up: a place in a queue, a control number.
#[derive(Debug, Clone)]
pub struct Counter {
    /// Of what.
    pub name: String,
    /// The last one.
    pub last: u64,
}

/// Who delivers to a warehouse.
#[derive(Debug, Clone)]
pub struct Lease {
    /// To whom.
    pub warehouse_id: WarehouseId,
    /// Which replica.
    pub holder: String,
    /// Until when, unless it is renewed.
    pub held_until: Timestamp,
}

/// A confirmation that came as a file and is not decided yet.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Derived from the interchange and its place there.
    pub id: String,
    /// From whom.
    pub warehouse_id: WarehouseId,
    /// The file.
    pub file: String,
    /// What it says.
    pub body: Json<ShipConfirm>,
    /// When it came.
    pub received_at: Timestamp,
    /// When it is decided, or decided again.
    pub due_at: Timestamp,
}

/// An interchange that came as a file.
#[derive(Debug, Clone)]
pub struct Arrived {
    /// From whom.
    pub warehouse_id: WarehouseId,
    /// Its sender and its control number.
    pub number: String,
    /// What it says.
    pub digest: String,
    /// The delivery that answers it.
    pub answer: String,
    /// When it came.
    pub received_at: Timestamp,
}

mesh::row!(Delivery in "deliveries" by (warehouse_id: WarehouseId, id: String) {
    warehouse_id, id, position, document, content_type, file, body, written_at, attempts,
    last_error, delivered_at
});
mesh::row!(Counter in "delivery_counters" by (name: String) { name, last });
mesh::row!(Lease in "delivery_leases" by (warehouse_id: WarehouseId) {
    warehouse_id, holder, held_until
});
mesh::row!(Arrival in "arrivals" by (id: String) {
    id, warehouse_id, file, body, received_at, due_at
});
mesh::row!(Arrived in "arrived_interchanges" by (warehouse_id: WarehouseId, number: String) {
    warehouse_id, number, digest, answer, received_at
});

fn column(name: &str) -> Expr {
    Expr::col(Alias::new(name))
}

/// A transaction of the background's own, over its own tables. It may write: SQLite takes its write
/// lock at once, so that it never has to be refused half way.
pub async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let immediate = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode: immediate, ..Default::default() };
    db.begin_with_options(options).await
}

/// Commits what [`begin`] began. No decision is among it.
pub async fn commit(tx: DatabaseTransaction) -> Result<(), DbErr> {
    #[expect(clippy::disallowed_methods, reason = "deliveries and files; no decision")]
    tx.commit().await
}

/// The oldest documents that a warehouse has not got.
pub async fn pending(
    db: &DatabaseConnection,
    warehouse_id: &WarehouseId,
    limit: u64,
) -> Result<Vec<Delivery>, DbErr> {
    let mut select = row::select::<Delivery>();
    select.and_where(column("warehouse_id").eq(warehouse_id.value()));
    select.and_where(column("delivered_at").is_null());
    select.order_by(Alias::new("position"), Order::Asc).limit(limit);
    row::fetch(db, &select).await
}

/// A document was delivered, or was not and why.
pub async fn tried(
    db: &DatabaseConnection,
    delivery: &Delivery,
    failure: Option<&str>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut update = Query::update();
    update.table(Alias::new("deliveries"));
    update.value(Alias::new("attempts"), delivery.attempts.saturating_add(1).value());
    update.value(Alias::new("last_error"), failure.map(str::to_owned).value());
    update.value(Alias::new("delivered_at"), failure.is_none().then_some(now).value());
    update.and_where(column("warehouse_id").eq(delivery.warehouse_id.value()));
    update.and_where(column("id").eq(delivery.id.value()));
    db.execute(&update).await.map(|_| ())
}

/// How many documents a warehouse has not got, and since when it has not got the oldest.
pub async fn backlog(
    db: &DatabaseConnection,
    warehouse_id: &WarehouseId,
) -> Result<(i64, Option<Timestamp>), DbErr> {
    let mut select = Query::select();
    select.from(Alias::new("deliveries"));
    select.expr_as(column("id").count(), Alias::new("number"));
    select.expr_as(column("written_at").min(), Alias::new("oldest"));
    select.and_where(column("warehouse_id").eq(warehouse_id.value()));
    select.and_where(column("delivered_at").is_null());
    let Some(found) = db.query_one(&select).await? else { return Ok((0, None)) };
    Ok((found.try_get("", "number")?, Cell::read(&found, "oldest")?))
}

/// Takes or keeps a warehouse's lane, so that replicas do not send the same at the same time.
/// Whether it is ours.
pub async fn hold(db: &DatabaseConnection, lease: &Lease, now: Timestamp) -> Result<bool, DbErr> {
    let mut insert = Query::insert();
    insert.into_table(Alias::new("delivery_leases"));
    insert.columns(["warehouse_id", "holder", "held_until"].map(Alias::new));
    insert.values_panic(
        [lease.warehouse_id.value(), lease.holder.value(), lease.held_until.value()].map(Expr::val),
    );
    let table = Alias::new("delivery_leases");
    let held = |name: &str| Expr::col((table.clone(), Alias::new(name)));
    let mut conflict = OnConflict::column(Alias::new("warehouse_id"));
    conflict.update_columns(["holder", "held_until"].map(Alias::new));
    conflict.action_and_where(
        held("holder").eq(lease.holder.value()).or(held("held_until").lt(now.value())),
    );
    insert.on_conflict(conflict);
    Ok(db.execute(&insert).await?.rows_affected() == 1)
}

/// Gives a lane back, so that another replica need not wait for the lease to end.
pub async fn let_go(db: &DatabaseConnection, lease: &Lease) -> Result<(), DbErr> {
    let mut delete = Query::delete();
    delete.from_table(Alias::new("delivery_leases"));
    delete.and_where(column("warehouse_id").eq(lease.warehouse_id.value()));
    delete.and_where(column("holder").eq(lease.holder.value()));
    db.execute(&delete).await.map(|_| ())
}

/// Confirmations that are to be decided now, oldest first.
pub async fn due_arrivals(
    tx: &DatabaseTransaction,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Arrival>, DbErr> {
    let mut select = row::select::<Arrival>();
    select.and_where(column("due_at").lte(now.value()));
    select.order_by(Alias::new("due_at"), Order::Asc).order_by(Alias::new("id"), Order::Asc);
    row::fetch(tx, select.limit(limit)).await
}

/// How many confirmations of files are not decided.
pub async fn undecided(db: &DatabaseConnection) -> Result<i64, DbErr> {
    let mut select = Query::select();
    select.from(Alias::new("arrivals")).expr_as(column("id").count(), Alias::new("number"));
    let found = db.query_one(&select).await?;
    found.map_or(Ok(0), |found| found.try_get("", "number"))
}

/// Forgets what was delivered and answered before `kept`.
pub async fn forget(
    db: &DatabaseConnection,
    warehouse_id: &WarehouseId,
    kept: Duration,
    now: Timestamp,
) -> Result<(), DbErr> {
    let before = now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    for (table, since) in [("deliveries", "delivered_at"), ("arrived_interchanges", "received_at")]
    {
        let mut delete = Query::delete();
        delete.from_table(Alias::new(table));
        delete.and_where(column("warehouse_id").eq(warehouse_id.value()));
        delete.and_where(column(since).lt(before.value()));
        db.execute(&delete).await?;
    }
    Ok(())
}
