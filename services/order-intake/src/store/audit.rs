//! The audit of rule O5: the kept figures of every order are added up again from its lines, and those
//! of every customer from its orders and documents; round after round, a bounded step at a time. The
//! progress of a round and its findings are kept, so that any replica goes on with it and every
//! replica tells the same.

use contracts::{Currency, CustomerId, OrderId};
use jiff::{SignedDuration, Timestamp};
use mesh::{
    DatabaseTransaction, DbErr, QueryResult,
    column::Cell,
    row::{self, Row},
};
use sea_orm::{ConnectionTrait, Statement, Value};

use super::anew::{halves, wide};
use crate::domain::{line::Line, order::Order, tally::Tally};

/// Orders, and customers, that one step looks at.
const PAGE: i64 = 128;
/// A round begins this long after the one before it.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);
const ORDERS: &str = "orders";
const CREDIT: &str = "credit";

/// Orders that count, in the order of their index.
const ACCEPTED: &str = "SELECT customer_id, order_id AS place FROM orders \
    WHERE status = 'accepted' AND (customer_id, order_id) > ($1, $2) \
    ORDER BY customer_id, order_id LIMIT $3";
const DIFFERENCES: &str = "SELECT CAST(COALESCE(SUM(CASE WHEN found > found_before THEN found \
    ELSE found_before END), 0) AS BIGINT) AS differences FROM audits";

/// The progress of a round over one book.
#[derive(Debug, Clone)]
struct Audit {
    book: String,
    begun_at: Timestamp,
    /// The customer that was looked at last; empty at the beginning.
    customer_id: String,
    /// The customer's order or currency that was looked at last.
    place: String,
    /// Differences found in this round.
    found: u64,
    /// Differences found in the last whole round.
    found_before: u64,
}

mesh::row!(Audit in "audits" by (book: String) {
    book, begun_at, customer_id, place, found, found_before
});

impl Audit {
    fn none(book: &str) -> Self {
        Self {
            book: book.to_owned(),
            begun_at: Timestamp::UNIX_EPOCH,
            customer_id: String::new(),
            place: String::new(),
            found: 0,
            found_before: 0,
        }
    }

    fn is_due(&self, now: Timestamp) -> bool {
        !self.customer_id.is_empty() || self.begun_at + PAUSE <= now
    }
}

/// Adds up the next part of each book, where it is time for that.
///
/// # Errors
/// When the database fails.
pub async fn step(tx: &DatabaseTransaction, now: Timestamp) -> Result<(), DbErr> {
    let books = [CREDIT, ORDERS].map(Audit::none);
    let audits: Vec<Audit> =
        row::lock_or_make(tx, Audit::KEY[0], |audit| audit.book.clone(), &books).await?;
    let mut done = Vec::new();
    for mut audit in audits.into_iter().filter(|audit| audit.is_due(now)) {
        if audit.customer_id.is_empty() {
            audit.begun_at = now;
        }
        let is_orders = audit.book == ORDERS;
        let sql = if is_orders { ACCEPTED.to_owned() } else { accounts_of() };
        let rows = page(tx, &sql, &audit).await?;
        let found = if is_orders { orders(tx, &rows).await? } else { accounts(&rows)? };
        audit.found += found;
        match rows.last().filter(|_| i64::try_from(rows.len()).is_ok_and(|rows| rows >= PAGE)) {
            Some(last) => {
                audit.customer_id = last.try_get("", "customer_id")?;
                audit.place = last.try_get("", "place")?;
            }
            None => {
                audit = Audit {
                    begun_at: audit.begun_at,
                    found_before: audit.found,
                    ..Audit::none(&audit.book)
                };
            }
        }
        done.push(audit);
    }
    row::upsert(tx, &done).await
}

/// Differences found: of each book in its last whole round, or already in this one.
///
/// # Errors
/// When the database fails.
pub async fn differences(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), DIFFERENCES));
    row.await?.map_or(Ok(0), |row| Cell::read(&row, "differences"))
}

