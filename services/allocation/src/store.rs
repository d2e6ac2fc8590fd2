//! Every query of allocation. A batch locks the warehouses that may change, then the queue rows of
//! all its items, each in their order: whatever else it reads of them then stands still until it
//! commits.

mod audit;
mod due;
mod named;
mod risk;
mod upkeep;

use std::collections::BTreeSet;

use contracts::{OrderId, Sku, document::StockSnapshot};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use sea_orm::ConnectionTrait;

use crate::domain::{
    Due, Message, Set,
    order::{Bar, Line, Order, Reservation},
    stock::{Moved, Queue, Stock, Substitute, Transfer, Warehouse},
};
#[cfg(test)]
pub(crate) use audit::Audit;
pub use due::due;
use named::Named;
pub use upkeep::Upkeep;

/// Brings everything that deciding `messages` may touch.
pub async fn load(tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
    let mut named = Named::default();
    messages.iter().for_each(|message| named.note(message));
    let places: Vec<Warehouse> =
        row::lock(tx, "warehouse_id", named.places.iter().cloned()).await?;
    let transfers: Vec<Transfer> =
        row::find(tx, "transfer_id", named.transfers.iter().cloned()).await?;
    named.note_transfers(&transfers);
    let mut due = Due::default();
    if let Some(place) = places.iter().find(|it| named.swept.as_ref() == Some(&it.warehouse_id)) {
        due.sweep = due::sweep(tx, place).await?;
        named.skus.extend(due.sweep.iter().flat_map(|step| &step.skus).cloned());
    }
    let mut goods = Goods::lock(tx, &mut named, &mut due).await?;
    // From here on nobody else changes anything of these items.
    let stock = Rows::loaded(row::find(tx, "sku", goods.skus.iter().cloned()).await?);
    let moved = Rows::loaded(moved(tx, &named.counts).await?);
    goods.add_risky(tx, &mut named, &stock, &moved).await?;
    let all = named.accepted.union(&named.known).copied();
    let orders: Vec<Order> = row::lock(tx, "order_id", all).await?;
    let lines: Vec<Line> = row::find(tx, "order_id", named.known.iter().copied()).await?;
    goods.add_ordered(tx, &named, &lines).await?;
    let counting = named.counts.iter().map(|count| count.warehouse_id.clone());
    let snapshots = row::lock(tx, "warehouse_id", counting).await?;
    let bars = bars(tx, &named).await?;
    Ok(Set {
        warehouses: Rows::loaded(row::fetch(tx, &row::select::<Warehouse>()).await?),
        items: Rows::loaded(row::find(tx, "sku", goods.skus).await?),
        substitutes: Rows::loaded(goods.substitutes),
        queues: Rows::loaded(goods.queues),
        stock,
        movements: Rows::default(),
        moved,
        snapshots: Rows::loaded(snapshots),
        adjustments: Rows::loaded(row::find(tx, "adjustment_id", named.adjustments).await?),
        transfers: Rows::loaded(transfers),
        receipts: Rows::loaded(row::find(tx, "receipt_id", named.receipts).await?),
        orders: Rows::loaded(orders),
        lines: Rows::loaded(lines),
        reservations: Rows::loaded(goods.reservations),
        ledger: Rows::default(),
        bars: Rows::loaded(bars),
        handled: Rows::loaded(row::find(tx, "reference", named.handled).await?),
        commands: Rows::loaded(row::find(tx, "command_id", named.commands).await?),
        due,
    })
}

/// The items of a batch, locked, with what leads from one to the other.
#[derive(Default)]
struct Goods {
    /// Items that anything may happen to, and those that may replace them.
    skus: BTreeSet<Sku>,
    queues: Vec<Queue>,
    substitutes: Vec<Substitute>,
    /// Of the orders that are there.
    reservations: Vec<Reservation>,
}

impl Goods {
    /// Looks where the batch leads, locks it in order, and looks again: another replica may have
    /// added to it in between.
    async fn lock(
        tx: &DatabaseTransaction,
        named: &mut Named,
        due: &mut Due,
    ) -> Result<Self, DbErr> {
        let mut goods = Self::default();
        let mut first = true;
        loop {
            if let Some(freed) = &named.freed {
                due.restock = due::restock(tx, freed).await?;
                named.note_restock(&due.restock);
            }
            let closes = due.sweep.as_mut().filter(|step| !step.is_open);
            let sweeps = closes.is_some();
            if let Some(step) = closes {
                let recalled = due::to_recall(tx, step).await?;
                named.known.extend(&recalled);
                // What else they have may be recalled too, for what is free of it.
                named.served.extend(recalled);
            }
            // What the messages name stays what it is; who waits for what is free does not.
            if first || sweeps || named.freed.is_some() {
                follow_orders(tx, named).await?;
            }
            first = false;
            goods.reservations = row::find(tx, "order_id", named.known.iter().copied()).await?;
            named.note_reservations(&goods.reservations);
            goods.find_substitutes(tx, named).await?;
            let replaced = goods.substitutes.iter().map(|it| &it.sku);
            let wanted: BTreeSet<Sku> = goods.skus.iter().chain(replaced).cloned().collect();
            if !goods.lock_queues(tx, wanted).await? {
                return Ok(goods);
            }
        }
    }

