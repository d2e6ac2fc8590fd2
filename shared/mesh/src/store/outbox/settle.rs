//! Acknowledgements and look-ups of published messages, written to the outbox (rule M7).

use jiff::Timestamp;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, sea_query::Value};

use super::checkpoint::{StreamCheckpoint, note_checkpoint};
use crate::store::{row, tables::execute, transaction::begin};

/// Marks all messages of a stream that was set back as unconfirmed, so that each is looked up again.
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

/// The result of looking up messages in one stream.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The messages that were found, with their positions in the stream.
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
