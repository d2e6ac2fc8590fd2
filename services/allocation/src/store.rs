//! Every query of allocation. A batch locks the queue rows of all its items first, in their order:
//! whatever else it reads of them then stands still until it commits.

mod due;
mod named;

use std::collections::BTreeSet;

use contracts::Sku;
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait},
};

use crate::domain::{
    Message, Set,
    order::{Bar, Line, Order, Reservation},
    stock::{self, Movement, Queue, Substitute},
};
pub use due::due;
use named::Named;

/// Brings everything that deciding `messages` may touch.
pub async fn load(tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
    let mut named = Named::default();
    messages.iter().for_each(|message| named.note(message));
    let whole = named.whole.iter().cloned();
    let here: Vec<stock::Stock> = row::find(tx, "warehouse_id", whole).await?;
    named.skus.extend(here.into_iter().map(|stock| stock.sku));
    let lines: Vec<Line> = row::find(tx, "order_id", named.orders.iter().copied()).await?;
    named.skus.extend(lines.into_iter().map(|line| line.sku));
    let substitutes = substitutes(tx, &mut named).await?;
    let waiting = named.skus.iter().chain(substitutes.iter().map(|it| &it.sku));
    let mut queues = lock_queues(tx, waiting.cloned().collect()).await?;
    // From here on nobody else changes anything of these items.
    let stock: Vec<stock::Stock> = row::find(tx, "sku", named.skus.iter().cloned()).await?;
    let reservations = reservations(tx, &mut named).await?;
    let orders: Vec<Order> = row::lock(tx, "order_id", named.orders.iter().copied()).await?;
    let lines: Vec<Line> = row::find(tx, "order_id", named.orders.iter().copied()).await?;
    let locked: BTreeSet<&Sku> = queues.iter().map(|queue| &queue.sku).collect();
    // Orders that may lose a substitute wait for the item they ordered.
    let ordered = lines.iter().map(|line| &line.sku).filter(|sku| !locked.contains(sku));
    let more = ordered.cloned().collect();
    queues.extend(lock_queues(tx, more).await?);
    let bars = bars(tx, &named).await?;
    Ok(Set {
        warehouses: Rows::loaded(row::fetch(tx, &row::select::<stock::Warehouse>()).await?),
        items: Rows::loaded(row::find(tx, "sku", named.skus.union(&named.items).cloned()).await?),
        substitutes: Rows::loaded(substitutes),
        queues: Rows::loaded(queues),
        stock: Rows::loaded(stock),
        movements: Rows::loaded(movements(tx, &named).await?),
        snapshots: Rows::loaded(row::lock(tx, "warehouse_id", named.snapshots).await?),
        adjustments: Rows::loaded(row::find(tx, "adjustment_id", named.adjustments).await?),
        transfers: Rows::loaded(row::find(tx, "transfer_id", named.transfers).await?),
        orders: Rows::loaded(orders),
        lines: Rows::loaded(lines),
        reservations: Rows::loaded(reservations),
        ledger: Rows::default(),
        bars: Rows::loaded(bars),
        handled: Rows::loaded(row::find(tx, "reference", named.handled).await?),
        commands: Rows::loaded(row::find(tx, "command_id", named.commands).await?),
    })
}

/// What may replace the items named, and what they may replace; the former are named from here on.
async fn substitutes(
    tx: &DatabaseTransaction,
    named: &mut Named,
) -> Result<Vec<Substitute>, DbErr> {
    let of = named.skus.union(&named.items).cloned();
    let mut rows: Vec<Substitute> = row::find(tx, "sku", of).await?;
    let by: Vec<Substitute> = row::find(tx, "substitute", named.skus.iter().cloned()).await?;
    named.skus.extend(rows.iter().map(|it| it.substitute.clone()));
    rows.extend(by);
    Ok(rows)
}

/// Locks the queues of these items in their order, and makes those that are missing.
async fn lock_queues(tx: &DatabaseTransaction, skus: BTreeSet<Sku>) -> Result<Vec<Queue>, DbErr> {
    let queues: Vec<Queue> = row::lock(tx, "sku", skus.iter().cloned()).await?;
    if queues.len() == skus.len() {
        return Ok(queues);
    }
    let known: BTreeSet<Sku> = queues.into_iter().map(|queue| queue.sku).collect();
    let missing: Vec<Queue> = skus.difference(&known).cloned().map(Queue::empty).collect();
    row::insert(tx, &missing).await?;
    row::lock(tx, "sku", skus).await
}

/// The reservations of the orders named, and of what may be taken back; their orders are named from
/// here on.
async fn reservations(
    tx: &DatabaseTransaction,
    named: &mut Named,
) -> Result<Vec<Reservation>, DbErr> {
    let of_orders = named.orders.iter().copied();
    let own: Vec<Reservation> = row::find(tx, "order_id", of_orders).await?;
    let own = Rows::loaded(own);
    let above = named.asked.iter().filter(|(key, asked)| {
        own.get(key).is_none_or(|reservation| reservation.quantity < **asked)
    });
    let above = above.map(|(key, _)| (key.3.clone(), key.2.clone()));
    named.at_risk.extend(above.collect::<Vec<_>>());
    let skus: BTreeSet<Sku> = named.at_risk.iter().map(|(_, sku)| sku.clone()).collect();
    let of_skus: Vec<Reservation> = row::find(tx, "sku", skus).await?;
    let here =
        |it: &Reservation| named.at_risk.contains(&(it.warehouse_id.clone(), it.sku.clone()));
    let mut rows: Vec<Reservation> = of_skus.into_iter().filter(here).collect();
    let whole = named.whole.iter().cloned();
    rows.extend(row::find::<Reservation, _>(tx, "warehouse_id", whole).await?);
    named.orders.extend(rows.iter().map(|it| it.order_id));
    row::find(tx, "order_id", named.orders.iter().copied()).await
}

/// Warehouses that are not asked for lines of the orders named, and those that may be again.
async fn bars(tx: &DatabaseTransaction, named: &Named) -> Result<Vec<Bar>, DbErr> {
    let mut bars = row::find(tx, "order_id", named.orders.iter().copied()).await?;
    bars.extend(row::find(tx, "sku", named.reported.iter().cloned()).await?);
    Ok(bars)
}

/// What moved after the earliest count that comes in.
async fn movements(tx: &DatabaseTransaction, named: &Named) -> Result<Vec<Movement>, DbErr> {
    let Some(from) = named.counted_from else { return Ok(Vec::new()) };
    let skus: Vec<_> = named.skus.iter().map(Cell::value).collect();
    let mut rows = Vec::new();
    for chunk in skus.chunks(1_000) {
        let column = |name| Expr::col(Alias::new(name));
        let warehouses = named.snapshots.iter().map(Cell::value);
        let mut select = row::select::<Movement>();
        select.and_where(column("warehouse_id").is_in(warehouses));
        select.and_where(column("sku").is_in(chunk.iter().cloned()));
        select.and_where(column("happened_at").gt(from.value()));
        rows.extend(row::fetch::<Movement>(tx, &select).await?);
    }
    Ok(rows)
}
