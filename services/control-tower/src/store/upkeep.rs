//! The end of operators' decisions: they are deleted after their time, a bounded number of rows at a
//! step (M9).

use std::time::Duration;

use futures::FutureExt as _;
use jiff::Timestamp;
use mesh::{DatabaseTransaction, DbErr, Upkeep, column::Cell};
use sea_orm::{ConnectionTrait, Statement};

use crate::{ControlTower, config::Config};

pub const UPKEEP: Upkeep<ControlTower> =
    Upkeep { every: |_| EVERY, step: |tower, tx, now| step(tx, &tower.config, now).boxed() };

/// The time between two steps.
const EVERY: Duration = Duration::from_secs(60);
/// Rows of a table that one step deletes.
const ROWS: i64 = 1_000;

const DECISIONS: &str = "DELETE FROM decisions WHERE command_id IN \
    (SELECT command_id FROM decisions WHERE given_at < $1 ORDER BY given_at LIMIT $2)";
const OUTCOMES: &str = "DELETE FROM outcomes WHERE command_id IN \
    (SELECT command_id FROM outcomes WHERE answered_at < $1 ORDER BY answered_at LIMIT $2)";

async fn step(tx: &DatabaseTransaction, config: &Config, now: Timestamp) -> Result<(), DbErr> {
    let before = now.checked_sub(config.decisions_kept()).unwrap_or(Timestamp::MIN);
    for sql in [DECISIONS, OUTCOMES] {
        let values = [before.value(), ROWS.into()];
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        tx.execute_raw(statement).await?;
    }
    Ok(())
}
