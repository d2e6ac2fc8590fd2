//! The way out: committed messages are published in order, and looked up again once the stream can
//! no longer lose them (rules M2, M7). The database is the truth; the stream is checked against it.

mod audit;

use std::time::Duration;

use async_nats::{HeaderMap, connection::State, header::HeaderName};
use futures::future::join_all;
use jiff::Timestamp;
use sea_orm::DatabaseConnection;
use tokio::{
    sync::mpsc,
    time::{Interval, MissedTickBehavior, interval},
};

pub(crate) use self::audit::audit;
use crate::{
    metrics::{PUBLISHED, label},
    nats::Link,
    outbox::{self, Outgoing},
};

/// Batches on their way to the relay; beyond that the sweep finds them in the database.
const QUEUE: usize = 64;
/// Messages published before their acknowledgements are awaited. The client holds back what is
/// beyond its own limit until then, so this must stay below it.
const BURST: usize = 512;
/// Between looks for messages that were committed and not acknowledged.
const SWEEP: Duration = Duration::from_secs(1);
/// A message this old without an acknowledgement is published again.
const OVERDUE: Duration = Duration::from_secs(6);

/// Hands committed messages to the task that publishes them.
#[derive(Debug)]
pub(crate) struct Relay {
    queue: mpsc::Sender<Vec<Outgoing>>,
}

impl Relay {
    pub fn new() -> (Self, mpsc::Receiver<Vec<Outgoing>>) {
        let (queue, receiver) = mpsc::channel(QUEUE);
        (Self { queue }, receiver)
    }

    /// Waits when the relay is behind, as a slow stream slows the consumer down, but not for ever:
    /// what it can not take is in the database, where the sweep finds it.
    pub async fn publish(&self, outgoing: Vec<Outgoing>) {
        if !outgoing.is_empty() {
            let _ = self.queue.send_timeout(outgoing, OVERDUE).await;
        }
    }
}

/// Publishes until the consumer has ended: first what an earlier process left, then what comes.
pub(crate) async fn publish(
    service: &'static str,
    link: Link,
    db: DatabaseConnection,
    mut queue: mpsc::Receiver<Vec<Outgoing>>,
) {
    let mut publisher = Publisher { service, link, db, left_over: true };
    let mut sweep = every(SWEEP);
    loop {
        // Neither may starve the other: whoever is ready takes turns.
        tokio::select! {
            taken = queue.recv() => match taken {
                Some(burst) => publisher.send(burst).await,
                None => return,
            },
            _ = sweep.tick() => if publisher.sweep().await {
                sweep.reset_immediately();
            },
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

struct Publisher {
    service: &'static str,
    link: Link,
    db: DatabaseConnection,
    /// Messages may be pending that nobody is publishing, however young.
    left_over: bool,
}

impl Publisher {
    /// Publishes what is pending for too long, some of each stream. Whether there is more.
    async fn sweep(&mut self) -> bool {
        let now = Timestamp::now();
        let before = if self.left_over { now } else { now - OVERDUE };
        let found = match outbox::unpublished(&self.db, before, BURST as u64).await {
            Ok(found) => found,
            Err(error) => {
                tracing::warn!(service = self.service, %error, "the outbox can not be read");
                return false;
            }
        };
        self.left_over = false;
        let mut more = false;
        for burst in found {
            let full = burst.len() == BURST;
            more |= self.burst(burst).await && full;
        }
        self.left_over |= more;
        more
    }

    async fn send(&mut self, mut messages: Vec<Outgoing>) {
        while !messages.is_empty() {
            let rest = messages.split_off(messages.len().min(BURST));
            self.burst(messages).await;
            messages = rest;
        }
    }

    /// Publishes a burst and notes where the streams put it. Whether all of it was acknowledged;
    /// what was not stays pending and is published again with the same ids.
    async fn burst(&mut self, burst: Vec<Outgoing>) -> bool {
        let number = burst.len();
        // Without a connection they would only fill the client's buffer, and time out there.
        let acknowledged = if self.link.client.connection_state() == State::Connected {
            self.deliver(burst).await
        } else {
            Vec::new()
        };
        metrics::counter!(PUBLISHED, label::SERVICE => self.service)
            .increment(acknowledged.len() as u64);
        let noted = outbox::mark_published(&self.db, &acknowledged, Timestamp::now()).await;
        if let Err(error) = &noted {
            let service = self.service;
            tracing::warn!(service, %error, "published, but not noted: published again later");
        }
        let all = acknowledged.len() == number && noted.is_ok();
        self.left_over |= !all;
        all
    }

    /// Publishes in order, then awaits all acknowledgements together: (id, stream sequence).
    async fn deliver(&self, burst: Vec<Outgoing>) -> Vec<(String, u64)> {
        let mut acknowledgements = Vec::with_capacity(burst.len());
        for message in burst {
            let mut headers = headers(&message);
            headers.insert("Nats-Expected-Stream", message.stream.as_str());
            let payload = message.payload.into();
            let jetstream = &self.link.jetstream;
            let sent = jetstream.publish_with_headers(message.subject, headers, payload).await;
            acknowledgements.push(async move {
                match sent {
                    Ok(pending) => pending.await.map(|ack| (message.id, ack.sequence)),
                    Err(error) => Err(error),
                }
            });
        }
        let mut acknowledged = Vec::new();
        let mut refused: Option<(usize, String)> = None;
        for outcome in join_all(acknowledgements).await {
            match outcome {
                Ok(placed) => acknowledged.push(placed),
                Err(error) => {
                    refused.get_or_insert_with(|| (0, error.to_string())).0 += 1;
                }
            }
        }
        if let Some((number, error)) = refused {
            tracing::warn!(service = self.service, number, error, "not acknowledged: sent again");
        }
        acknowledged
    }
}

fn headers(message: &Outgoing) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in message.headers.iter() {
        if let Ok(name) = name.parse::<HeaderName>() {
            headers.insert(name, value.as_str());
        }
    }
    headers
}
