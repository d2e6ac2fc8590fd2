//! Work that decisions have left: who is next in line for stock that has become free (A6), and what is
//! to be looked at of warehouses that have opened or closed (A10).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{Sku, WarehouseId};
use mesh::{
    DatabaseTransaction, DbErr,
    column::Cell,
    row,
    sea_query::{Alias, Cond, Expr, ExprTrait, Order as Direction},
};

use crate::domain::{
    item::{Queue, Substitute},
    order::Line,
    reservation::Reservation,
    steps::{Freed, Restock, Sweep, Swept},
    stock::{Stock, Warehouse},
};

/// Items that one step gives out.
const ITEMS: u64 = 32;
/// Order lines that one step looks at for each of them.
const PAGE: u64 = 128;
/// Order lines after which a step takes no further item.
const ENOUGH: usize = 512;
/// Items of a warehouse, and reservations of them, that one step looks at.
const SWEEP: u64 = 128;

/// The next warehouse to be looked at, at most one.
pub async fn swept(tx: &DatabaseTransaction) -> Result<Vec<Swept>, DbErr> {
    let mut select = row::select::<Warehouse>();
    select.and_where(Expr::col(Alias::new("sweep")).is_not_null());
    select.order_by(Alias::new("warehouse_id"), Direction::Asc).limit(1);
    let swept: Vec<Warehouse> = row::fetch(tx, &select).await?;
    Ok(swept.into_iter().map(|it| Swept(it.warehouse_id)).collect())
}

/// The next items to be given out, all in one message.
pub async fn freed(tx: &DatabaseTransaction, limit: u64) -> Result<Vec<Freed>, DbErr> {
    let limit = Ord::min(limit, ITEMS);
    let mut select = row::select::<Queue>();
    select.and_where(Expr::col(Alias::new("freed")));
    select.order_by(Alias::new("sku"), Direction::Asc).limit(limit);
    let freed: Vec<Queue> = row::fetch(tx, &select).await?;
    if freed.is_empty() {
        return Ok(Vec::new());
    }
    let more = is_full(&freed, limit);
    Ok(vec![Freed { skus: freed.into_iter().map(|it| it.sku).collect(), more }])
}

/// The items of these that are still to be given out, with those who are next in line. The answer
/// holds when the queues of all items of [`Restock::ordered`] and [`Restock::items`] are locked.
pub async fn restock(tx: &DatabaseTransaction, freed: &Freed) -> Result<Restock, DbErr> {
    let mut queues: Vec<Queue> = row::find(tx, "sku", freed.skus.iter().cloned()).await?;
    queues.retain(|queue| queue.freed);
    let replaced = replaced(tx, &queues).await?;
    let mut step = Restock { more_items: freed.more, ..Restock::default() };
    for queue in queues {
        if step.orders.len() >= ENOUGH {
            step.more_items = true;
            break;
        }
        let ordered = replaced.get(&queue.sku).into_iter().flatten().chain([&queue.sku]);
        let ordered: BTreeSet<Sku> = ordered.cloned().collect();
        let after = queue.served.as_deref().unwrap_or_default();
        let next = lines(tx, &ordered, after, Expr::cust("backordered > 0")).await?;
        let unnotified = lines(tx, &ordered, "", Expr::cust("backordered > notified")).await?;
        if let Some(last) = next.last().filter(|_| is_full(&next, PAGE)) {
            let until = step.until.take().unwrap_or_else(|| last.rank.clone());
            step.until = Some(Ord::min(until, last.rank.clone()));
        }
        if is_full(&unnotified, PAGE) {
            step.more_unnotified.insert(queue.sku.clone());
        }
        step.orders.extend(next.iter().chain(&unnotified).map(|line| line.order_id));
        step.ordered.extend(ordered);
        step.items.insert(queue.sku, queue.served);
    }
    Ok(step)
}

/// By item, those that it may replace.
async fn replaced(
    tx: &DatabaseTransaction,
    queues: &[Queue],
) -> Result<BTreeMap<Sku, BTreeSet<Sku>>, DbErr> {
    let skus = queues.iter().map(|queue| queue.sku.clone());
    let mut all: BTreeMap<Sku, BTreeSet<Sku>> = BTreeMap::new();
    for it in row::find::<Substitute, _>(tx, "substitute", skus).await? {
        all.entry(it.substitute).or_default().insert(it.sku);
    }
    Ok(all)
}

fn is_full<T>(rows: &[T], limit: u64) -> bool {
    u64::try_from(rows.len()).is_ok_and(|rows| rows >= limit)
}

async fn lines(
    tx: &DatabaseTransaction,
    ordered: &BTreeSet<Sku>,
    after: &str,
    which: Expr,
) -> Result<Vec<Line>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Line>();
    let of_items = Cond::all()
        .add(column("sku").is_in(ordered.iter().map(Cell::value)))
        .add(column("rank").gt(after.to_owned()))
        .add(which);
    select.cond_where(of_items);
    select.order_by(Alias::new("rank"), Direction::Asc);
    select.order_by(Alias::new("line"), Direction::Asc);
    row::fetch(tx, select.limit(PAGE)).await
}

/// The next items of a warehouse that has opened or closed; the warehouse is locked.
pub async fn sweep(
    tx: &DatabaseTransaction,
    warehouse: &Warehouse,
) -> Result<Option<Sweep>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let Some(after) = warehouse.sweep.clone() else { return Ok(None) };
    let mut select = row::select::<Stock>();
    select.and_where(column("warehouse_id").eq(warehouse.warehouse_id.value()));
    select.and_where(column("sku").gt(after.clone()));
    select.order_by(Alias::new("sku"), Direction::Asc).limit(SWEEP);
    let stock: Vec<Stock> = row::fetch(tx, &select).await?;
    let until = stock.last().filter(|_| is_full(&stock, SWEEP)).map(|it| it.sku.to_string());
    let skus = stock.into_iter().map(|it| it.sku).collect();
    let is_open = warehouse.is_open();
    Ok(Some(Sweep { is_open, after, skus, until, orders: BTreeSet::new() }))
}

/// Finds the orders that have something of a step's items in a warehouse that has closed, not yet
/// recalled; the queues of the items are locked, so that nobody is just reserving some. Where there
/// are more than one step takes, the same items are looked at again.
pub async fn find_recalls(
    tx: &DatabaseTransaction,
    warehouse_id: &WarehouseId,
    step: &mut Sweep,
) -> Result<(), DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Reservation>();
    select.and_where(column("warehouse_id").eq(warehouse_id.value()));
    select.and_where(column("sku").is_in(step.skus.iter().map(Cell::value)));
    select.and_where(Expr::cust("recalled < quantity"));
    select.order_by(Alias::new("order_id"), Direction::Asc).limit(SWEEP);
    let rows: Vec<Reservation> = row::fetch(tx, &select).await?;
    if is_full(&rows, SWEEP) {
        step.until = Some(step.after.clone());
    }
    step.orders = rows.into_iter().map(|it| it.order_id).collect();
    Ok(())
}
