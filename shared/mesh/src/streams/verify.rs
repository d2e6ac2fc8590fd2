//! Verification of acknowledged messages (rule M7): each is looked up in its stream once, after the
//! durability horizon; from then on only the furthest one of each stream, which any loss takes
//! first.

use std::{collections::BTreeSet, time::Duration};

use contracts::header;
use futures::{StreamExt, stream};
use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DbErr};
use tokio_util::sync::CancellationToken;

use super::{
    connection::Connection,
    sweep::{SWEEP, every},
};
use crate::{
    process::metrics::{LOST, label},
    store::{
        outbox::{self, Outgoing, StreamCheckpoint},
        singleton,
    },
};

/// Messages of one stream looked up at a time, and how many of them at once.
const LOOKED_UP: u64 = 2_000;
const AT_ONCE: usize = 64;
/// Looks between two at the furthest messages, unless the connection was lost.
const CHECKPOINTS_EVERY: u64 = 5;

/// Looks up every published message once its stream has had `horizon` to make it durable, and
/// makes those pending again that are not where they were put.
pub(crate) async fn verify(
    service: &'static str,
    link: Connection,
    db: DatabaseConnection,
    horizon: Duration,
    shutdown: CancellationToken,
) {
    let mut verifier =
        Verifier { service, link, db, suspects: BTreeSet::new(), gone_back: BTreeSet::new() };
    let mut look = every(SWEEP);
    let mut epoch = None;
    for turn in 0_u64.. {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = look.tick() => {}
        }
        let again = epoch.replace(verifier.link.epoch()) != Some(verifier.link.epoch());
        if again || turn.is_multiple_of(CHECKPOINTS_EVERY) || !verifier.gone_back.is_empty() {
            let looked = verifier.verify_checkpoints(again).await;
            looked.unwrap_or_else(|error| {
                // Looked at as after a start again: the places may not be the furthest.
                epoch = None;
                note(service, &error);
            });
        }
        match verifier.once(Timestamp::now() - horizon).await {
            Ok(true) => look.reset_immediately(),
            Ok(false) => {}
            Err(error) => note(service, &error),
        }
    }
}

fn note(service: &'static str, error: &DbErr) {
    tracing::warn!(service, %error, "the outbox cannot be verified");
}

struct Verifier {
    service: &'static str,
    link: Connection,
    db: DatabaseConnection,
    /// Messages that were not found at the last look. A copy of a stream may lag behind: only what
    /// is not found twice is lost.
    suspects: BTreeSet<String>,
    /// Streams whose furthest message was not found at the last look.
    gone_back: BTreeSet<String>,
}

impl Verifier {
    /// Looks up what is due, where no other replica does. Whether there is more that can be looked up
    /// at once.
    async fn once(&mut self, before: Timestamp) -> Result<bool, DbErr> {
        let db = self.db.clone();
        let more = singleton::run_exclusive(&db, "audit", self.look_at(before)).await?;
        Ok(more.unwrap_or(false))
    }

    async fn look_at(&mut self, before: Timestamp) -> Result<bool, DbErr> {
        let mut more = false;
        let mut suspects = BTreeSet::new();
        for messages in outbox::unconfirmed(&self.db, before, LOOKED_UP).await? {
            let full = messages.len() as u64 == LOOKED_UP;
            let looked_up = self.look_up(messages.iter().filter_map(place)).await;
            let mut found = outbox::Found::default();
            for (place, answer) in looked_up {
                match answer {
                    Some(true) => found.there.push(place),
                    Some(false) if self.suspects.contains(&place.id) => found.lost.push(place.id),
                    Some(false) => {
                        suspects.insert(place.id);
                    }
                    None => {}
                }
            }
            if !self.went_on(&found).await? {
                found.there.clear();
            }
            more |= full && found.there.len() == messages.len();
            self.settle(&found).await?;
        }
        self.suspects = suspects;
        Ok(more)
    }

    /// Returns true if the furthest message found so far still exists. It is asked for after its
    /// successors were found: if the stream was set back and refilled, only this look-up notices.
    async fn went_on(&self, found: &outbox::Found) -> Result<bool, DbErr> {
        let Some(furthest) = found.furthest() else { return Ok(true) };
        let known = outbox::checkpoint_of(&self.db, &furthest.stream).await?;
        let passed = known.filter(|known| known.stream_sequence < furthest.stream_sequence);
        Ok(match passed {
            Some(passed) => is_there(&self.link, &passed).await == Some(true),
            None => true,
        })
    }

    async fn settle(&self, found: &outbox::Found) -> Result<(), DbErr> {
        outbox::settle(&self.db, found, Timestamp::now()).await?;
        if !found.lost.is_empty() {
            let (service, lost) = (self.service, found.lost.len() as u64);
            metrics::counter!(LOST, label::SERVICE => service).increment(lost);
            tracing::warn!(service, lost, "a stream has lost messages; they are sent again");
        }
        Ok(())
    }

    /// Looks whether each stream still has the furthest message that was found in it. One that has
    /// not was emptied, or set back to an earlier copy: what was confirmed has to be looked up
    /// again. `afresh`, at a start and after a lost connection, the places are raised to what was
    /// confirmed last.
    async fn verify_checkpoints(&mut self, afresh: bool) -> Result<(), DbErr> {
        if afresh {
            outbox::raise_checkpoints(&self.db).await?;
        }
        let places = outbox::checkpoints(&self.db).await?;
        let mut gone_back = BTreeSet::new();
        for (place, answer) in self.look_up(places.into_iter()).await {
            if answer != Some(false) {
                continue;
            }
            if self.gone_back.contains(&place.stream) {
                let (service, stream) = (self.service, &place.stream);
                tracing::warn!(
                    service,
                    stream,
                    "a stream was set back; all of its messages are looked up"
                );
                outbox::invalidate_confirmations(&self.db, &place.stream).await?;
            } else {
                gone_back.insert(place.stream);
            }
        }
        self.gone_back = gone_back;
        Ok(())
    }

    /// Returns, for each message, whether it is where it was stored; `None` if the stream did not
    /// answer.
    async fn look_up(
        &self,
        places: impl Iterator<Item = StreamCheckpoint> + Send,
    ) -> Vec<(StreamCheckpoint, Option<bool>)> {
        let look = |place: StreamCheckpoint| async move {
            let answer = is_there(&self.link, &place).await;
            (place, answer)
        };
        stream::iter(places.map(look)).buffer_unordered(AT_ONCE).collect().await
    }
}

fn place(message: &Outgoing) -> Option<StreamCheckpoint> {
    let (stream, id) = (message.stream.clone(), message.id.clone());
    message.stream_sequence.map(|stream_sequence| StreamCheckpoint { stream, id, stream_sequence })
}

/// Returns true if the stream holds this message at its sequence; `None` if it did not answer.
async fn is_there(link: &Connection, place: &StreamCheckpoint) -> Option<bool> {
    let subject = format!("$JS.API.DIRECT.GET.{}", place.stream);
    let request = format!(r#"{{"seq":{}}}"#, place.stream_sequence);
    let answer = link.client.request(subject, request.into()).await.ok()?;
    match answer.status {
        Some(status) if status.as_u16() == 404 => Some(false),
        Some(status) if status.as_u16() >= 300 => None,
        _ => {
            let id = answer.headers.as_ref()?.get(header::NATS_MSG_ID)?;
            Some(id.as_str() == place.id)
        }
    }
}
