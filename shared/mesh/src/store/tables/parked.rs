//! Messages that wait for another (rule M5).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sea_orm::{
    ConnectionTrait, DbErr, Statement,
    sea_query::{Alias, Expr, ExprTrait, Order, Value},
};

use crate::{
    message::{Inbound, Key, Malformed, Waiting},
    store::{
        column::Json,
        row::{fetch, select},
    },
};

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

/// Counts the parked messages.
pub(crate) async fn parked(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    let sql = "SELECT COUNT(*) AS parked FROM parked";
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let parked = match db.query_one_raw(statement).await? {
        Some(row) => row.try_get::<i64>("", "parked")?,
        None => 0,
    };
    Ok(parked.unsigned_abs())
}

/// Returns messages that wait for one of these keys, the oldest first.
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

/// Returns parked messages after an id, in the order of their ids.
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

/// The kind of a parked message, which decides by which clock it waits.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind<'a> {
    /// A document of this stream.
    DocumentOf(&'a str),
    /// An event or a command.
    Message,
    Any,
}

/// Subjects of documents; one that came in another format has it too.
const DOCUMENTS: &str = "ingress.%";

/// Returns parked messages whose deadline is not after `past`, the earliest first.
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