    /// What may replace the items named, and what they may replace.
    async fn find_substitutes(
        &mut self,
        tx: &DatabaseTransaction,
        named: &Named,
    ) -> Result<(), DbErr> {
        let mut rows: Vec<Substitute> = row::find(tx, "sku", named.skus.iter().cloned()).await?;
        self.skus = rows.iter().map(|it| &it.substitute).chain(&named.skus).cloned().collect();
        rows.extend(
            row::find::<Substitute, _>(tx, "substitute", named.skus.iter().cloned()).await?,
        );
        self.substitutes = rows;
        Ok(())
    }

    /// Locks queues in their order, and makes those that are missing; says whether there were any
    /// that had not been locked before.
    async fn lock_queues(
        &mut self,
        tx: &DatabaseTransaction,
        skus: BTreeSet<Sku>,
    ) -> Result<bool, DbErr> {
        let locked: BTreeSet<Sku> = self.queues.iter().map(|queue| queue.sku.clone()).collect();
        let wanted: BTreeSet<Sku> = skus.difference(&locked).cloned().collect();
        if wanted.is_empty() {
            return Ok(false);
        }
        let wanted: Vec<Queue> = wanted.into_iter().map(Queue::empty).collect();
        let queues = row::lock_or_make(tx, "sku", |queue: &Queue| queue.sku.clone(), &wanted);
        self.queues.extend(queues.await?);
        Ok(true)
    }

    /// Adds the reservations that may be taken back, with the others of their orders.
    async fn add_risky(
        &mut self,
        tx: &DatabaseTransaction,
        named: &mut Named,
        stock: &Rows<Stock>,
        moved: &Rows<Moved>,
    ) -> Result<(), DbErr> {
        named.note_left(&Rows::loaded(self.reservations.clone()));
        let risky = risk::newest(tx, named.risks.excess(stock, moved, &named.counts)).await?;
        named.lines.extend(risky.iter().map(|it| (it.order_id, it.line)));
        let orders: BTreeSet<OrderId> = risky.iter().map(|it| it.order_id).collect();
        self.add_orders(tx, named, &orders).await
    }

    /// Adds orders, with their reservations.
    async fn add_orders(
        &mut self,
        tx: &DatabaseTransaction,
        named: &mut Named,
        orders: &BTreeSet<OrderId>,
    ) -> Result<(), DbErr> {
        let strange: Vec<OrderId> = orders.difference(&named.known).copied().collect();
        named.known.extend(&strange);
        self.reservations.extend(row::find(tx, "order_id", strange).await?);
        Ok(())
    }

    /// Adds the queues of items that were ordered where others were reserved: a line that loses a
    /// substitute waits for what it ordered.
    async fn add_ordered(
        &mut self,
        tx: &DatabaseTransaction,
        named: &Named,
        lines: &[Line],
    ) -> Result<(), DbErr> {
        let touched = lines.iter().filter(|it| named.lines.contains(&(it.order_id, it.line)));
        let ordered = touched.map(|line| line.sku.clone()).collect();
        self.lock_queues(tx, ordered).await.map(drop)
    }
}

/// Notes what the orders lead to that are served, or of which lines are named.
async fn follow_orders(tx: &DatabaseTransaction, named: &mut Named) -> Result<(), DbErr> {
    let lines = named.lines.iter().map(|line| line.0);
    let led: BTreeSet<OrderId> = named.served.iter().copied().chain(lines).collect();
    let orders: Vec<Order> = row::find(tx, "order_id", led.iter().copied()).await?;
    let lines: Vec<Line> = row::find(tx, "order_id", led).await?;
    named.note_orders(&orders, &lines);
    Ok(())
}

/// Warehouses that are not asked for lines of the orders served, and those that may be again.
async fn bars(tx: &DatabaseTransaction, named: &Named) -> Result<Vec<Bar>, DbErr> {
    let mut bars = row::find(tx, "order_id", named.served.iter().copied()).await?;
    bars.extend(row::find(tx, "sku", named.reported.iter().cloned()).await?);
    Ok(bars)
}

/// What moved in whole units, and in millionths beyond them.
const UNITS: &str = "units";
const REST: &str = "rest";

/// What moved after the counts that come in, added up.
async fn moved(tx: &DatabaseTransaction, counts: &[StockSnapshot]) -> Result<Vec<Moved>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut all = Vec::new();
    for count in counts {
        let skus: Vec<_> = count.lines.iter().map(|line| line.sku.value()).collect();
        for chunk in skus.chunks(1_000) {
            let mut select = Query::select();
            select.column(Alias::new("sku"));
            // In two parts, neither of which can grow beyond 64 bits.
            for (part, name) in [("SUM(change / 1000000)", UNITS), ("SUM(change % 1000000)", REST)]
            {
                let sum = Expr::cust(format!("CAST({part} AS BIGINT)"));
                select.expr_as(sum, Alias::new(name));
            }
            select.from(Alias::new("movements"));
            select.and_where(column("warehouse_id").eq(count.warehouse_id.value()));
            select.and_where(column("sku").is_in(chunk.iter().cloned()));
            select.and_where(column("happened_at").gt(count.as_of.value()));
            select.group_by_col(Alias::new("sku"));
            for row in tx.query_all(&select).await? {
                let (units, rest): (i64, i64) = (row.try_get("", UNITS)?, row.try_get("", REST)?);
                all.push(Moved {
                    warehouse_id: count.warehouse_id.clone(),
                    sku: Cell::read(&row, "sku")?,
                    after: count.as_of,
                    change: i128::from(units) * 1_000_000 + i128::from(rest),
                });
            }
        }
    }
    Ok(all)
}
