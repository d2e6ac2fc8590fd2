//! The outbox: a service's outgoing messages, kept until their stream can no longer lose them (rules
//! M2, M7).

mod checkpoint;
mod settle;

use std::collections::BTreeMap;

use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DbErr, Statement,
    sea_query::{Alias, Expr, ExprTrait, Order, SelectStatement},
};

use super::{
    column::Json,
    row::{fetch, select},
};

pub(crate) use checkpoint::{StreamCheckpoint, checkpoint_of, checkpoints, raise_checkpoints};
pub(crate) use settle::{Found, invalidate_confirmations, mark_published, settle};

/// A message on its way out: pending, published (it has a stream sequence), confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The `ce-id`, also used as `Nats-Msg-Id`.
    pub id: String,
    /// The position in the order of this service's messages.
    pub position: i64,
    pub subject: String,
    /// The stream that will keep it.
    pub stream: String,
    pub headers: Json<BTreeMap<String, String>>,
    pub payload: Vec<u8>,
    /// The time at which the stream acknowledged it.
    pub published_at: Option<Timestamp>,
    pub stream_sequence: Option<u64>,
    /// The time at which it was found in the stream after the durability horizon.
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
    pub id: &'a str,
    /// The name of the partner, or `operator`.
    pub recipient: &'a str,
    /// The document's name in NATS subjects.
    pub document: &'a str,
    pub body: &'a [u8],
}

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
