//! Upkeep, a bounded step at a time: the books are added up again (A1), figures are reported, and rows
//! that are not needed any more are folded or deleted (M9).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use contracts::{OrderId, Sku, WarehouseId};
use jiff::Timestamp;
use mesh::{
    DatabaseTransaction, DbErr,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};
use sea_orm::{ConnectionTrait, Statement};

use super::audit::Audit;
use crate::{
    config::Config,
    domain::{
        item::Queue,
        order::Order,
        plan::sum,
        reservation::Entry,
        stock::{Movement, Stock},
    },
    metrics,
};

/// Rows of a table that one step deletes.
const ROWS: u64 = 1_000;
/// Orders whose ledger one step folds.
const ORDERS: u64 = 64;

const HANDLED: &str = "DELETE FROM handled WHERE reference IN \
    (SELECT reference FROM handled WHERE handled_at < $1 ORDER BY handled_at LIMIT $2)";
const ADJUSTMENTS: &str = "DELETE FROM adjustments WHERE (warehouse_id, adjustment_id) IN \
    (SELECT warehouse_id, adjustment_id FROM adjustments WHERE taken_at < $1 \
    ORDER BY taken_at LIMIT $2)";
const TRANSFERS: &str = "DELETE FROM transfers WHERE (warehouse_id, transfer_id) IN \
    (SELECT warehouse_id, transfer_id FROM transfers WHERE received AND taken_at < $1 \
    ORDER BY taken_at LIMIT $2)";
const RECEIPTS: &str = "DELETE FROM transfer_receipts \
    WHERE (warehouse_id, transfer_id, receipt_id) IN \
    (SELECT warehouse_id, transfer_id, receipt_id FROM transfer_receipts WHERE taken_at < $1 \
    ORDER BY taken_at LIMIT $2)";
const BLOCKS: &str = "DELETE FROM sourcing_blocks WHERE order_id = $1 \
    AND NOT EXISTS (SELECT 1 FROM lines \
    WHERE lines.order_id = sourcing_blocks.order_id AND lines.backordered + lines.reserved > 0)";
/// Orders of which nothing is open, and nothing has been since.
const CLOSED: &str = "SELECT l.order_id FROM ledger l WHERE NOT l.folded AND l.changed_at < $1 \
    AND NOT EXISTS (SELECT 1 FROM ledger m WHERE m.order_id = l.order_id AND m.changed_at >= $1) \
    AND NOT EXISTS (SELECT 1 FROM reservations r WHERE r.order_id = l.order_id) \
    AND NOT EXISTS (SELECT 1 FROM lines n WHERE n.order_id = l.order_id \
        AND n.reserved + n.backordered > 0) \
    GROUP BY l.order_id LIMIT $2";
const FIGURES: &str = "SELECT CAST(COALESCE(SUM(waiting), 0) AS BIGINT) AS waiting, \
    CAST(COALESCE(SUM(CASE WHEN freed THEN 1 ELSE 0 END), 0) AS BIGINT) AS freed FROM queues";

/// The state of the audit.
#[derive(Debug, Default)]
pub struct Upkeep(Mutex<Audit>);

impl Upkeep {
    /// Takes the next step of everything.
    pub async fn step(
        &self,
        tx: &DatabaseTransaction,
        config: &Config,
        now: Timestamp,
    ) -> Result<(), DbErr> {
        let mut audit = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        audit.step(tx).await?;
        figures(tx).await?;
        prune(tx, config, now).await?;
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = audit;
        Ok(())
    }
}

async fn figures(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    let statement = Statement::from_string(tx.get_database_backend(), FIGURES);
    if let Some(row) = tx.query_one_raw(statement).await? {
        metrics::set(metrics::WAITING, row.try_get("", "waiting")?);
        metrics::set(metrics::FREED, row.try_get("", "freed")?);
    }
    Ok(())
}

async fn prune(tx: &DatabaseTransaction, config: &Config, now: Timestamp) -> Result<(), DbErr> {
    let before = |kept: Duration| now.checked_sub(kept).unwrap_or(Timestamp::MIN);
    fold_movements(tx, before(config.movements_kept())).await?;
    fold_ledger(tx, before(config.ledger_kept())).await?;
    delete(tx, HANDLED, before(config.handled_kept())).await?;
    delete(tx, ADJUSTMENTS, before(config.reports_kept())).await?;
    delete(tx, TRANSFERS, before(config.reports_kept())).await?;
    delete(tx, RECEIPTS, before(config.reports_kept())).await
}

