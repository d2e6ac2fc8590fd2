//! One order with all that belongs to it.

use contracts::{CustomerId, OrderId, PartnerName, PoNumber, question::OrderStatusLine};
use jiff::Timestamp;
use mesh::{DatabaseConnection, DbErr, row};
use serde::{Deserialize, Serialize};

use super::{
    cases::Exception,
    orders::{lines, order},
    timeline::{TraceEntry, entries, records},
};
use crate::domain::{
    case::{Case, State},
    status::Stage,
};

/// An order with everything about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderDetail {
    pub order_id: OrderId,
    pub po_number: Option<PoNumber>,
    pub partner: Option<PartnerName>,
    pub customer_id: Option<CustomerId>,
    pub status: Stage,
    /// The time of its first event.
    pub opened_at: Timestamp,
    /// The time of its first acceptance or release.
    pub accepted_at: Option<Timestamp>,
    /// The time of its first invoice.
    pub invoiced_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    pub invoices: i64,
    /// The number of its settled invoices.
    pub settled: i64,
    /// Lines in stock units.
    pub lines: Vec<OrderStatusLine>,
    /// Open and settled exceptions; not pending ones.
    pub exceptions: Vec<Exception>,
    pub entries: Vec<TraceEntry>,
}

/// An order with everything about it.
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
        status: order.stage,
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
