//! The state of the mesh, in figures.

use std::{collections::BTreeMap, str::FromStr};

use contracts::event::ExceptionKind;
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DbErr,
    column::{Cell, Column},
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Query},
};
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};

use crate::domain::{
    case::{Kind, State},
    order::Order,
    record::Record,
    status::Stage,
};

/// The latest completed orders, of which the cycle time is taken.
const SAMPLE: u64 = 1_000;

/// The state of the mesh.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The number of orders by stage.
    pub orders: BTreeMap<Stage, i64>,
    /// The number of open exceptions by kind.
    pub open_exceptions: BTreeMap<String, i64>,
    /// Dead letters that nobody has settled, by service.
    #[serde(default)]
    pub dead_letters: BTreeMap<String, i64>,
    /// Recorded events by kind, such as `order.accepted`.
    pub events: BTreeMap<String, i64>,
    /// The time of the event that was recorded last.
    pub last_event_at: Option<Timestamp>,
    /// The time between that event and its record: the lag of the control tower.
    pub lag_seconds: i64,
    /// The time from acceptance to completion; none before the first completed order.
    pub cycle_time: Option<CycleTime>,
}

/// The time that orders took from acceptance to completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CycleTime {
    /// The number of orders that were looked at.
    pub orders: usize,
    /// Half of the orders took no longer.
    pub p50_milliseconds: i64,
    /// 99 in 100 orders took no longer.
    pub p99_milliseconds: i64,
}

/// The state of the mesh.
///
/// # Errors
/// When the database fails.
pub async fn status(db: &DatabaseConnection) -> Result<Status, DbErr> {
    let open = Expr::col(Alias::new("state")).eq(State::Open.to_raw());
    let known = Expr::col(Alias::new("last_event")).ne("");
    let last = last_event(db).await?;
    let behind = |last: &Record| last.recorded_at.duration_since(last.occurred_at).as_secs();
    Ok(Status {
        orders: counts(db, "orders", "stage", Some(known)).await?,
        open_exceptions: counts(db, "cases", "kind", Some(open)).await?,
        dead_letters: dead_letters(db).await?,
        events: counts(db, "events", "event", None).await?,
        last_event_at: last.as_ref().map(|last| last.occurred_at),
        lag_seconds: last.as_ref().map(behind).filter(|behind| *behind > 0).unwrap_or_default(),
        cycle_time: cycle_time(db).await?,
    })
}

/// The number of rows of a table by the values of a column.
async fn counts<K: FromStr + Ord>(
    db: &DatabaseConnection,
    table: &str,
    column: &str,
    only: Option<Expr>,
) -> Result<BTreeMap<K, i64>, DbErr> {
    let mut select = Query::select();
    select.column(Alias::new(column));
    select.expr_as(Expr::col(Alias::new(column)).count(), Alias::new("found"));
    select.from(Alias::new(table)).group_by_col(Alias::new(column));
    if let Some(only) = only {
        select.and_where(only);
    }
    let rows = db.query_all(&select).await?;
    let count = |row: mesh::QueryResult| {
        let key: String = row.try_get("", column)?;
        let malformed = |_| DbErr::Type(format!("column {column}: `{key}` is not known"));
        Ok((key.parse::<K>().map_err(malformed)?, row.try_get("", "found")?))
    };
    rows.into_iter().map(count).collect()
}

/// Open cases of dead letters, whose references are `<service>/<number>`.
async fn dead_letters(db: &DatabaseConnection) -> Result<BTreeMap<String, i64>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = Query::select();
    select.column(Alias::new("reference")).from(Alias::new("cases"));
    select.and_where(column("kind").eq(Kind(ExceptionKind::DeadLetter).value()));
    select.and_where(column("state").eq(State::Open.to_raw()));
    let mut found = BTreeMap::new();
    for row in db.query_all(&select).await? {
        let reference: String = row.try_get("", "reference")?;
        let service = reference.split('/').next().unwrap_or_default();
        *found.entry(service.to_owned()).or_default() += 1;
    }
    Ok(found)
}

async fn last_event(db: &DatabaseConnection) -> Result<Option<Record>, DbErr> {
    let mut select = row::select::<Record>();
    select.order_by(Alias::new("recorded_at"), Direction::Desc);
    select.order_by(Alias::new("occurred_at"), Direction::Desc).limit(1);
    Ok(row::fetch(db, &select).await?.pop())
}

async fn cycle_time(db: &DatabaseConnection) -> Result<Option<CycleTime>, DbErr> {
    let mut select = row::select::<Order>();
    select.and_where(Expr::col(Alias::new("completed_at")).is_not_null());
    select.order_by(Alias::new("completed_at"), Direction::Desc).limit(SAMPLE);
    let orders: Vec<Order> = row::fetch(db, &select).await?;
    let took = orders.iter().filter_map(|order| {
        let took = order.completed_at?.duration_since(order.accepted_at?);
        i64::try_from(took.as_millis()).ok()
    });
    let mut took: Vec<i64> = took.collect();
    took.sort_unstable();
    let at = |percent| percentile(&took, percent);
    Ok(at(50).zip(at(99)).map(|(p50_milliseconds, p99_milliseconds)| CycleTime {
        orders: took.len(),
        p50_milliseconds,
        p99_milliseconds,
    }))
}

/// The nearest rank: the least value that so many in 100 do not exceed.
fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_value_that_occurred() {
        let hundred: Vec<i64> = (1..=100).collect();
        assert_eq!(percentile(&hundred, 50), Some(50));
        assert_eq!(percentile(&hundred, 99), Some(99));
        assert_eq!(percentile(&[7], 50), Some(7));
        assert_eq!(percentile(&[], 50), None);
    }
}
