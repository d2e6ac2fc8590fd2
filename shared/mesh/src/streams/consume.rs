//! The loop: what the streams deliver becomes batches; a batch is acknowledged once it is
//! committed, and never before.

use std::{collections::BTreeMap, time::Duration};

use async_nats::jetstream::consumer::{
    PullConsumer,
    pull::{self, MessagesErrorKind},
};
use backon::{BackoffBuilder, ExponentialBuilder};
use futures::StreamExt;
use jiff::Timestamp;
use tokio::{
    sync::mpsc,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{connection::Connection, publish::Relay};
use crate::{
    engine::{Engine, Error, Processed, error::chain},
    message::Inbound,
    process::{
        health::Part,
        latch::Latch,
        metrics::{BATCH_SECONDS, MESSAGES, OUTCOMES, PAUSES, label},
    },
};

/// The lifetime of a pull request; the server sends heartbeats while it stands.
const EXPIRES: Duration = Duration::from_secs(10);
const HEARTBEAT: Duration = Duration::from_secs(3);
/// Between looks at which node of a cluster leads a durable; one that has died is replaced in about
/// as long.
const LOOK: Duration = Duration::from_secs(5);
/// Between looks at what is due or has waited too long.
const TICK: Duration = Duration::from_millis(500);

/// A message with what acknowledges it.
#[derive(Debug)]
pub(crate) struct Delivery {
    inbound: Inbound,
    message: async_nats::jetstream::Message,
    epoch: u64,
}

/// One durable of a stream.
pub(crate) struct Source {
    pub link: Connection,
    pub stream: String,
    pub durable: &'static str,
    /// Opens once the durable was bound.
    pub bound: Latch,
    /// Messages asked for at a time.
    pub batch: usize,
}

/// Feeds `deliveries` from one durable until shut down; a missing stream or consumer is waited for.
pub(crate) async fn pull(
    source: Source,
    deliveries: mpsc::Sender<Delivery>,
    shutdown: CancellationToken,
) {
    let mut delays = delays();
    let mut bound_in = None;
    loop {
        let mut delivered = false;
        let pulled = tokio::select! {
            () = shutdown.cancelled() => return,
            pulled = source.pull_once(&deliveries, &mut bound_in, &mut delivered) => pulled,
        };
        let Err(error) = pulled else { return };
        tracing::debug!(service = source.durable, stream = source.stream, error, "pull again");
        if delivered {
            delays = self::delays();
        }
        let delay = delays.next().unwrap_or(HEARTBEAT);
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(delay) => {}
        }
    }
}

