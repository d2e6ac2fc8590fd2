//! The mesh's own tables, in every service's database.

mod parked;
mod partner;

use std::collections::BTreeSet;

use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, Statement, sea_query::Value,
};

use super::row::{self, Row};
use crate::message::Key;

pub(crate) use parked::{
    Kind, Parked, document_streams, parked, parked_after, parked_for, parked_past,
};
pub(crate) use partner::PartnerRow;
pub use partner::{partners, partners_named};

/// A message that has come in, by its identity.
#[derive(Debug, Clone)]
pub(crate) struct Inbox {
    pub id: String,
    pub received_at: Timestamp,
}
crate::row!(Inbox in "inbox" by (id: String) { id, received_at });

/// The last event handled of an aggregate.
#[derive(Debug, Clone)]
pub(crate) struct ConsumedSequence {
    pub key: Key,
    pub sequence: u64,
}
crate::row!(ConsumedSequence in "consumed_sequences" by (key: Key) { key, sequence });

/// The last event announced of an aggregate of one's own.
#[derive(Debug, Clone)]
pub(crate) struct PublishedSequence {
    pub key: Key,
    pub sequence: u64,
}
crate::row!(PublishedSequence in "published_sequences" by (key: Key) { key, sequence });

/// A message that failed for good here (rule M4): its local record, beside the one in the stream.
#[derive(Debug, Clone)]
pub(crate) struct DeadLetter {
    pub id: String,
    pub key: Option<Key>,
    pub subject: String,
    pub code: String,
    pub reason: String,
    pub failed_at: Timestamp,
    pub open: bool,
}
crate::row!(DeadLetter in "dead_letters" by (id: String) {
    id, key, subject, code, reason, failed_at, open
});

/// The count of failures of a message for an unknown reason.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub id: String,
    pub failures: u32,
    pub first_failed_at: Timestamp,
}
crate::row!(Attempt in "attempts" by (id: String) { id, failures, first_failed_at });

/// Records what came in; the ids that had not come before. What another replica is recording is
/// waited for: only one of them gets an id.
pub(crate) async fn claim(
    tx: &DatabaseTransaction,
    ids: &[String],
    now: Timestamp,
) -> Result<BTreeSet<String>, DbErr> {
    let mut fresh = BTreeSet::new();
    // In one order, so that two replicas that were delivered the same do not wait for each other.
    let ids: Vec<&String> = ids.iter().collect::<BTreeSet<_>>().into_iter().collect();
    for chunk in ids.chunks(5_000) {
        let rows: Vec<_> = (0..chunk.len()).map(|n| format!("(${}, $1)", n + 2)).collect();
        let mut values: Vec<Value> = vec![now.as_microsecond().into()];
        values.extend(chunk.iter().map(|id| Value::from((*id).clone())));
        let sql = format!(
            "INSERT INTO inbox (id, received_at) VALUES {} ON CONFLICT DO NOTHING RETURNING id",
            rows.join(",")
        );
        let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, values);
        for row in tx.query_all_raw(statement).await? {
            fresh.insert(row.try_get("", "id")?);
        }
    }
    Ok(fresh)
}

/// The rows of these keys, locked; on PostgreSQL also those that were missing. A SQLite file is one
/// process's, which writes them when it saves.
pub(crate) async fn lock_counters<R: Row<Key = Key>>(
    tx: &DatabaseTransaction,
    keys: &[Key],
    new: impl Fn(&Key) -> R,
) -> Result<Vec<R>, DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let wanted: Vec<R> = keys.iter().map(new).collect();
        return row::lock_or_make(tx, "key", Row::key, &wanted).await;
    }
    row::find(tx, "key", keys.iter().cloned()).await
}

/// Aggregates of `keys` that an open dead letter holds back.
pub(crate) async fn blocked(db: &impl ConnectionTrait, keys: &[Key]) -> Result<Vec<Key>, DbErr> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let letters: Vec<DeadLetter> = row::find(db, "key", keys.iter().cloned()).await?;
    Ok(letters.into_iter().filter(|letter| letter.open).filter_map(|letter| letter.key).collect())
}

/// Deletes confirmed messages and inbox entries older than they need to be kept (rule M9).
pub(crate) async fn prune(
    db: &impl ConnectionTrait,
    outbox_before: Timestamp,
    inbox_before: Timestamp,
) -> Result<u64, DbErr> {
    let sql = "DELETE FROM outbox WHERE confirmed_at < $1";
    let outbox = execute(db, sql.to_owned(), vec![outbox_before.as_microsecond().into()]).await?;
    let sql = "DELETE FROM inbox WHERE received_at < $1";
    let inbox = execute(db, sql.to_owned(), vec![inbox_before.as_microsecond().into()]).await?;
    let sql = "DELETE FROM attempts WHERE first_failed_at < $1";
    let attempts = execute(db, sql.to_owned(), vec![inbox_before.as_microsecond().into()]).await?;
    Ok(outbox.rows_affected() + inbox.rows_affected() + attempts.rows_affected())
}

pub(crate) async fn execute(
    db: &impl ConnectionTrait,
    sql: String,
    values: Vec<Value>,
) -> Result<ExecResult, DbErr> {
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await
}
