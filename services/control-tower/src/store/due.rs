//! Work that is due: observations, and cases whose time has come.

use jiff::{SignedDuration, Timestamp};
use mesh::{
    DatabaseTransaction, DbErr,
    column::Column,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};

use crate::domain::{
    case::{Case, State},
    observation::Observation,
    record::Record,
};

/// The lag of an event that is one of many that waited.
const BEHIND: SignedDuration = SignedDuration::from_mins(1);
/// The time without such an event after which the others have come too.
const BUSY: SignedDuration = SignedDuration::from_secs(10);

/// Observations in the order of their messages.
pub async fn observations(tx: &DatabaseTransaction, limit: u64) -> Result<Vec<Observation>, DbErr> {
    let mut select = row::select::<Observation>();
    select.order_by(Alias::new("observed_at"), Direction::Asc);
    select.order_by(Alias::new("sequence"), Direction::Asc).limit(limit);
    row::fetch(tx, &select).await
}

/// Pending cases whose time has come. None while old events are worked off, as after a long outage:
/// the next of them may settle a case.
pub async fn overdue(
    tx: &DatabaseTransaction,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Case>, DbErr> {
    let mut select = row::select::<Case>();
    select.and_where(Expr::col(Alias::new("state")).eq(State::Pending.to_raw()));
    select.and_where(Expr::col(Alias::new("opens_at")).lte(now.to_raw()));
    select.order_by(Alias::new("opens_at"), Direction::Asc).limit(limit);
    let cases: Vec<Case> = row::fetch(tx, &select).await?;
    if cases.is_empty() || catches_up(tx, now).await? {
        return Ok(Vec::new());
    }
    Ok(cases)
}

/// Returns whether the events that are recorded now happened long ago.
async fn catches_up(tx: &DatabaseTransaction, now: Timestamp) -> Result<bool, DbErr> {
    let mut select = row::select::<Record>();
    select.order_by(Alias::new("recorded_at"), Direction::Desc).limit(1);
    let last: Vec<Record> = row::fetch(tx, &select).await?;
    let behind = |last: &Record| {
        let lag = last.recorded_at.duration_since(last.occurred_at);
        lag > BEHIND && now.duration_since(last.recorded_at) < BUSY
    };
    Ok(last.first().is_some_and(behind))
}