impl Source {
    /// Ends with `Ok` when deliveries are no longer taken, and with the error otherwise.
    async fn pull_once(
        &self,
        deliveries: &mpsc::Sender<Delivery>,
        bound_in: &mut Option<u64>,
        delivered: &mut bool,
    ) -> Result<(), String> {
        let epoch = self.link.epoch();
        let again = bound_in.replace(epoch) != Some(epoch);
        let (mut messages, leader) = self.bind(again).await?;
        self.bound.open();
        let mut late = false;
        let mut look = interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Delay);
        look.reset();
        loop {
            let next = tokio::select! {
                next = messages.next() => next,
                _ = look.tick(), if leader.is_some() => {
                    if self.is_led_by_another(&leader).await {
                        // What its predecessor sent and nobody got is held back, as it is for a
                        // connection that is gone.
                        *bound_in = None;
                        return Err("another node leads the durable".to_owned());
                    }
                    continue;
                }
            };
            let Some(next) = next else { return Err("the pull ended".to_owned()) };
            if epoch != self.link.epoch() {
                return Err("the connection was lost".to_owned());
            }
            let message = match next {
                Ok(message) => message,
                // Two in a row: a first one comes also when we were the ones who did not listen.
                Err(error) if error.kind() == MessagesErrorKind::MissingHeartbeat && !late => {
                    late = true;
                    continue;
                }
                Err(error) => return Err(error.to_string()),
            };
            late = false;
            *delivered = true;
            let inbound = read(&message).ok_or("a delivery without JetStream's reply subject")?;
            if deliveries.send(Delivery { inbound, message, epoch }).await.is_err() {
                return Ok(());
            }
        }
    }

    /// Finds the durable and begins to pull. `again` gives back what was delivered to a process or
    /// a connection that is gone: the server would hold it back for as long as an acknowledgement
    /// may take, and what depends on it would wait, or be refused. With the node that leads the
    /// durable, in a cluster.
    async fn bind(&self, again: bool) -> Result<(pull::Stream, Option<String>), String> {
        let Self { link, stream, durable, batch, .. } = self;
        let consumer = link.jetstream.get_consumer_from_stream(durable, stream).await;
        let mut consumer: PullConsumer = consumer.map_err(|error| error.to_string())?;
        if again && consumer.cached_info().num_ack_pending > 0 {
            // Only time is lost when it cannot be done.
            if let Err(error) = consumer.reset(None).await {
                tracing::debug!(service = durable, stream, %error, "not given back");
            }
        }
        let leader = leader(&consumer);
        let pull = consumer.stream().max_messages_per_batch(*batch).expires(EXPIRES);
        let pull = pull.heartbeat(HEARTBEAT).messages().await.map_err(|error| error.to_string())?;
        Ok((pull, leader))
    }

    /// Returns true if the durable has moved to another leader, which the client does not report
    /// because it pulls again by itself.
    async fn is_led_by_another(&self, before: &Option<String>) -> bool {
        let Self { link, stream, durable, .. } = self;
        let consumer = link.jetstream.get_consumer_from_stream(durable, stream).await;
        let now = consumer.ok().and_then(|consumer: PullConsumer| leader(&consumer));
        now != *before && now.is_some_and(|now| !now.is_empty())
    }
}

/// The node that leads it in a cluster; empty while one is elected.
fn leader(consumer: &PullConsumer) -> Option<String> {
    let cluster = consumer.cached_info().cluster.as_ref()?;
    Some(cluster.leader.clone().unwrap_or_default())
}

fn read(message: &async_nats::jetstream::Message) -> Option<Inbound> {
    let info = message.info().ok()?;
    let stored_at = Timestamp::from_nanosecond(info.published.unix_timestamp_nanos()).ok()?;
    let headers = message.headers.as_ref().map(flatten).unwrap_or_default();
    let (inbound, malformed) = Inbound::of(
        message.subject.to_string(),
        headers,
        message.payload.to_vec(),
        info.stream.to_owned(),
        info.stream_sequence,
        stored_at,
    );
    if let Some(why) = malformed {
        tracing::warn!(subject = inbound.subject, %why, "message of no known kind");
    }
    Some(inbound)
}

fn flatten(headers: &async_nats::HeaderMap) -> BTreeMap<String, String> {
    let first =
        |values: &Vec<async_nats::HeaderValue>| values.first().map(|v| v.as_str().to_owned());
    headers.iter().filter_map(|(name, values)| Some((name.to_string(), first(values)?))).collect()
}

/// Delays between tries: 100 ms, doubling to 5 s, jittered, for ever.
fn delays() -> impl Iterator<Item = Duration> {
    ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(100))
        .with_max_delay(Duration::from_secs(5))
        .with_jitter()
        .without_max_times()
        .build()
}

/// Takes batches from the channel to their commit. The channel's senders take turns, so no stream can
/// starve another.
pub(crate) struct Batches<'a> {
    pub engine: &'a Engine,
    pub link: &'a Connection,
    pub part: &'a Part,
    pub size: usize,
}

