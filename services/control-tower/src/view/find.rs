//! Orders by what people know of them.

use contracts::OrderId;
use mesh::{
    DatabaseConnection, DbErr, row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Query, SelectStatement},
};

use super::orders::{MAX_ORDERS, order};
use crate::domain::order::Order;

/// The orders of a PO number of any buyer, latest first.
///
/// # Errors
/// When the database fails.
pub async fn by_po_number(db: &DatabaseConnection, number: &str) -> Result<Vec<Order>, DbErr> {
    let mut select = row::select::<Order>();
    select.and_where(Expr::col(Alias::new("po_number")).eq(number));
    latest_first(db, select).await
}

/// The orders that a person may mean by an order id, a PO number, or the number of an invoice, a
/// credit memo, a shipment, a parcel, a payment or a return; latest first.
///
/// # Errors
/// When the database fails.
pub async fn matching(db: &DatabaseConnection, text: &str) -> Result<Vec<Order>, DbErr> {
    if let Ok(order_id) = text.parse::<OrderId>()
        && let Some(order) = order(db, order_id).await?
    {
        return Ok(vec![order]);
    }
    let found = by_po_number(db, text).await?;
    if found.is_empty() { by_name(db, text).await } else { Ok(found) }
}

async fn by_name(db: &DatabaseConnection, name: &str) -> Result<Vec<Order>, DbErr> {
    let mut named = Query::select();
    named.column(Alias::new("order_id")).from(Alias::new("order_names"));
    named.and_where(Expr::col(Alias::new("name")).eq(name));
    let mut select = row::select::<Order>();
    select.and_where(Expr::col(Alias::new("order_id")).in_subquery(named));
    latest_first(db, select).await
}

async fn latest_first(
    db: &DatabaseConnection,
    mut select: SelectStatement,
) -> Result<Vec<Order>, DbErr> {
    select.order_by(Alias::new("opened_at"), Direction::Desc).limit(MAX_ORDERS);
    row::fetch(db, &select).await
}
