//! The queue of each warehouse: documents in the order in which they were decided.

use std::time::Duration;

use contracts::WarehouseId;
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DatabaseTransaction, DbErr,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order, Query},
};
use sea_orm::ConnectionTrait;

use super::{counters::take_numbers, rows::Delivery};

/// A document for a warehouse, before it has a position in the queue.
#[derive(Debug)]
pub struct NewDelivery {
    /// The `ce-id`.
    pub id: String,
    /// The document's name in subjects.
    pub document: String,
    pub content_type: &'static str,
    /// The path in the warehouse's folder; `None` for a webhook.
    pub file: Option<String>,
    pub body: Vec<u8>,
}

/// Appends documents to a warehouse's queue. The queue's counter is locked, so that positions are in
/// the order in which transactions commit.
pub async fn enqueue(
    tx: &DatabaseTransaction,
    warehouse_id: &WarehouseId,
    documents: Vec<NewDelivery>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let number = u64::try_from(documents.len()).unwrap_or(u64::MAX);
    let first = take_numbers(tx, &format!("queue {warehouse_id}"), 0, number).await?;
    let rows: Vec<Delivery> = (first..)
        .zip(documents)
        .map(|(position, document)| Delivery {
            warehouse_id: warehouse_id.clone(),
            id: document.id,
            position,
            document: document.document,
            content_type: document.content_type.to_owned(),
            file: document.file,
            body: document.body,
            written_at: now,
            attempts: 0,
            last_error: None,
            delivered_at: None,
        })
        .collect();
    row::insert(tx, &rows).await
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

/// Records an attempt: a delivery, or the reason of the failure.
pub async fn record_attempt(
    db: &DatabaseConnection,
    delivery: &Delivery,
    failure: Option<&str>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let mut update = Query::update();
    update.table(Alias::new("deliveries"));
    update.value(Alias::new("attempts"), (delivery.attempts + 1).value());
    update.value(Alias::new("last_error"), failure.map(str::to_owned).value());
    update.value(Alias::new("delivered_at"), failure.is_none().then_some(now).value());
    update.and_where(column("warehouse_id").eq(delivery.warehouse_id.value()));
    update.and_where(column("id").eq(delivery.id.value()));
    db.execute(&update).await.map(|_| ())
}

/// Counts the documents that a warehouse has not got, with the time of the oldest.
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

/// Deletes what was delivered and answered longer than `kept` ago.
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

fn column(name: &str) -> Expr {
    Expr::col(Alias::new(name))
}
