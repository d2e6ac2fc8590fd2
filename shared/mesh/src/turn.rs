//! Work that one replica of a service does at a time: what any of them could do, and all of them
//! would only do over again. Nobody leads: whoever asks first has the turn, and a turn ends with its
//! connection.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement,
    TransactionTrait,
};

/// Tells these locks from others of the database; the second key is of service and work.
const TRY: &str =
    "SELECT pg_try_advisory_xact_lock(5711050, hashtext(current_schema() || $1)) AS got";

/// The turn of this replica; over when it is dropped. A SQLite file is one process's: it always has
/// the turn there.
#[derive(Debug)]
pub struct Turn(Option<DatabaseTransaction>);

impl Turn {
    /// Takes the turn for a kind of work; `None` while another replica has it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take(db: &DatabaseConnection, work: &str) -> Result<Option<Self>, DbErr> {
        if db.get_database_backend() != DbBackend::Postgres {
            return Ok(Some(Self(None)));
        }
        let tx = db.begin().await?;
        let values = [work.into()];
        let asked = Statement::from_sql_and_values(DbBackend::Postgres, TRY, values);
        let got = tx.query_one_raw(asked).await?.map(|row| row.try_get("", "got"));
        Ok(if got.transpose()?.unwrap_or(false) { Some(Self(Some(tx))) } else { None })
    }

    /// Ends the turn.
    ///
    /// # Errors
    /// When the database fails; the turn is over then too.
    pub async fn end(self) -> Result<(), DbErr> {
        match self.0 {
            Some(tx) => tx.rollback().await,
            None => Ok(()),
        }
    }
}
