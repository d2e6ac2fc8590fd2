//! The outbox: what this service has said, until its stream can no longer lose it (rules M2, M7).

use std::collections::BTreeMap;

use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr, Statement,
    sea_query::{Alias, Expr, ExprTrait, Order, SelectStatement, Value},
};

use super::{
    column::Json,
    row::{self, Row as _, fetch, select},
    tables::execute,
    transaction::begin,
};

/// Messages looked at for the furthest one that was confirmed: more than one look confirms.
const CONFIRMED_LAST: u64 = 4_000;

/// A message on its way out: pending, published (it has a stream sequence), confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Its `ce-id`, also its `Nats-Msg-Id`.
    pub id: String,
    /// Its place in the order of this service's messages.
    pub position: i64,
    /// Where it goes.
    pub subject: String,
    /// The stream that will keep it.
    pub stream: String,
    /// Its headers.
    pub headers: Json<BTreeMap<String, String>>,
    /// Its body.
    pub payload: Vec<u8>,
    /// When the stream acknowledged it.
    pub published_at: Option<Timestamp>,
    /// Its place in the stream.
    pub stream_sequence: Option<u64>,
    /// When it was found at that place after the durability horizon.
    pub confirmed_at: Option<Timestamp>,
}
crate::row!(Outgoing in "outbox" by (id: String) {
    id, position, subject, stream, headers, payload, published_at, stream_sequence, confirmed_at
});

impl Outgoing {
    /// The document, where it is one to a partner.
    pub(crate) fn document(&self) -> Option<OutboundDocument<'_>> {
        let (recipient, rest) = self.subject.strip_prefix("egress.")?.split_once('.')?;
        let (document, _version) = rest.split_once('.')?;
        Some(OutboundDocument { id: &self.id, recipient, document, body: &self.payload })
    }
}

/// A document on its way to a partner.
#[derive(Debug, Clone, Copy)]
pub struct OutboundDocument<'a> {
    /// Its `ce-id`.
    pub id: &'a str,
    /// The partner, or `operator`.
    pub recipient: &'a str,
    /// Its name in subjects.
    pub document: &'a str,
    /// Its bytes.
    pub body: &'a [u8],
}

/// The furthest message that was found in a stream. When the stream no longer has it there, it has
/// gone back, and what was confirmed is in doubt.
#[derive(Debug, Clone)]
pub(crate) struct StreamCheckpoint {
    pub stream: String,
    pub id: String,
    pub stream_sequence: u64,
}
crate::row!(StreamCheckpoint in "stream_checkpoints" by (stream: String) { stream, id, stream_sequence });

/// Outgoing messages without an acknowledgement that are older than `before`, in their order: up
/// to `limit` for each stream, so that one that takes none does not hold up the others. Streams
/// that are `asleep` are left out.
pub(crate) async fn unpublished(
    db: &impl ConnectionTrait,
    before: Timestamp,
    limit: u64,
    asleep: impl Fn(&str) -> bool,
) -> Result<Vec<Vec<Outgoing>>, DbErr> {
    let pending = "stream_sequence IS NULL AND position < $1";
    let mut found = Vec::new();
    for stream in streams(db, pending, before).await? {
        if asleep(&stream) {
            continue;
        }
        let mut select = of_stream(&stream, "position", before, limit);
        select.and_where(Expr::col(Alias::new("stream_sequence")).is_null());
        found.push(fetch(db, &select).await?);
    }
    Ok(found)
}

/// Acknowledged messages that have not been looked up in their stream yet: up to `limit` for each
/// stream.
pub(crate) async fn unconfirmed(
    db: &impl ConnectionTrait,
    before: Timestamp,
    limit: u64,
) -> Result<Vec<Vec<Outgoing>>, DbErr> {
    let unconfirmed = "confirmed_at IS NULL AND published_at < $1";
    let mut found = Vec::new();
    for stream in streams(db, unconfirmed, before).await? {
        let mut select = of_stream(&stream, "published_at", before, limit);
        select.and_where(Expr::col(Alias::new("confirmed_at")).is_null());
        found.push(fetch(db, &select).await?);
    }
    Ok(found)
}

