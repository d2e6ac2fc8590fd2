//! One stream, read from the end of the last look on. The messages and the new position commit
//! together, so that no message is read twice or missed.

use async_nats::jetstream::{
    self,
    message::StreamMessage,
    stream::{DirectGetErrorKind, Stream},
};
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DbErr,
    row::{self, Row},
};
use sea_orm::TransactionTrait;

use crate::domain::observation::{StoredMessage, StreamPosition};

/// Messages of one subject that a look reads; the next look reads the others.
const MAX_MESSAGES: usize = 500;

/// A look that was given up; the next one goes on from the same position.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    #[error("the database does not answer: {0}")]
    Database(#[from] DbErr),
    #[error("the stream {0} cannot be read: {1}")]
    Stream(String, String),
}

/// Puts off a stream that cannot be read until the next look.
pub fn later(error: &Failed) -> bool {
    tracing::debug!(%error, "looked at again later");
    false
}

/// Reads messages of streams into rows.
pub struct StreamReader {
    pub jetstream: jetstream::Context,
    pub db: DatabaseConnection,
}

impl StreamReader {
    /// Begins a look at a stream; none where nothing is new, or where there is no such stream yet.
    pub async fn begin(&self, name: &str) -> Result<Option<Look>, Failed> {
        let failed = |error: &dyn std::fmt::Display| Failed::Stream(name.into(), error.to_string());
        let stream = self.jetstream.get_stream_no_info(name).await;
        let stream = stream.map_err(|error| failed(&error))?;
        let info = match stream.get_info().await {
            Ok(info) => info,
            Err(error) if error.to_string().contains("stream not found") => return Ok(None),
            Err(error) => return Err(failed(&error)),
        };
        let last = info.state.last_sequence;
        let known: Vec<StreamPosition> = row::find(&self.db, "stream", [name.to_owned()]).await?;
        let before = known.first().map_or(0, |position| position.sequence);
        // A stream that was emptied, or set back to an earlier copy, is read anew.
        let after = if before > last { 0 } else { before };
        let new = before != last;
        let name = name.to_owned();
        Ok(new.then_some(Look { name, stream, before, after, upto: last, last }))
    }

    /// Keeps the rows of a look with its position; another replica may have been faster. Returns
    /// whether there is more behind it.
    pub async fn keep<R: Row>(&self, look: Look, rows: &[R]) -> Result<bool, Failed> {
        let Look { name, before, upto, last, .. } = look;
        let tx = self.db.begin().await?;
        row::insert(&tx, &[StreamPosition { stream: name.clone(), sequence: 0 }]).await?;
        let positions: Vec<StreamPosition> = row::lock(&tx, "stream", [name.clone()]).await?;
        if positions.iter().any(|position| position.sequence == before) {
            row::insert(&tx, rows).await?;
            row::upsert(&tx, &[StreamPosition { stream: name, sequence: upto }]).await?;
        }
        #[expect(clippy::disallowed_methods, reason = "rows of the reader's own; no decision")]
        tx.commit().await?;
        Ok(upto < last)
    }
}

/// One look at a stream: at the messages behind `after` and not behind `upto`, which comes nearer
/// where there are more than a look reads.
pub struct Look {
    name: String,
    stream: Stream<()>,
    before: u64,
    after: u64,
    pub upto: u64,
    last: u64,
}

impl Look {
    pub async fn read(&mut self, subject: &str) -> Result<Vec<StoredMessage>, Failed> {
        let mut all = Vec::new();
        let mut next = self.after + 1;
        while next <= self.upto {
            let found = self.stream.direct_get_next_for_subject(subject, Some(next)).await;
            let message = match found {
                Ok(message) if message.sequence <= self.upto => message,
                Ok(_) => break,
                Err(error) if error.kind() == DirectGetErrorKind::NotFound => break,
                Err(error) => return Err(Failed::Stream(self.name.clone(), error.to_string())),
            };
            next = message.sequence + 1;
            all.push(stored(&self.name, message));
            if all.len() == MAX_MESSAGES {
                self.upto = next - 1;
            }
        }
        Ok(all)
    }
}

fn stored(stream: &str, message: StreamMessage) -> StoredMessage {
    let first = |values: &Vec<async_nats::HeaderValue>| values.first().map(ToString::to_string);
    let headers = message.headers.iter();
    StoredMessage {
        stream: stream.to_owned(),
        sequence: message.sequence,
        stored_at: Timestamp::from_nanosecond(message.time.unix_timestamp_nanos())
            .unwrap_or_default(),
        subject: message.subject.to_string(),
        headers: headers.filter_map(|(name, it)| Some((name.to_string(), first(it)?))).collect(),
        payload: message.payload.to_vec(),
    }
}
