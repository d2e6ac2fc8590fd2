//! Asks the server how far the durables are, while anything waits.

use std::{collections::BTreeSet, time::Duration};

use contracts::subject;
use futures::{StreamExt as _, stream};
use jiff::Timestamp;
use serde::Deserialize;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::{
    connection::Connection,
    progress::{Progress, common, course::Standing},
};
use crate::{engine::Engine, store::tables};

/// The interval between two observations.
const LOOK: Duration = Duration::from_millis(500);
/// A look that takes longer is one in an outage.
const ANSWERED_WITHIN: Duration = Duration::from_secs(2);
/// The server's code of a stream that is not there.
const STREAM_NOT_FOUND: u16 = 10_059;
/// Durables looked at at once.
const AT_ONCE: usize = 16;

/// Observes the durables until shutdown.
pub(crate) async fn watch(engine: &Engine, link: &Connection, shutdown: CancellationToken) {
    let Some(progress) = engine.progress() else { return };
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut epoch = link.epoch();
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = look.tick() => {}
        }
        if std::mem::replace(&mut epoch, link.epoch()) != link.epoch() {
            progress.lost_sight();
        }
        if engine.parked_messages() == 0 {
            continue;
        }
        match tables::document_streams(&engine.db).await {
            Ok(waiting) => look_at_all(engine, progress, link, waiting).await,
            Err(error) => {
                tracing::debug!(service = engine.name(), %error, "what is parked cannot be read");
            }
        }
    }
}

async fn look_at_all(
    engine: &Engine,
    progress: &Progress,
    link: &Connection,
    waiting: BTreeSet<String>,
) {
    let mut streams = common(!engine.manifest().documents.is_empty(), &engine.partners());
    streams.extend(waiting.iter().cloned());
    progress.await_documents_of(waiting);
    let looks = streams.into_iter().map(|stream| async move {
        match standing(link, &stream, engine.name()).await {
            Some(standing) => {
                let patience = engine.document_wait_timeout();
                progress.seen(&stream, &standing, Timestamp::now(), patience);
            }
            None => progress.lost_sight_of(&stream),
        }
    });
    stream::iter(looks).buffer_unordered(AT_ONCE).collect::<()>().await;
}

/// The part of the server's report on a durable that is used.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Answer {
    Info { ts: Timestamp, ack_floor: Floor, num_pending: u64, num_ack_pending: u64 },
    Error { error: ApiError },
}

#[derive(Debug, Deserialize)]
struct Floor {
    stream_seq: u64,
}

#[derive(Debug, Deserialize)]
struct ApiError {
    err_code: u16,
}

/// `None` when the server did not say. A partner's stream that is not there brings nothing.
async fn standing(link: &Connection, stream: &str, durable: &str) -> Option<Standing> {
    let request = format!("$JS.API.CONSUMER.INFO.{stream}.{durable}");
    let answer = timeout(ANSWERED_WITHIN, link.client.request(request, "".into())).await;
    let answer = answer.ok()?.ok()?;
    match serde_json::from_slice(&answer.payload).ok()? {
        Answer::Info { ts, ack_floor, num_pending, num_ack_pending } => Some(Standing {
            at: ts,
            floor: ack_floor.stream_seq,
            is_idle: num_pending == 0 && num_ack_pending == 0,
        }),
        Answer::Error { error } => {
            let is_partners = stream != subject::EVENTS && stream != subject::COMMANDS;
            (is_partners && error.err_code == STREAM_NOT_FOUND).then(|| Standing {
                at: Timestamp::now(),
                floor: 0,
                is_idle: true,
            })
        }
    }
}
