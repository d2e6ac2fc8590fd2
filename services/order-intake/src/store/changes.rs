//! Changes of orders: those of the orders that a batch names, and those whose turn it is.

use std::collections::{BTreeMap, BTreeSet};

use contracts::OrderId;
use jiff::{Timestamp, civil::Date};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Query, Value},
};
use sea_orm::ConnectionTrait;

use super::{
    keys::Keys,
    lines::{MAX_KEYS, padded},
};
use crate::domain::{
    change::{Change, ChangeLine, ChangesKept, Copied, Expiry, Kept, State},
    master::{SELLER, Seller, day_of},
};

/// Changes that one step takes up.
const STEP: u64 = 64;
/// The condition of the index that finds them, word for word.
const DUE: &str = "state IN ('ready', 'settled')";

/// Those that are under way, whose turn it is, or that stand in line first; and cancels.
const OPEN: &str = "(state IN ('active', 'ready', 'settled') OR number IS NULL OR place = \
    (SELECT MIN(place) FROM changes AS queue \
    WHERE queue.order_id = changes.order_id AND queue.state = 'queued'))";

/// The changes of orders, as far as a batch needs them.
pub struct UnderWay {
    /// Those that are under way, in line first, or come again; and cancels.
    pub changes: Rows<Change>,
    pub lines: Rows<ChangeLine>,
    /// Copies that wait for their answers.
    pub copies: Rows<Copied>,
    pub kept: ChangesKept,
}

/// The changes of the orders that a batch names, as far as it needs them. Who decides has locked
/// the orders.
pub async fn of_orders(tx: &DatabaseTransaction, keys: &Keys) -> Result<UnderWay, DbErr> {
    let mut changes: Vec<Change> = Vec::new();
    let orders: Vec<Value> = keys.changing.iter().map(Cell::value).collect();
    for orders in orders.chunks(MAX_KEYS) {
        let mut select = row::select::<Change>();
        select.and_where(Expr::col(Alias::new("order_id")).is_in(padded(orders)));
        select.and_where(Expr::cust(OPEN));
        changes.extend(row::fetch::<Change>(tx, &select).await?);
        let numbers: Vec<Value> = keys.numbers.iter().map(Cell::value).collect();
        for numbers in numbers.chunks(MAX_KEYS) {
            let mut select = row::select::<Change>();
            select.and_where(Expr::col(Alias::new("order_id")).is_in(padded(orders)));
            select.and_where(Expr::col(Alias::new("number")).is_in(padded(numbers)));
            changes.extend(row::fetch::<Change>(tx, &select).await?);
        }
    }
    let open = changes.iter().filter(|change| change.state != State::Answered);
    let open: BTreeSet<OrderId> = open.map(|change| change.order_id).collect();
    // Lines and copies are there only while their change is open.
    let lines = row::find(tx, "order_id", open.iter().copied()).await?;
    let copies = row::find(tx, "order_id", open).await?;
    let orders = || keys.changing.iter().copied();
    Ok(UnderWay {
        changes: Rows::having_all(changes, "order_id", orders()),
        lines: Rows::having_all(lines, "order_id", orders()),
        copies: Rows::having_all(copies, "order_id", orders()),
        kept: ChangesKept::counted(keys.numbers.clone(), kept(tx, &keys.gaining).await?),
    })
}

/// The number of changes that these orders have, and the place of the last.
async fn kept(
    tx: &DatabaseTransaction,
    orders: &BTreeSet<OrderId>,
) -> Result<BTreeMap<OrderId, Kept>, DbErr> {
    let mut kept: BTreeMap<_, _> = orders.iter().map(|id| (*id, Kept::default())).collect();
    let orders: Vec<Value> = orders.iter().map(Cell::value).collect();
    for orders in orders.chunks(MAX_KEYS) {
        let mut select = Query::select();
        select.column(Alias::new("order_id")).from(Alias::new(Change::TABLE));
        select.expr_as(Expr::cust("COUNT(*)"), Alias::new("many"));
        select.expr_as(Expr::cust("MAX(place)"), Alias::new("last"));
        select.and_where(Expr::col(Alias::new("order_id")).is_in(padded(orders)));
        select.add_group_by([Expr::col(Alias::new("order_id"))]);
        for row in tx.query_all(&select).await? {
            let (many, last) = (Cell::read(&row, "many")?, Cell::read(&row, "last")?);
            kept.insert(Cell::read(&row, "order_id")?, Kept { many, last });
        }
    }
    Ok(kept)
}

/// Orders whose next change may go on.
pub async fn due(tx: &DatabaseTransaction, limit: u64) -> Result<BTreeSet<OrderId>, DbErr> {
    let mut select = row::select::<Change>();
    select.and_where(Expr::cust(DUE));
    for key in Change::KEY {
        select.order_by(Alias::new(*key), Direction::Asc);
    }
    let ready: Vec<Change> = row::fetch(tx, select.limit(Ord::min(limit, STEP))).await?;
    Ok(ready.iter().map(|change| change.order_id).collect())
}

/// Orders whose last day is over (O9), the oldest first.
pub async fn expired(
    tx: &DatabaseTransaction,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<OrderId>, DbErr> {
    let seller: Vec<Seller> = row::find(tx, "company", [SELLER.to_owned()]).await?;
    let today: Date = day_of(seller.first(), now);
    let mut select = row::select::<Expiry>();
    select.and_where(Expr::col(Alias::new("day")).lt(today.value()));
    for key in ["day", "order_id"] {
        select.order_by(Alias::new(key), Direction::Asc);
    }
    let over: Vec<Expiry> = row::fetch(tx, select.limit(Ord::min(limit, STEP))).await?;
    Ok(over.into_iter().map(|expiry| expiry.order_id).collect())
}
