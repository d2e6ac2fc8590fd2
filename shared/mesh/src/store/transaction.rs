//! Transactions that take SQLite's write lock at their start.

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};

/// Begins a transaction that may write: SQLite takes its write lock at once, so that it never has
/// to be refused half way.
///
/// # Errors
/// When the database fails.
pub(crate) async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let immediate = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode: immediate, ..Default::default() };
    db.begin_with_options(options).await
}
