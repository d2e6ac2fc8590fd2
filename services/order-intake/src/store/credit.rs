//! Customers' credit: its rows locked, and the orders that may fit now.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CustomerId, Money, OrderId};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};

use crate::domain::{
    credit::{Account, Credit, is_active},
    master::Customer,
    order::Order,
};

/// Customers that one step looks at.
const STEP: u64 = 32;

/// The end of a look at a customer's credit that has changed.
#[derive(Debug)]
pub enum Room {
    /// An order that waits for it may fit now.
    For(OrderId),
    /// Nobody who waits for it fits, after so many changes of it.
    ForNobody(Account, u64),
}

/// The rows of these accounts, locked: two replicas that both find none would both let an order
/// pass.
pub async fn lock(
    tx: &DatabaseTransaction,
    accounts: &BTreeSet<Account>,
) -> Result<Rows<Credit>, DbErr> {
    let wanted: Vec<Credit> = accounts.iter().cloned().map(Credit::none).collect();
    Rows::lock_or_make(tx, "customer_id", |credit| credit.customer_id.clone(), &wanted).await
}

/// Held orders that may fit since their customers' credit has changed, oldest first (O6); where
/// there is none, that this was looked at. What is read here may change before it is locked:
/// the decision looks again.
pub async fn due(tx: &DatabaseTransaction, limit: u64) -> Result<Vec<Room>, DbErr> {
    let mut select = row::select::<Credit>();
    select.and_where(Expr::col(Alias::new("recheck")));
    for key in Credit::KEY {
        select.order_by(Alias::new(*key), Direction::Asc);
    }
    let marked: Vec<Credit> = row::fetch(tx, select.limit(Ord::min(limit, STEP))).await?;
    if marked.is_empty() {
        return Ok(Vec::new());
    }
    let ids = marked.iter().map(|credit| credit.customer_id.clone());
    let customers: Vec<Customer> = row::find(tx, "customer_id", ids).await?;
    let customers: BTreeMap<CustomerId, Customer> =
        customers.into_iter().map(|customer| (customer.customer_id.clone(), customer)).collect();
    let mut rooms = Vec::new();
    for credit in marked {
        let left = limit.saturating_sub(u64::try_from(rooms.len()).unwrap_or(u64::MAX));
        if left == 0 {
            break;
        }
        let room = customers.get(&credit.customer_id).and_then(|it| room(&credit, it));
        let fit = match room {
            Some(room) => waiting(tx, &credit, room, left).await?,
            None => Vec::new(),
        };
        if fit.is_empty() {
            rooms.push(Room::ForNobody(credit.key(), credit.changes));
        }
        rooms.extend(fit.into_iter().map(|order| Room::For(order.order_id)));
    }
    Ok(rooms)
}

/// The value that the customer may still order; `None` while it may not order at all.
fn room(credit: &Credit, customer: &Customer) -> Option<i64> {
    let record = &customer.record.0;
    if !is_active(record) || record.currency != credit.currency {
        return None;
    }
    let Some(limit) = record.credit_limit else { return Some(i64::MAX) };
    let limit = Money::of(limit, record.currency).ok()?.minor;
    let room = i128::from(limit) - credit.exposure().minor;
    // No order is larger than that.
    i64::try_from(room.clamp(i64::MIN.into(), i64::MAX.into())).ok()
}

/// Orders that wait for this credit and are no larger than `room`, oldest first.
async fn waiting(
    tx: &DatabaseTransaction,
    credit: &Credit,
    room: i64,
    limit: u64,
) -> Result<Vec<Order>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Order>();
    select.and_where(column("waits_for_credit"));
    select.and_where(column("customer_id").eq(credit.customer_id.value()));
    select.and_where(column("currency").eq(credit.currency.value()));
    select.and_where(column("total").lte(room));
    select.order_by(Alias::new("received_at"), Direction::Asc);
    select.order_by(Alias::new("order_id"), Direction::Asc);
    row::fetch(tx, select.limit(limit)).await
}
