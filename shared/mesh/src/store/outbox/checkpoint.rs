//! The furthest confirmed message of each stream, by which a stream that was set back is recognised.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbErr,
    sea_query::{Alias, Expr, ExprTrait, Order},
};

use super::Outgoing;
use crate::store::{
    row::{self, Row as _, select},
    tables::execute,
};

/// Messages looked at for the furthest one that was confirmed: more than one look confirms.
const CONFIRMED_LAST: u64 = 4_000;

/// The furthest message that was found in a stream. If it is gone, the stream was set back, and the
/// confirmed messages are in doubt.
#[derive(Debug, Clone)]
pub(crate) struct StreamCheckpoint {
    pub stream: String,
    pub id: String,
    pub stream_sequence: u64,
}
crate::row!(StreamCheckpoint in "stream_checkpoints" by (stream: String) { stream, id, stream_sequence });

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
pub(super) async fn note_checkpoint(
    db: &impl ConnectionTrait,
    place: &StreamCheckpoint,
) -> Result<(), DbErr> {
    let sql = "INSERT INTO stream_checkpoints (stream, id, stream_sequence) VALUES ($1, $2, $3) \
               ON CONFLICT (stream) DO UPDATE SET id = excluded.id, \
               stream_sequence = excluded.stream_sequence \
               WHERE excluded.stream_sequence > stream_checkpoints.stream_sequence";
    let sequence = i64::try_from(place.stream_sequence).unwrap_or(i64::MAX);
    let values = vec![place.stream.clone().into(), place.id.clone().into(), sequence.into()];
    execute(db, sql.to_owned(), values).await.map(|_| ())
}
