//! Customers' credit added up anew, from the rows that the kept figures are sums of.

use contracts::{Currency, OrderId};
use mesh::{
    DbErr, QueryResult,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Query, SelectStatement},
};
use sea_orm::ConnectionTrait;

use crate::domain::{
    credit::{Account, Credit},
    line::Line,
    order::Order,
};

/// Orders that are added up at a time.
const PAGE: u64 = 500;

/// The value that a customer has on order, by the lines of its orders.
///
/// # Errors
/// When the database fails, or a sum is too large.
pub async fn on_order(db: &impl ConnectionTrait, account: &Account) -> Result<i128, DbErr> {
    let too_large = |_| DbErr::Custom("what a customer has on order is too large".to_owned());
    let mut sum = 0_i128;
    let mut after = None;
    loop {
        let orders: Vec<Order> = row::fetch(db, &accepted(account, after)).await?;
        let Some(last) = orders.last() else { return Ok(sum) };
        after = Some(last.order_id);
        let ids = orders.iter().map(|order| order.order_id);
        let lines: Vec<Line> = row::find(db, "order_id", ids).await?;
        for order in &orders {
            let Some(taken) = order.taken() else { continue };
            let lines = lines.iter().filter(|line| line.order_id == order.order_id);
            sum += i128::from(taken.part_anew(lines).map_err(too_large)?);
        }
    }
}

fn accepted((customer_id, currency): &Account, after: Option<OrderId>) -> SelectStatement {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Order>();
    select.and_where(Expr::cust("status = 'accepted'"));
    select.and_where(column("customer_id").eq(customer_id.value()));
    select.and_where(column("currency").eq(currency.value()));
    if let Some(after) = after {
        select.and_where(column("order_id").gt(after.value()));
    }
    select.order_by(Alias::new("order_id"), Direction::Asc).limit(PAGE);
    select
}

/// The amount that a customer owes, by the documents that said so.
///
/// # Errors
/// When the database fails.
pub async fn owed(db: &impl ConnectionTrait, account: &Account) -> Result<i128, DbErr> {
    let mut select = sum_of_owed();
    select.and_where(Expr::col(Alias::new("customer_id")).eq(account.0.value()));
    select.and_where(Expr::col(Alias::new("currency")).eq(account.1.value()));
    let row = db.query_one(&select).await?;
    row.map_or(Ok(0), |row| wide(&row, "owed"))
}

/// Cash of which nobody knows who paid it, by currency.
///
/// # Errors
/// When the database fails.
pub async fn nobodys(db: &impl ConnectionTrait) -> Result<Vec<(Currency, i128)>, DbErr> {
    let mut select = sum_of_owed();
    select.column(Alias::new("currency"));
    select.and_where(Expr::col(Alias::new("customer_id")).is_null());
    select.add_group_by([Expr::col(Alias::new("currency"))]);
    let rows = db.query_all(&select).await?;
    rows.iter().map(|row| Ok((Cell::read(row, "currency")?, wide(row, "owed")?))).collect()
}

fn sum_of_owed() -> SelectStatement {
    let mut select = Query::select();
    for (half, sum) in halves("owed", "amount") {
        select.expr_as(Expr::cust(sum), Alias::new(half));
    }
    select.from(Alias::new("owed"));
    select
}

/// The factor by which a sum is cut in two.
const HALF: i128 = 1_000_000_000;

/// The sum of a column of minor units in two parts, with their names: neither grows beyond 64 bits,
/// which the whole does (D2).
#[must_use]
pub fn halves(name: &str, column: &str) -> [(String, String); 2] {
    let sum = |part: String| format!("CAST(COALESCE(SUM({part}), 0) AS BIGINT)");
    [
        (format!("{name}_high"), sum(format!("{column} / {HALF}"))),
        (format!("{name}_low"), sum(format!("{column} % {HALF}"))),
    ]
}

/// The sum that [`halves`] are of.
///
/// # Errors
/// When a column is missing.
pub fn wide(row: &QueryResult, name: &str) -> Result<i128, DbErr> {
    let half = |which| row.try_get::<i64>("", &format!("{name}_{which}")).map(i128::from);
    Ok(half("high")? * HALF + half("low")?)
}

/// Orders that wait for credit and for nothing else.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let mut select = Query::select();
    let sum = Expr::cust("CAST(COALESCE(SUM(waiting), 0) AS BIGINT)");
    select.expr_as(sum, Alias::new("waiting")).from(Alias::new(Credit::TABLE));
    let row = db.query_one(&select).await?;
    row.map_or(Ok(0), |row| Cell::read(&row, "waiting"))
}
