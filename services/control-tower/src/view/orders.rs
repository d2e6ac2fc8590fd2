//! Orders and lines of the read model.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{OrderId, question::OrderStatusLine};
use mesh::{
    DatabaseConnection, DbErr, row,
    sea_query::{Alias, Order as Direction},
};

use crate::domain::{line::Line, order::Order};

/// The most orders in a list.
pub(super) const MAX_ORDERS: u64 = 50;

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

/// An order by its id.
///
/// # Errors
/// When the database fails.
pub async fn order(db: &DatabaseConnection, order_id: OrderId) -> Result<Option<Order>, DbErr> {
    Ok(row::find(db, "order_id", [order_id]).await?.pop())
}

/// Orders, in a map by their ids.
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

/// The orders that were opened last.
///
/// # Errors
/// When the database fails.
pub async fn latest(db: &DatabaseConnection) -> Result<Vec<Order>, DbErr> {
    let mut select = row::select::<Order>();
    select.order_by(Alias::new("opened_at"), Direction::Desc).limit(MAX_ORDERS);
    row::fetch(db, &select).await
}

/// The lines of an order, in stock units.
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
