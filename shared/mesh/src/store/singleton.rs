//! Work that one replica of a service does at a time: what any of them could do, and all of them
//! would only do over again. Nobody leads: whoever asks first has the turn, and a turn ends with its
//! connection.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement, TransactionTrait};

/// Tells these locks from others of the database; the second key is of service and work.
const TRY: &str =
    "SELECT pg_try_advisory_xact_lock(5711050, hashtext(current_schema() || $1)) AS got";

/// Does a kind of work when no other replica is at it; `None` while one is. A SQLite file is one
/// process's: the turn is always its own there.
///
/// # Errors
/// When the database fails, or the work does.
pub async fn run_exclusive<T, E: From<DbErr>>(
    db: &DatabaseConnection,
    work: &str,
    doing: impl Future<Output = Result<T, E>>,
) -> Result<Option<T>, E> {
    if db.get_database_backend() != DbBackend::Postgres {
        return doing.await.map(Some);
    }
    let tx = db.begin().await?;
    let asked = Statement::from_sql_and_values(DbBackend::Postgres, TRY, [work.into()]);
    let got = tx.query_one_raw(asked).await?.map(|row| row.try_get("", "got")).transpose()?;
    let done = if got.unwrap_or(false) { Some(doing.await) } else { None };
    // Also where the work failed: a transaction that is only dropped ends some time later.
    let ended = tx.rollback().await;
    let done = done.transpose()?;
    ended?;
    Ok(done)
}