impl Batches<'_> {
    /// Takes batches until shut down, and finishes the batch it is at.
    pub async fn run(
        &self,
        mut deliveries: mpsc::Receiver<Delivery>,
        relay: Relay,
        shutdown: CancellationToken,
    ) {
        let mut tick = interval(TICK);
        let mut pauses = delays();
        loop {
            let mut batch = Vec::with_capacity(self.size);
            tokio::select! {
                biased;
                () = shutdown.cancelled() => return,
                _ = tick.tick() => {}
                taken = deliveries.recv_many(&mut batch, self.size) => if taken == 0 { return },
            }
            self.part.turn(Timestamp::now());
            let done = if batch.is_empty() {
                let done = self.tick().await;
                // From the end of it, and later when it failed: deliveries have their turn in
                // between, for what is due may fail where they do not.
                if done.is_some() {
                    pauses = delays();
                    tick.reset();
                } else {
                    tick.reset_after(TICK + pauses.next().unwrap_or(TICK));
                }
                done
            } else {
                self.until_done(&batch, &shutdown).await
            };
            // Without: a tick that failed, or a batch that was given up at the end.
            let Some(done) = done else { continue };
            note_handled(self.engine, &batch);
            acknowledge(self.link, batch).await;
            relay.publish(done.outgoing).await;
            self.part.turn(Timestamp::now());
        }
    }

    async fn tick(&self) -> Option<Processed> {
        let _ = self.engine.reload_partners().await;
        once(self.engine.name(), self.engine.tick(Timestamp::now())).await
    }

    /// Tries until the surroundings allow it (rule M3): nothing is used up by an outage.
    async fn until_done(
        &self,
        batch: &[Delivery],
        shutdown: &CancellationToken,
    ) -> Option<Processed> {
        let inbound: Vec<Inbound> = batch.iter().map(|delivery| delivery.inbound.clone()).collect();
        let mut delays = delays();
        loop {
            let handled = self.engine.handle(inbound.clone(), Timestamp::now());
            let done = once(self.engine.name(), handled).await;
            if done.is_some() {
                return done;
            }
            self.part.turn(Timestamp::now());
            let delay = delays.next().unwrap_or(TICK);
            tokio::select! {
                () = shutdown.cancelled() => return None,
                () = tokio::time::sleep(delay) => {}
            }
        }
    }
}

async fn once(
    service: &'static str,
    step: impl Future<Output = Result<Processed, Error>>,
) -> Option<Processed> {
    let started = std::time::Instant::now();
    match step.await {
        Ok(done) => {
            let seconds = started.elapsed().as_secs_f64();
            metrics::histogram!(BATCH_SECONDS, label::SERVICE => service).record(seconds);
            count(service, &done);
            Some(done)
        }
        Err(fault) => {
            metrics::counter!(PAUSES, label::SERVICE => service).increment(1);
            tracing::warn!(service, error = chain(&fault), "paused; nothing is used up");
            None
        }
    }
}

fn count(service: &'static str, done: &Processed) {
    let tally = done.tally;
    let applied = tally.applied.saturating_sub(tally.refused);
    let numbers = [applied, tally.refused, tally.duplicate, tally.parked, tally.dead];
    for (outcome, number) in OUTCOMES.into_iter().zip(numbers).filter(|(_, number)| *number > 0) {
        metrics::counter!(MESSAGES, label::SERVICE => service, label::OUTCOME => outcome)
            .increment(number);
    }
}

/// Tells how far each stream is handled: the furthest message of the batch says it.
fn note_handled(engine: &Engine, batch: &[Delivery]) {
    let Some(progress) = engine.progress() else { return };
    let mut furthest = BTreeMap::<&str, &Inbound>::new();
    for Delivery { inbound, .. } in batch {
        let known = furthest.entry(&inbound.stream).or_insert(inbound);
        if known.stream_sequence < inbound.stream_sequence {
            *known = inbound;
        }
    }
    for (stream, inbound) in furthest {
        progress.handled(stream, inbound.stream_sequence, inbound.stored_at);
    }
}

/// Plain acknowledgements, never double ones: a lost one means a duplicate, which is dropped.
async fn acknowledge(link: &Connection, batch: Vec<Delivery>) {
    let epoch = link.epoch();
    for delivery in batch.into_iter().filter(|delivery| delivery.epoch == epoch) {
        #[expect(clippy::disallowed_methods, reason = "the one place that acknowledges")]
        if let Err(error) = delivery.message.ack().await {
            tracing::debug!(%error, "an acknowledgement was not sent; the message comes again");
        }
    }
}