async fn streams(
    db: &impl ConnectionTrait,
    wanted: &str,
    before: Timestamp,
) -> Result<Vec<String>, DbErr> {
    let sql = format!("SELECT DISTINCT stream FROM outbox WHERE {wanted}");
    let values = [before.as_microsecond().into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    db.query_all_raw(statement).await?.iter().map(|row| row.try_get("", "stream")).collect()
}

fn of_stream(stream: &str, time: &str, before: Timestamp, limit: u64) -> SelectStatement {
    let mut select = select::<Outgoing>();
    select.and_where(Expr::col(Alias::new("stream")).eq(stream));
    select.and_where(Expr::col(Alias::new(time)).lt(before.as_microsecond()));
    select.order_by(Alias::new(time), Order::Asc).limit(limit);
    select
}

/// The furthest confirmed message of each stream.
pub(crate) async fn checkpoints(db: &impl ConnectionTrait) -> Result<Vec<StreamCheckpoint>, DbErr> {
    row::fetch(db, &row::select::<StreamCheckpoint>()).await
}

/// The furthest confirmed message of one stream.
pub(crate) async fn checkpoint_of(
    db: &impl ConnectionTrait,
    stream: &str,
) -> Result<Option<StreamCheckpoint>, DbErr> {
    Ok(row::find(db, "stream", [stream.to_owned()]).await?.pop())
}

/// Raises the place of each stream to the furthest of what was confirmed last: a process that ended
/// between the two must not leave behind a place that a loss does not reach.
pub(crate) async fn raise_checkpoints(db: &DatabaseConnection) -> Result<(), DbErr> {
    let mut select = select::<Outgoing>();
    select.and_where(Expr::col(Alias::new("confirmed_at")).is_not_null());
    select.order_by(Alias::new("confirmed_at"), Order::Desc).limit(CONFIRMED_LAST);
    select.clear_selects();
    select.columns(["stream", "id", "stream_sequence"].map(Alias::new));
    let mut furthest = BTreeMap::<String, StreamCheckpoint>::new();
    for row in db.query_all(&select).await? {
        let place = StreamCheckpoint::read(&row)?;
        let known = furthest.entry(place.stream.clone()).or_insert_with(|| place.clone());
        if known.stream_sequence < place.stream_sequence {
            *known = place;
        }
    }
    for place in furthest.values() {
        note_checkpoint(db, place).await?;
    }
    Ok(())
}

/// Notes the furthest confirmed message of a stream, where it is further than the one noted.
async fn note_checkpoint(db: &impl ConnectionTrait, place: &StreamCheckpoint) -> Result<(), DbErr> {
    let sql = "INSERT INTO stream_checkpoints (stream, id, stream_sequence) VALUES ($1, $2, $3) \
               ON CONFLICT (stream) DO UPDATE SET id = excluded.id, \
               stream_sequence = excluded.stream_sequence \
               WHERE excluded.stream_sequence > stream_checkpoints.stream_sequence";
    let sequence = i64::try_from(place.stream_sequence).unwrap_or(i64::MAX);
    let values = vec![place.stream.clone().into(), place.id.clone().into(), sequence.into()];
    execute(db, sql.to_owned(), values).await.map(|_| ())
}

/// The stream has gone back: every message that it was given is looked up again.
pub(crate) async fn invalidate_confirmations(
    db: &DatabaseConnection,
    stream: &str,
) -> Result<(), DbErr> {
    let tx = begin(db).await?;
    let sql = "UPDATE outbox SET confirmed_at = NULL \
               WHERE stream = $1 AND confirmed_at IS NOT NULL";
    execute(&tx, sql.to_owned(), vec![stream.into()]).await?;
    row::delete::<StreamCheckpoint>(&tx, [vec![stream.into()]]).await?;
    #[expect(clippy::disallowed_methods, reason = "the outbox's own rows")]
    tx.commit().await
}

/// Notes where the stream put these messages: (id, stream sequence). One statement.
pub(crate) async fn mark_published(
    db: &impl ConnectionTrait,
    acknowledged: &[(String, u64)],
    now: Timestamp,
) -> Result<(), DbErr> {
    for chunk in acknowledged.chunks(5_000) {
        let rows: Vec<_> =
            (0..chunk.len()).map(|n| format!("(${},${})", 2 * n + 2, 2 * n + 3)).collect();
        let mut values: Vec<Value> = vec![now.as_microsecond().into()];
        for (id, sequence) in chunk {
            values.push(id.clone().into());
            values.push(i64::try_from(*sequence).unwrap_or(i64::MAX).into());
        }
        let sql = format!(
            "UPDATE outbox SET stream_sequence = v.column2, published_at = $1 \
             FROM (VALUES {}) AS v WHERE outbox.id = v.column1",
            rows.join(",")
        );
        execute(db, sql, values).await?;
    }
    Ok(())
}

/// What came of looking up messages of one stream.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Where the stream had put them.
    pub there: Vec<StreamCheckpoint>,
    /// The ids of those that the stream no longer has.
    pub lost: Vec<String>,
}

impl Found {
    /// The furthest of those that are there.
    pub fn furthest(&self) -> Option<&StreamCheckpoint> {
        self.there.iter().max_by_key(|place| place.stream_sequence)
    }
}

/// Confirms what was found, notes the furthest of it, and makes pending what was lost (rule M7): in
/// one transaction, for a message that is confirmed is only looked after by the place of its stream.
pub(crate) async fn settle(
    db: &DatabaseConnection,
    found: &Found,
    now: Timestamp,
) -> Result<(), DbErr> {
    let Found { there, lost } = found;
    if there.is_empty() && lost.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = there.iter().map(|place| place.id.clone()).collect();
    let tx = begin(db).await?;
    mark_confirmed(&tx, &ids, now).await?;
    if let Some(furthest) = found.furthest() {
        note_checkpoint(&tx, furthest).await?;
    }
    mark_lost(&tx, lost).await?;
    #[expect(clippy::disallowed_methods, reason = "the outbox's own rows")]
    tx.commit().await
}

async fn mark_confirmed(
    db: &impl ConnectionTrait,
    ids: &[String],
    now: Timestamp,
) -> Result<(), DbErr> {
    update_outbox(db, ids, "confirmed_at = $1", Some(now)).await
}

async fn mark_lost(db: &impl ConnectionTrait, ids: &[String]) -> Result<(), DbErr> {
    let set = "stream_sequence = NULL, published_at = NULL, confirmed_at = $1";
    update_outbox(db, ids, set, None).await
}

async fn update_outbox(
    db: &impl ConnectionTrait,
    ids: &[String],
    set: &str,
    now: Option<Timestamp>,
) -> Result<(), DbErr> {
    for chunk in ids.chunks(5_000) {
        let list: Vec<_> = (0..chunk.len()).map(|n| format!("${}", n + 2)).collect();
        let mut values: Vec<Value> = vec![now.map(|now| now.as_microsecond()).into()];
        values.extend(chunk.iter().map(|id| Value::from(id.clone())));
        execute(db, format!("UPDATE outbox SET {set} WHERE id IN ({})", list.join(",")), values)
            .await?;
    }
    Ok(())
}