async fn delete(
    tx: &DatabaseTransaction,
    sql: &'static str,
    before: Timestamp,
) -> Result<(), DbErr> {
    let limit = i64::try_from(ROWS).unwrap_or(i64::MAX);
    let values = [before.value(), limit.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
    tx.execute_raw(statement).await.map(drop)
}

/// Deletes old movements: they are in the balances already, and were kept for counts that come late.
/// The stock remembers the latest of them: a count from before it cannot be added to any more (A7).
async fn fold_movements(tx: &DatabaseTransaction, before: Timestamp) -> Result<(), DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<Movement>();
    select.and_where(column("heard_at").lt(before.value()));
    select.order_by(Alias::new("heard_at"), Direction::Asc).limit(ROWS);
    let old: Vec<Movement> = row::fetch(tx, &select).await?;
    let mut latest: BTreeMap<(WarehouseId, Sku), Timestamp> = BTreeMap::new();
    for it in &old {
        let key = (it.warehouse_id.clone(), it.sku.clone());
        let last = latest.entry(key).or_insert(it.happened_at);
        *last = (*last).max(it.happened_at);
    }
    let skus: BTreeSet<Sku> = latest.keys().map(|(_, sku)| sku.clone()).collect();
    row::lock::<Queue, _>(tx, "sku", skus.iter().cloned()).await?;
    let mut stock: Vec<Stock> = row::find(tx, "sku", skus).await?;
    stock.retain(|it| latest.contains_key(&it.key()));
    for it in &mut stock {
        it.folded_at = it.folded_at.max(latest.get(&it.key()).copied());
    }
    row::upsert(tx, &stock).await?;
    row::delete::<Movement>(tx, old.iter().map(Row::key_values)).await
}

/// Folds the ledger of an order of which nothing is open: it adds up to nothing, by line, item and
/// warehouse, and becomes one row that says so.
async fn fold_ledger(tx: &DatabaseTransaction, before: Timestamp) -> Result<(), DbErr> {
    let limit = i64::try_from(ORDERS).unwrap_or(i64::MAX);
    let values = [before.value(), limit.into()];
    let backend = tx.get_database_backend();
    let closed = tx.query_all_raw(Statement::from_sql_and_values(backend, CLOSED, values)).await?;
    let ids: Vec<OrderId> =
        closed.iter().map(|row| Cell::read(row, "order_id")).collect::<Result<_, _>>()?;
    // Nothing is decided about an order meanwhile.
    row::lock::<Order, _>(tx, "order_id", ids.iter().copied()).await?;
    let entries: Vec<Entry> = row::find(tx, "order_id", ids.iter().copied()).await?;
    let mut orders: BTreeMap<OrderId, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        orders.entry(entry.order_id).or_default().push(entry);
    }
    let (mut old, mut folded) = (Vec::new(), Vec::new());
    for entries in orders.into_values() {
        if let Some(one) = fold(&entries) {
            old.extend(entries.iter().map(Row::key_values));
            folded.push(one);
        }
    }
    row::delete::<Entry>(tx, old).await?;
    row::upsert(tx, &folded).await?;
    for id in ids {
        let values = [id.value()];
        tx.execute_raw(Statement::from_sql_and_values(backend, BLOCKS, values)).await?;
    }
    Ok(())
}

/// One entry for all of an order's; none where they do not come to nothing.
fn fold(entries: &[Entry]) -> Option<Entry> {
    let mut sums: BTreeMap<(u32, &Sku, &WarehouseId), i128> = BTreeMap::new();
    for it in entries {
        *sums.entry((it.line, &it.sku, &it.warehouse_id)).or_default() +=
            i128::from(it.change.scaled());
    }
    if sums.values().any(|sum| *sum != 0) {
        return None;
    }
    let (first, last) = (entries.first()?, entries.last()?);
    let reserved = sum(entries.iter().filter_map(|it| it.change.non_negative()));
    let cause = format!(
        "closed: {} entries from {} on, {reserved} reserved and none left; the last: {}",
        entries.len(),
        first.changed_at,
        last.cause,
    );
    let change = contracts::SignedQuantity::ZERO;
    Some(Entry { change, cause, folded: true, ..last.clone() })
}
