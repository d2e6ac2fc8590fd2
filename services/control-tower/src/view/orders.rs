//! Orders: how they stand.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CustomerId, OrderId, PartnerName, PoNumber, question::OrderStatusLine};
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DbErr, row,
    sea_query::{Alias, Order as Direction},
};
use serde::{Deserialize, Serialize};

use super::{
    Exception, TraceEntry,
    timeline::{entries, records},
};
use crate::domain::{
    case::{Case, State},
    order::{Line, Order, Stage},
};

/// The most orders in a list.
pub(super) const MAX_ORDERS: u64 = 50;

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
    let entries = entries(db, &order, records(db, order_id).await?).await?;
    let exception = |case| Exception::of(case, order.po_number.clone());
    let exceptions = cases.into_iter().map(exception).collect();
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
        exceptions,
        entries,
    }))
}
