//! Stored movements after the moments of counts, added up by the database.

use std::collections::BTreeMap;

use contracts::{Sku, document::StockSnapshot};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use sea_orm::ConnectionTrait;

use crate::domain::stock::{Moved, Stock};

/// The sum in whole units, and in millionths beyond them.
const UNITS: &str = "units";
const REST: &str = "rest";

/// The movements after the counts that come in, by each of their lines; `stock` is locked.
pub async fn after_counts(
    tx: &DatabaseTransaction,
    counts: &[StockSnapshot],
    stock: &Rows<Stock>,
) -> Result<Rows<Moved>, DbErr> {
    let mut all = Vec::new();
    for count in counts {
        let sums = sums(tx, count).await?;
        all.extend(count.lines.iter().map(|line| {
            let key = (count.warehouse_id.clone(), line.sku.clone());
            Moved {
                stored: stock.get(&key).map_or(0, |stock| stock.movements),
                change: sums.get(&line.sku).copied().unwrap_or_default(),
                warehouse_id: key.0,
                sku: key.1,
                after: count.as_of,
            }
        }));
    }
    Ok(Rows::of_keys(all, []))
}

async fn sums(
    tx: &DatabaseTransaction,
    count: &StockSnapshot,
) -> Result<BTreeMap<Sku, i128>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let skus: Vec<_> = count.lines.iter().map(|line| line.sku.value()).collect();
    let mut sums = BTreeMap::new();
    for chunk in skus.chunks(1_000) {
        let mut select = Query::select();
        select.column(Alias::new("sku"));
        // In two parts, neither of which can grow beyond 64 bits.
        for (part, name) in [("SUM(change / 1000000)", UNITS), ("SUM(change % 1000000)", REST)] {
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
            let change = i128::from(units) * 1_000_000 + i128::from(rest);
            sums.insert(Cell::read(&row, "sku")?, change);
        }
    }
    Ok(sums)
}