async fn page(
    tx: &DatabaseTransaction,
    sql: &str,
    after: &Audit,
) -> Result<Vec<QueryResult>, DbErr> {
    let values: [Value; 3] =
        [after.customer_id.clone().into(), after.place.clone().into(), PAGE.into()];
    tx.query_all_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await
}

/// Orders whose kept figures are not those of their lines.
async fn orders(tx: &DatabaseTransaction, rows: &[QueryResult]) -> Result<u64, DbErr> {
    let ids: Vec<OrderId> =
        rows.iter().map(|row| Cell::read(row, "place")).collect::<Result<_, _>>()?;
    let orders: Vec<Order> = row::find(tx, "order_id", ids.iter().copied()).await?;
    let lines: Vec<Line> = row::find(tx, "order_id", ids).await?;
    let doubtful = differing(&orders, &lines);
    if doubtful.is_empty() {
        return Ok(0);
    }
    // Lines were read after their orders: a decision in between is no difference.
    let orders: Vec<Order> = row::lock(tx, "order_id", doubtful.iter().copied()).await?;
    let lines: Vec<Line> = row::lock(tx, "order_id", doubtful).await?;
    let wrong = differing(&orders, &lines);
    for order_id in &wrong {
        tracing::error!(%order_id, "what is kept of an order is not what its lines come to (O5)");
    }
    Ok(u64::try_from(wrong.len()).unwrap_or(u64::MAX))
}

fn differing(orders: &[Order], lines: &[Line]) -> Vec<OrderId> {
    let differs = |order: &&Order| {
        let Some(taken) = order.taken() else { return false };
        let of_order = || lines.iter().filter(|line| line.order_id == order.order_id);
        Tally::of(&taken.body, of_order()).ok().as_ref() != Some(&taken.tally)
            || taken.part_anew(of_order()).ok() != Some(taken.exposure)
    };
    orders.iter().filter(differs).map(|order| order.order_id).collect()
}

/// The kept figures of each customer, and the sums that they should be. One statement, so that both
/// sides are of the same moment.
fn accounts_of() -> String {
    const OF_ORDERS: &str = "FROM orders WHERE orders.customer_id = credit.customer_id \
        AND orders.currency = credit.currency AND";
    let orders = halves("exposure", "exposure");
    let orders =
        orders.map(|(name, sum)| format!("(SELECT {sum} {OF_ORDERS} exposure <> 0) AS {name}"));
    let owed = halves("documents", "amount");
    let owed = owed.map(|(name, sum)| {
        format!(
            "(SELECT {sum} FROM owed WHERE owed.customer_id = credit.customer_id \
             AND owed.currency = credit.currency) AS {name}"
        )
    });
    format!(
        "SELECT customer_id, currency AS place, on_order, owed, waiting, {}, {}, \
         (SELECT COUNT(*) {OF_ORDERS} waits_for_credit) AS waiting_orders, \
         (SELECT COUNT(*) {OF_ORDERS} exposure <> 0 AND status <> 'accepted') AS strays \
         FROM credit WHERE (customer_id, currency) > ($1, $2) \
         ORDER BY customer_id, currency LIMIT $3",
        orders.join(", "),
        owed.join(", ")
    )
}

fn differs(row: &QueryResult) -> Result<bool, DbErr> {
    let count = |name| row.try_get::<i64>("", name);
    let kept = |name| Cell::read(row, name);
    let (on_order, owed): (i128, i128) = (kept("on_order")?, kept("owed")?);
    Ok(on_order != wide(row, "exposure")?
        || owed != wide(row, "documents")?
        || count("waiting")? != count("waiting_orders")?
        || count("strays")? != 0)
}

/// Customers whose kept figures are not the sums of their orders and documents.
fn accounts(rows: &[QueryResult]) -> Result<u64, DbErr> {
    let mut wrong = 0_u64;
    for row in rows {
        if differs(row)? {
            let customer_id: CustomerId = Cell::read(row, "customer_id")?;
            let currency: Currency = Cell::read(row, "place")?;
            tracing::error!(%customer_id, %currency, "exposure is not the sum of its parts (O5)");
            wrong += 1;
        }
    }
    Ok(wrong)
}
