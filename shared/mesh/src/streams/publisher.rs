//! Publishes bursts, and what an earlier process, a fault or a loss has left pending.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use async_nats::{
    HeaderMap,
    connection::State,
    header::HeaderName,
    jetstream::context::{PublishError, PublishErrorKind},
};
use contracts::subject::EVENTS;
use futures::future::join_all;
use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DbErr};

use super::{connection::Connection, sweep::SWEEP};
use crate::{
    process::metrics::{PUBLISHED, label},
    store::{
        outbox::{self, Outgoing},
        singleton,
    },
};

/// A message this old without an acknowledgement is published again.
pub(super) const OVERDUE: Duration = Duration::from_secs(6);

/// Messages published before their acknowledgements are awaited. The client holds back what is
/// beyond its own limit until then, so this must stay below it.
const BURST: usize = 512;
/// A stream that takes nothing is tried again after 1 s, 2 s, and so on up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

pub(super) struct Publisher {
    service: &'static str,
    link: Connection,
    db: DatabaseConnection,
    /// True if pending messages may be unpublished, however young.
    left_over: bool,
    /// Streams that took nothing: missing, full, or without a leader.
    refusing: BTreeMap<String, Pause>,
}

/// The pause before a stream that accepts nothing is tried again.
struct Pause {
    until: Instant,
    delay: Duration,
}

impl Publisher {
    pub fn new(service: &'static str, link: Connection, db: DatabaseConnection) -> Self {
        Self { service, link, db, left_over: true, refusing: BTreeMap::new() }
    }

    /// Publishes what is pending for too long, some of each stream, where no other replica does.
    /// Whether there is more.
    pub async fn sweep(&mut self) -> bool {
        let db = self.db.clone();
        match singleton::run_exclusive(&db, "sweep", self.publish_overdue()).await {
            Ok(more) => more.unwrap_or(false),
            Err(error) => {
                tracing::warn!(service = self.service, %error, "the outbox cannot be read");
                false
            }
        }
    }

    async fn publish_overdue(&mut self) -> Result<bool, DbErr> {
        let now = Timestamp::now();
        let before = if self.left_over { now } else { now - OVERDUE };
        let asleep = |stream: &str| {
            self.refusing.get(stream).is_some_and(|pause| Instant::now() < pause.until)
        };
        let mut found = outbox::unpublished(&self.db, before, BURST as u64, asleep).await?;
        self.left_over = false;
        // As in `send`.
        found.sort_by_key(|burst| burst.first().is_none_or(|first| first.stream != EVENTS));
        let mut more = false;
        for burst in found {
            let full = burst.len() == BURST;
            more |= self.burst(burst).await && full;
        }
        self.left_over |= more;
        Ok(more)
    }

    /// Publishes what was just committed: what happened, then who is told of it, as an answer
    /// follows from its event.
    pub async fn send(&mut self, mut messages: Vec<Outgoing>) {
        messages.sort_by_key(|message| message.stream != EVENTS);
        while !messages.is_empty() {
            let rest = messages.split_off(messages.len().min(BURST));
            self.burst(messages).await;
            messages = rest;
        }
    }

    /// Publishes a burst and notes where the streams put it. Whether all of it was acknowledged;
    /// what was not stays pending and is published again with the same ids.
    async fn burst(&mut self, burst: Vec<Outgoing>) -> bool {
        if self.link.client.connection_state() != State::Connected {
            // They would only fill the client's buffer, and time out there.
            self.left_over = true;
            return false;
        }
        let number = burst.len();
        let mut answers = BTreeMap::<String, Answers>::new();
        for (stream, answer) in self.deliver(burst).await {
            let answers = answers.entry(stream).or_default();
            match answer {
                Ok(placed) => answers.placed.push(placed),
                Err(error) => {
                    self.left_over |= error.kind() == PublishErrorKind::TimedOut;
                    answers.refusal = Some(error.to_string());
                }
            }
        }
        for (stream, answers) in &answers {
            match &answers.refusal {
                Some(error) if answers.placed.is_empty() => self.pause(stream, error),
                Some(_) | None => drop(self.refusing.remove(stream)),
            }
        }
        let placed: Vec<_> = answers.into_values().flat_map(|answers| answers.placed).collect();
        metrics::counter!(PUBLISHED, label::SERVICE => self.service).increment(placed.len() as u64);
        let noted = outbox::mark_published(&self.db, &placed, Timestamp::now()).await;
        if let Err(error) = &noted {
            let service = self.service;
            self.left_over = true;
            tracing::warn!(service, %error, "published, but not noted: published again later");
        }
        placed.len() == number && noted.is_ok()
    }

    /// Publishes in order, then awaits all acknowledgements together.
    async fn deliver(&self, burst: Vec<Outgoing>) -> Vec<(String, Result<Placed, PublishError>)> {
        let mut acknowledgements = Vec::with_capacity(burst.len());
        for message in burst {
            let mut headers = headers(&message);
            headers.insert("Nats-Expected-Stream", message.stream.as_str());
            let payload = message.payload.into();
            let jetstream = &self.link.jetstream;
            let sent = jetstream.publish_with_headers(message.subject, headers, payload).await;
            acknowledgements.push(async move {
                let answer = match sent {
                    Ok(pending) => pending.await.map(|ack| (message.id, ack.sequence)),
                    Err(error) => Err(error),
                };
                (message.stream, answer)
            });
        }
        join_all(acknowledgements).await
    }

    /// Pauses publishing to a stream; logged once, until it accepts something.
    fn pause(&mut self, stream: &str, error: &str) {
        let now = Instant::now();
        let Some(pause) = self.refusing.get_mut(stream) else {
            tracing::warn!(service = self.service, stream, error, "a stream takes nothing");
            let pause = Pause { until: now + SWEEP, delay: SWEEP };
            self.refusing.insert(stream.to_owned(), pause);
            return;
        };
        if pause.until <= now {
            pause.delay = (pause.delay * 2).min(LONGEST_PAUSE);
            pause.until = now + pause.delay;
        }
    }
}

/// A message's id and its place in its stream.
type Placed = (String, u64);

/// The answers of one stream to a burst of messages.
#[derive(Default)]
struct Answers {
    placed: Vec<Placed>,
    refusal: Option<String>,
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
