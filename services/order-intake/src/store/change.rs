//! Changes of orders: those of the orders that a batch names, and those whose turn it is.

use std::collections::BTreeSet;

use contracts::OrderId;
use jiff::{Timestamp, civil::Date};
use mesh::{
    DatabaseTransaction, DbErr,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};

use crate::domain::{
    Message,
    change::{Change, ChangeLine, Expiry, State},
    evaluate::day_of,
    master::{SELLER, Seller},
};

/// Changes that one step takes up.
const STEP: u64 = 64;
/// The condition of the index that finds them, word for word.
const DUE: &str = "state IN ('ready', 'settled')";

/// The changes of these orders, and their lines. Who decides has locked the orders.
pub async fn of_orders(
    tx: &DatabaseTransaction,
    orders: &BTreeSet<OrderId>,
) -> Result<(Vec<Change>, Vec<ChangeLine>), DbErr> {
    let changes: Vec<Change> = row::find(tx, "order_id", orders.iter().copied()).await?;
    let open = changes.iter().filter(|change| change.state != State::Answered);
    let open: BTreeSet<OrderId> = open.map(|change| change.order_id).collect();
    let lines = row::find(tx, "order_id", open).await?;
    Ok((changes, lines))
}

/// Changes whose turn it is, and orders whose last day is over (O9).
pub async fn due(
    tx: &DatabaseTransaction,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Message>, DbErr> {
    let limit = Ord::min(limit, STEP);
    let mut select = row::select::<Change>();
    select.and_where(Expr::cust(DUE));
    for key in Change::KEY {
        select.order_by(Alias::new(*key), Direction::Asc);
    }
    let ready: Vec<Change> = row::fetch(tx, select.limit(limit)).await?;
    let orders: BTreeSet<OrderId> = ready.iter().map(|change| change.order_id).collect();
    let next = orders.into_iter().map(Message::Next);
    let over = expired(tx, now, limit).await?.into_iter();
    Ok(next.chain(over.map(|expiry| Message::Expired(expiry.order_id))).collect())
}

async fn expired(
    tx: &DatabaseTransaction,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Expiry>, DbErr> {
    let seller: Vec<Seller> = row::find(tx, "company", [SELLER.to_owned()]).await?;
    let today: Date = day_of(seller.first(), now);
    let mut select = row::select::<Expiry>();
    select.and_where(Expr::col(Alias::new("day")).lt(today.value()));
    for key in ["day", "order_id"] {
        select.order_by(Alias::new(key), Direction::Asc);
    }
    row::fetch(tx, select.limit(limit)).await
}
