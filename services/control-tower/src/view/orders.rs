//! Orders: how they stand and what happened to them.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CustomerId, OrderId, PartnerName, PoNumber, question::OrderStatusLine};
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DbErr,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Query},
};
use serde::{Deserialize, Serialize};

use super::Exception;
use crate::domain::{
    case::{Case, State},
    causal,
    order::{Line, Order, Stage},
    record::Record,
};

/// The most orders in a list.
const MAX_ORDERS: u64 = 50;
/// The most events of an order that are shown, so that no order can make an answer without bound.
const MAX_EVENTS: u64 = 2_000;

/// What happened to one order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number; empty as long as no event has said it.
    pub po_number: String,
    /// How it stands.
    pub status: Stage,
    /// What happened: every event after what caused it.
    pub entries: Vec<TraceEntry>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraceEntry {
    /// When.
    pub occurred_at: Timestamp,
    /// Who said it.
    pub service: String,
    /// The kind of aggregate.
    pub aggregate: String,
    /// What happened, such as `accepted`.
    pub event: String,
    /// The same in words.
    pub summary: String,
}

/// All that is known of one order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderDetail {
    /// The order.
    pub order_id: OrderId,
    /// The buyer's number; none as long as no event has said it.
    pub po_number: Option<PoNumber>,
    /// The buyer.
    pub partner: Option<PartnerName>,
    /// Who pays.
    pub customer_id: Option<CustomerId>,
    /// How it stands.
    pub status: Stage,
    /// When its first event happened.
    pub opened_at: Timestamp,
    /// When it was accepted or released first.
    pub accepted_at: Option<Timestamp>,
    /// When its first invoice was posted.
    pub invoiced_at: Option<Timestamp>,
    /// When it was completed.
    pub completed_at: Option<Timestamp>,
    /// How many invoices it has.
    pub invoices: i64,
    /// How many of them are settled.
    pub settled: i64,
    /// Its lines, in stock units.
    pub lines: Vec<OrderStatusLine>,
    /// Its exceptions, settled ones too; not those that may never be any.
    pub exceptions: Vec<Exception>,
    /// What happened.
    pub entries: Vec<TraceEntry>,
}

impl From<Record> for TraceEntry {
    fn from(record: Record) -> Self {
        let Record { occurred_at, service, aggregate, event, summary, .. } = record;
        // The record's event is `<aggregate>.<event>`.
        let event = event.split_once('.').map_or(event.clone(), |(_, name)| name.to_owned());
        Self { occurred_at, service, aggregate, event, summary }
    }
}

impl From<Line> for OrderStatusLine {
    fn from(line: Line) -> Self {
        Self {
            line: line.line,
            sku: line.sku,
            ordered: line.ordered,
            reserved: line.reserved,
            backordered: line.backordered,
            shipped: line.shipped,
            cancelled: line.cancelled,
            invoiced: line.invoiced,
            returned: line.returned,
        }
    }
}

/// An order.
///
/// # Errors
/// When the database fails.
pub async fn order(db: &DatabaseConnection, order_id: OrderId) -> Result<Option<Order>, DbErr> {
    Ok(row::find(db, "order_id", [order_id]).await?.pop())
}

/// These orders, by id.
///
/// # Errors
/// When the database fails.
pub async fn orders(
    db: &DatabaseConnection,
    ids: BTreeSet<OrderId>,
) -> Result<BTreeMap<OrderId, Order>, DbErr> {
    let orders: Vec<Order> = row::find(db, "order_id", ids).await?;
    Ok(orders.into_iter().map(|order| (order.order_id, order)).collect())
}

/// The orders of a PO number, whoever the buyer is, latest first.
///
/// # Errors
/// When the database fails.
pub async fn by_po_number(db: &DatabaseConnection, number: &str) -> Result<Vec<Order>, DbErr> {
    let mut select = row::select::<Order>();
    select.and_where(Expr::col(Alias::new("po_number")).eq(number));
    select.order_by(Alias::new("opened_at"), Direction::Desc).limit(MAX_ORDERS);
    row::fetch(db, &select).await
}

/// The orders that a person may mean by an order id or a PO number, latest first.
///
/// # Errors
/// When the database fails.
pub async fn matching(db: &DatabaseConnection, text: &str) -> Result<Vec<Order>, DbErr> {
    let by_id = match text.parse::<OrderId>() {
        Ok(order_id) => order(db, order_id).await?,
        Err(_) => None,
    };
    match by_id {
        Some(order) => Ok(vec![order]),
        None => by_po_number(db, text).await,
    }
}

/// The latest orders.
///
/// # Errors
/// When the database fails.
pub async fn latest(db: &DatabaseConnection) -> Result<Vec<Order>, DbErr> {
    let mut select = row::select::<Order>();
    select.order_by(Alias::new("opened_at"), Direction::Desc).limit(MAX_ORDERS);
    row::fetch(db, &select).await
}

/// The lines of an order.
///
/// # Errors
/// When the database fails.
pub async fn lines(
    db: &DatabaseConnection,
    order_id: OrderId,
) -> Result<Vec<OrderStatusLine>, DbErr> {
    let lines: Vec<Line> = row::find(db, "order_id", [order_id]).await?;
    Ok(lines.into_iter().map(OrderStatusLine::from).collect())
}

/// The events of an order, every one after what caused it.
///
/// # Errors
/// When the database fails.
pub async fn records(db: &DatabaseConnection, order_id: OrderId) -> Result<Vec<Record>, DbErr> {
    let of_order = || Expr::col(Alias::new("order_id")).eq(order_id.value());
    let mut shared = Query::select();
    shared.column(Alias::new("event_id")).from(Alias::new("event_orders")).and_where(of_order());
    let shared = Expr::col(Alias::new("id")).in_subquery(shared);
    let mut select = row::select::<Record>();
    select.and_where(of_order().or(shared));
    select.order_by(Alias::new("occurred_at"), Direction::Asc).limit(MAX_EVENTS);
    Ok(causal::sorted(row::fetch(db, &select).await?))
}

/// All that is known of an order.
///
/// # Errors
/// When the database fails.
pub async fn detail(
    db: &DatabaseConnection,
    order_id: OrderId,
) -> Result<Option<OrderDetail>, DbErr> {
    let Some(order) = order(db, order_id).await? else { return Ok(None) };
    let mut cases: Vec<Case> = row::find(db, "order_id", [order_id]).await?;
    cases.retain(|case| case.state != State::Pending);
    cases.sort_by_key(|case| case.raised_at);
    Ok(Some(OrderDetail {
        order_id,
        po_number: order.po_number,
        partner: order.partner,
        customer_id: order.customer_id,
        status: order.status,
        opened_at: order.opened_at,
        accepted_at: order.accepted_at,
        invoiced_at: order.invoiced_at,
        completed_at: order.completed_at,
        invoices: order.invoices,
        settled: order.settled,
        lines: lines(db, order_id).await?,
        exceptions: cases.into_iter().map(Exception::from).collect(),
        entries: records(db, order_id).await?.into_iter().map(TraceEntry::from).collect(),
    }))
}
