//! Rule A1, audited: reservations, ledger and balances are added up from their rows again and again, a
//! part at a time, and compared.

use contracts::{OrderId, Sku, WarehouseId};
use mesh::{DatabaseTransaction, DbErr, QueryResult, column::Cell};
use sea_orm::{ConnectionTrait, Statement};

use crate::metrics;

/// Rows that one step adds up.
const PAGE: i64 = 256;

// One statement each, so that both sides are of the same moment.
const STOCK: &str = "SELECT s.warehouse_id, s.sku, s.reserved, \
    (SELECT CAST(COALESCE(SUM(r.quantity), 0) AS BIGINT) FROM reservations r \
        WHERE r.warehouse_id = s.warehouse_id AND r.sku = s.sku) AS live, \
    (SELECT CAST(COALESCE(SUM(l.change), 0) AS BIGINT) FROM ledger l \
        WHERE l.warehouse_id = s.warehouse_id AND l.sku = s.sku) AS entered \
    FROM stock s WHERE (s.warehouse_id, s.sku) > ($1, $2) \
    ORDER BY s.warehouse_id, s.sku LIMIT $3";
const LINES: &str = "SELECT n.order_id, n.line, \
    (SELECT l.reserved FROM lines l WHERE l.order_id = n.order_id AND l.line = n.line) AS reserved, \
    (SELECT CAST(COALESCE(SUM(r.quantity), 0) AS BIGINT) FROM reservations r \
        WHERE r.order_id = n.order_id AND r.line = n.line) AS live, \
    (SELECT CAST(COALESCE(SUM(e.change), 0) AS BIGINT) FROM ledger e \
        WHERE e.order_id = n.order_id AND e.line = n.line) AS entered \
    FROM (SELECT order_id, line FROM lines WHERE reserved > 0 AND (order_id, line) > ($1, $2) \
        UNION SELECT order_id, line FROM reservations WHERE (order_id, line) > ($1, $2) \
        ORDER BY order_id, line LIMIT $3) n";

/// The progress of a round over all of it.
#[derive(Debug, Default, Clone)]
pub struct Audit {
    at: Position,
    /// Differences found in this round.
    found: i64,
    /// Differences found in the last whole round.
    last: i64,
}

/// The rows that were compared last.
#[derive(Debug, Default, Clone)]
enum Position {
    #[default]
    Start,
    Stock(WarehouseId, Sku),
    /// All of the stock, and none of the lines.
    Between,
    Lines(OrderId, u32),
}

impl Audit {
    /// Adds up the next part and reports the differences. Returns true at the end of a round.
    pub async fn step(&mut self, tx: &DatabaseTransaction) -> Result<bool, DbErr> {
        let ended = match self.at.clone() {
            Position::Start => self.stock(tx, String::new(), String::new()).await?,
            Position::Stock(place, sku) => {
                self.stock(tx, place.to_string(), sku.to_string()).await?
            }
            Position::Between => self.lines(tx, String::new(), 0).await?,
            Position::Lines(order, line) => self.lines(tx, order.to_string(), line).await?,
        };
        if ended {
            (self.last, self.found) = (self.found, 0);
        }
        metrics::set(metrics::DIFFERENCES, self.differences());
        Ok(ended)
    }

    /// The differences found in the last whole round, or already in this one.
    #[must_use]
    pub fn differences(&self) -> i64 {
        self.last.max(self.found)
    }

    async fn stock(
        &mut self,
        tx: &DatabaseTransaction,
        place: String,
        sku: String,
    ) -> Result<bool, DbErr> {
        let rows = page(tx, STOCK, place.into(), sku.into()).await?;
        self.at = Position::Between;
        for row in &rows {
            let (place, sku): (WarehouseId, Sku) =
                (Cell::read(row, "warehouse_id")?, Cell::read(row, "sku")?);
            self.compare(row, || format!("{sku} in {place}"))?;
            if is_full(&rows) {
                self.at = Position::Stock(place, sku);
            }
        }
        Ok(false)
    }

    async fn lines(
        &mut self,
        tx: &DatabaseTransaction,
        order: String,
        line: u32,
    ) -> Result<bool, DbErr> {
        let rows = page(tx, LINES, order.into(), i64::from(line).into()).await?;
        self.at = Position::Start;
        for row in &rows {
            let (order, line): (OrderId, u32) =
                (Cell::read(row, "order_id")?, Cell::read(row, "line")?);
            self.compare(row, || format!("order {order} line {line}"))?;
            if is_full(&rows) {
                self.at = Position::Lines(order, line);
            }
        }
        Ok(!is_full(&rows))
    }

    fn compare(&mut self, row: &QueryResult, what: impl Fn() -> String) -> Result<(), DbErr> {
        let reserved: Option<i64> = row.try_get("", "reserved")?;
        let (live, entered): (i64, i64) = (row.try_get("", "live")?, row.try_get("", "entered")?);
        if reserved != Some(live) || live != entered {
            self.found += 1;
            let what = what();
            tracing::error!(what, reserved, live, entered, "reservations do not add up (A1)");
        }
        Ok(())
    }
}

fn is_full(rows: &[QueryResult]) -> bool {
    i64::try_from(rows.len()).is_ok_and(|rows| rows >= PAGE)
}

async fn page(
    tx: &DatabaseTransaction,
    sql: &str,
    first: sea_orm::Value,
    second: sea_orm::Value,
) -> Result<Vec<QueryResult>, DbErr> {
    let values = [first, second, PAGE.into()];
    tx.query_all_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await
}
