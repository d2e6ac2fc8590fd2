//! The mesh's own tables, in every service's database.

use std::collections::{BTreeMap, BTreeSet};

use contracts::PartnerName;
use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, Statement,
    sea_query::{Alias, Expr, ExprTrait, Order, Value},
};

use crate::{
    context::Partners,
    message::{Inbound, Key, Malformed, Waiting},
    store::{
        column::Json,
        row::{self, Row, fetch, select},
    },
};

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

/// A message that waits for another (rule M5).
#[derive(Debug, Clone)]
pub(crate) struct Parked {
    pub id: String,
    pub waiting_for: Key,
    pub subject: String,
    pub headers: Json<BTreeMap<String, String>>,
    pub payload: Vec<u8>,
    pub stream: String,
    pub stream_sequence: u64,
    pub stored_at: Timestamp,
    pub since: Timestamp,
    pub deadline: Timestamp,
}
crate::row!(Parked in "parked" by (id: String) {
    id, waiting_for, subject, headers, payload, stream, stream_sequence, stored_at, since, deadline
});

impl Parked {
    pub fn new(inbound: &Inbound, waiting_for: Key, waiting: Waiting) -> Self {
        Self {
            id: inbound.id.clone(),
            waiting_for,
            subject: inbound.subject.clone(),
            headers: Json(inbound.headers.clone()),
            payload: inbound.payload.clone(),
            stream: inbound.stream.clone(),
            stream_sequence: inbound.stream_sequence,
            stored_at: inbound.stored_at,
            since: waiting.since,
            deadline: waiting.deadline,
        }
    }

    pub fn into_inbound(self) -> (Inbound, Option<Malformed>) {
        let (mut inbound, malformed) = Inbound::of(
            self.subject,
            self.headers.0,
            self.payload,
            self.stream,
            self.stream_sequence,
            self.stored_at,
        );
        inbound.id = self.id;
        inbound.parked = Some(Waiting { since: self.since, deadline: self.deadline });
        (inbound, malformed)
    }
}

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

/// How often a message failed for a reason that nobody knows.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub id: String,
    pub failures: u32,
    pub first_failed_at: Timestamp,
}
crate::row!(Attempt in "attempts" by (id: String) { id, failures, first_failed_at });

/// A partner's record, as its events tell it.
#[derive(Debug, Clone)]
pub(crate) struct PartnerRow {
    pub name: PartnerName,
    pub record: Json<contracts::partner::Partner>,
}
crate::row!(PartnerRow in "partners" by (name: PartnerName) { name, record });

/// The partners that are known, by name.
///
/// # Errors
/// When the database fails.
pub async fn partners(db: &impl ConnectionTrait) -> Result<Partners, DbErr> {
    let rows: Vec<PartnerRow> = row::fetch(db, &row::select::<PartnerRow>()).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.record.0)).collect())
}

/// Those of these partners that are known.
///
/// # Errors
/// When the database fails.
pub async fn partners_named(
    db: &impl ConnectionTrait,
    names: impl IntoIterator<Item = PartnerName>,
) -> Result<Partners, DbErr> {
    let rows: Vec<PartnerRow> = row::find(db, "name", names).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.record.0)).collect())
}

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

/// How many messages wait.
pub(crate) async fn parked(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let sql = "SELECT COUNT(*) AS parked FROM parked";
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let parked = match db.query_one_raw(statement).await? {
        Some(row) => row.try_get::<i64>("", "parked")?,
        None => 0,
    };
    Ok(parked.unsigned_abs())
}

/// What waits for one of these, oldest first.
pub(crate) async fn parked_for(
    db: &impl ConnectionTrait,
    keys: &[Key],
    limit: u64,
) -> Result<Vec<Parked>, DbErr> {
    let mut select = select::<Parked>();
    let keys = keys.iter().map(|key| Value::from(key.to_string()));
    select.and_where(Expr::col(Alias::new("waiting_for")).is_in(keys));
    select.order_by(Alias::new("stored_at"), Order::Asc).limit(limit);
    fetch(db, &select).await
}

/// What is parked, in the order of its ids, after one of them.
pub(crate) async fn parked_after(
    db: &impl ConnectionTrait,
    after: &str,
    limit: u64,
) -> Result<Vec<Parked>, DbErr> {
    let mut select = select::<Parked>();
    select.and_where(Expr::col(Alias::new("id")).gt(after));
    select.order_by(Alias::new("id"), Order::Asc).limit(limit);
    fetch(db, &select).await
}

/// What a parked message is, which says by which clock it waits.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind<'a> {
    /// A document of this stream.
    DocumentOf(&'a str),
    /// An event or a command.
    Message,
    /// Whatever it is.
    Any,
}

/// Subjects of documents; one that came in another format has it too.
const DOCUMENTS: &str = "ingress.%";

/// What has a deadline that is not after `past`, oldest first.
pub(crate) async fn parked_past(
    db: &impl ConnectionTrait,
    kind: Kind<'_>,
    past: Timestamp,
    limit: u64,
) -> Result<Vec<Parked>, DbErr> {
    let column = |name: &'static str| Expr::col(Alias::new(name));
    let mut select = select::<Parked>();
    match kind {
        Kind::DocumentOf(stream) => {
            select.and_where(column("stream").eq(stream));
            select.and_where(column("subject").like(DOCUMENTS));
        }
        Kind::Message => {
            select.and_where(column("subject").not_like(DOCUMENTS));
        }
        Kind::Any => {}
    }
    select.and_where(column("deadline").lte(past.as_microsecond()));
    select.order_by(Alias::new("deadline"), Order::Asc).limit(limit);
    fetch(db, &select).await
}

/// The streams of parked documents.
pub(crate) async fn document_streams(db: &impl ConnectionTrait) -> Result<BTreeSet<String>, DbErr> {
    let sql = format!("SELECT DISTINCT stream FROM parked WHERE subject LIKE '{DOCUMENTS}'");
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await?.iter().map(|row| row.try_get("", "stream")).collect()
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
