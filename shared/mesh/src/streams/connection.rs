//! The connection to NATS, as every service makes it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_nats::{
    Client, ConnectOptions, Event,
    connection::State,
    jetstream::{self, context::ContextBuilder},
};
use bytes::Bytes;
use contracts::subject::EVENTS;

use crate::process::metrics::{NATS_EVENTS, label};

/// A dead peer is noticed after two missed pings; the client's default of 60 s is far too long.
const PING_INTERVAL: Duration = Duration::from_secs(10);
/// The timeout of a publish acknowledgement or an answer of the JetStream API.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Publishes whose acknowledgement is outstanding.
const MAX_IN_FLIGHT: usize = 1024;
/// Between two tries to get an answer of a server that gives none.
const BETWEEN_TRIES: Duration = Duration::from_millis(50);
/// The time limit for flushing and closing a connection.
const CLOSED_WITHIN: Duration = Duration::from_secs(1);

/// A connection, and how often it was lost.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The client for questions and acknowledgements.
    pub client: Client,
    /// The JetStream context for publishing and consuming.
    pub jetstream: jetstream::Context,
    seen: Arc<Seen>,
}

/// The state that a connection's events have reported.
#[derive(Debug, Default)]
struct Seen {
    epoch: AtomicU64,
    closing: AtomicBool,
}

impl Connection {
    /// Connects as `name`, whose inbox is `_INBOX_<name>`, to one of the [`servers`] that `url`
    /// names, and goes on trying until there is one; where it is lost, another takes its place.
    ///
    /// # Errors
    /// When the address or the seed is malformed, or the server refuses the key.
    pub async fn connect(
        url: &str,
        seed: Option<&str>,
        name: &str,
    ) -> Result<Self, async_nats::ConnectError> {
        let seen = Arc::new(Seen::default());
        let (noted, owner) = (seen.clone(), name.to_owned());
        let mut options = ConnectOptions::new()
            .name(name)
            .custom_inbox_prefix(format!("_INBOX_{name}"))
            .ping_interval(PING_INTERVAL)
            .retry_on_initial_connect()
            .event_callback(move |event| {
                note(&owner, &event, &noted);
                async {}
            });
        if let Some(seed) = seed {
            options = options.nkey(seed.trim().to_owned());
        }
        let client = options.connect(servers(url)).await?;
        let jetstream = ContextBuilder::new()
            .timeout(TIMEOUT)
            .max_ack_inflight(MAX_IN_FLIGHT)
            .build(client.clone());
        Ok(Self { client, jetstream, seen })
    }

    /// Rises with every lost connection. The server matches an acknowledgement by stream sequence
    /// alone, so one of an earlier epoch could acknowledge another message: it is not sent.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.seen.epoch.load(Ordering::Acquire)
    }

    /// Returns when the server has processed everything sent on this connection before, such as a
    /// subscription: it has answered something that was asked after it. Asked until it does.
    pub(crate) async fn round_trip(&self, service: &str) {
        let subject = format!("$JS.API.CONSUMER.INFO.{EVENTS}.{service}");
        while self.client.request(subject.clone(), Bytes::new()).await.is_err() {
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
    }

    /// Sends what is left to send and closes the connection. What its end looks like is nobody's
    /// concern any more: the server may be ending too.
    pub(crate) async fn close(&self) {
        self.seen.closing.store(true, Ordering::Release);
        if self.client.connection_state() == State::Connected {
            let closed = async {
                let _ = self.client.flush().await;
                let _ = self.client.drain().await;
            };
            let _ = tokio::time::timeout(CLOSED_WITHIN, closed).await;
        }
    }
}

/// The servers that an address names: those of a cluster are separated by commas.
#[must_use]
pub fn servers(url: &str) -> Vec<&str> {
    url.split(',').map(str::trim).filter(|server| !server.is_empty()).collect()
}

fn note(name: &str, event: &Event, seen: &Seen) {
    let kind = match event {
        Event::Connected => "connected",
        Event::Disconnected => {
            seen.epoch.fetch_add(1, Ordering::AcqRel);
            "disconnected"
        }
        Event::SlowConsumer(_) => "slow_consumer",
        Event::ServerError(_) => "server_error",
        Event::ClientError(_) => "client_error",
        Event::LameDuckMode => "lame_duck",
        Event::Draining | Event::Closed => "closed",
    };
    metrics::counter!(NATS_EVENTS, label::SERVICE => name.to_owned(), label::EVENT => kind)
        .increment(1);
    let closing = seen.closing.load(Ordering::Acquire);
    match event {
        Event::ServerError(_) | Event::SlowConsumer(_) | Event::ClientError(_) if !closing => {
            tracing::warn!(service = name, %event, "nats");
        }
        Event::ServerError(_)
        | Event::SlowConsumer(_)
        | Event::ClientError(_)
        | Event::Connected
        | Event::Disconnected
        | Event::LameDuckMode
        | Event::Draining
        | Event::Closed => tracing::debug!(service = name, %event, "nats"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_one_server_or_those_of_a_cluster() {
        assert_eq!(servers("nats://a:4222"), ["nats://a:4222"]);
        assert_eq!(servers("nats://a:1, nats://b:2,"), ["nats://a:1", "nats://b:2"]);
    }

    /// The server that is named first need not be there, nor be the one that was lost.
    #[tokio::test]
    async fn any_server_of_the_address_will_do() -> Result<(), Box<dyn std::error::Error>> {
        use tokio::{io::AsyncWriteExt as _, net::TcpListener};
        let gone = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        let there = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("nats://{gone},nats://{}", there.local_addr()?);
        let _link = Connection::connect(&url, None, "test").await?;
        let (mut met, _) = tokio::time::timeout(Duration::from_secs(10), there.accept()).await??;
        met.write_all(b"INFO {}\r\n").await?;
        Ok(())
    }
}
