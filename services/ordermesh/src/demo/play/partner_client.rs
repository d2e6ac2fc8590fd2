//! A partner's client: it sends documents and reads its own, on its own connection and by its own
//! durable, exactly as a partner outside this program would.

use std::{collections::HashSet, time::Duration};

use anyhow::{Context as _, Result, bail};
use async_nats::{
    Client,
    jetstream::{
        self,
        consumer::{
            PullConsumer,
            pull::{self, MessagesErrorKind},
        },
    },
};
use bytes::Bytes;
use contracts::{
    Egress, Ingress, PartnerName,
    document::{DocumentAck, Rejection},
    header,
    subject::{self, PARTNER_DURABLE, Subject},
};
use futures::StreamExt as _;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::{partner_view::SharedView, position::StreamPosition};
use crate::nats::connect;

/// The time in which a publish is acknowledged; after that it is sent again.
const TAKEN_WITHIN: Duration = Duration::from_secs(5);
/// The longest pause between two tries.
const PAUSE: Duration = Duration::from_secs(1);
/// The time in which master data is acknowledged.
const ANSWERED_WITHIN: Duration = Duration::from_secs(90);
/// The time in which a killed mesh is back.
const BACK_WITHIN: Duration = Duration::from_secs(60);
/// The number of documents pulled at a time.
const BATCH: usize = 256;
/// The interval of the server's heartbeats on a pull. A pull that died with a node of a cluster is
/// begun again.
const HEARTBEAT: Duration = Duration::from_secs(3);

/// A document whose answer somebody waits for: partner, name, key.
pub(super) type Awaited = (PartnerName, String, String);

#[derive(Debug, Clone)]
pub(super) struct PartnerClient {
    pub partner: PartnerName,
    pub view: SharedView,
    nats: Client,
    js: jetstream::Context,
    stop: CancellationToken,
}

impl PartnerClient {
    pub async fn open(
        url: &str,
        seed: &str,
        partner: PartnerName,
        view: SharedView,
        stop: CancellationToken,
    ) -> Result<Self> {
        let nats = connect::connect(url, seed, partner.as_str()).await?;
        let js = jetstream::new(nats.clone());
        Ok(Self { partner, view, nats, js, stop })
    }

    /// Sends a document until the mesh has accepted it.
    pub async fn send<T: Ingress>(&self, document: &T) -> Result<()> {
        let subject = subject::ingress(&self.partner, T::DOCUMENT);
        let payload = Bytes::from(serde_json::to_vec(document)?);
        self.view.with(|view| view.was_sent(T::DOCUMENT));
        let (deadline, mut pause) = (Instant::now() + BACK_WITHIN, Duration::from_millis(50));
        loop {
            let sent = async { self.js.publish(subject.clone(), payload.clone()).await?.await };
            let error = match timeout(TAKEN_WITHIN, sent).await {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(refused)) => refused.to_string(),
                Err(_) => format!("no answer within {TAKEN_WITHIN:?}"),
            };
            if Instant::now() > deadline {
                bail!("{subject} was not taken: {error}");
            }
            sleep(pause).await;
            pause = PAUSE.min(pause * 2);
        }
    }

    /// Returns the key that [`PartnerClient::all_acknowledged`] waits for.
    pub fn awaited<T: Ingress>(&self, document: &T) -> Awaited {
        (self.partner.clone(), T::DOCUMENT.to_owned(), document.key())
    }

    /// Waits until all of these documents are acknowledged.
    pub async fn all_acknowledged(&self, documents: &[Awaited]) -> Result<()> {
        let deadline = Instant::now() + ANSWERED_WITHIN;
        loop {
            let (done, refused) = self
                .view
                .with(|view| (view.acknowledged(documents), view.surprises.first().cloned()));
            if done == documents.len() {
                return Ok(());
            }
            if let Some(refused) = refused {
                bail!("the run cannot begin: {refused}");
            }
            if Instant::now() > deadline {
                let all = documents.len();
                bail!(
                    "{}: {done} of {all} documents are acknowledged after {ANSWERED_WITHIN:?}",
                    self.partner
                );
            }
            tokio::select! {
                () = sleep(Duration::from_millis(10)) => {}
                () = self.stop.cancelled() => bail!("stopped"),
            }
        }
    }

    /// Waits for the end of the run.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
    }

    /// Opens the partner's inbox.
    pub async fn inbox(&self) -> Result<Inbox> {
        let messages = messages(&self.js, &self.partner).await?;
        let client = self.clone();
        Ok(Inbox { client, messages, seen: HashSet::new() })
    }
}

async fn messages(js: &jetstream::Context, partner: &PartnerName) -> Result<pull::Stream> {
    let stream = subject::egress_stream(partner.as_str());
    let consumer: PullConsumer = js
        .get_consumer_from_stream(PARTNER_DURABLE, stream)
        .await
        .with_context(|| format!("{partner} does not find its durable"))?;
    let batches = consumer.stream().max_messages_per_batch(BATCH).heartbeat(HEARTBEAT);
    batches.messages().await.with_context(|| format!("{partner} cannot pull"))
}

/// The documents for a partner, each one once.
pub(super) struct Inbox {
    client: PartnerClient,
    messages: pull::Stream,
    seen: HashSet<String>,
}

pub(super) struct InboundDocument {
    pub name: String,
    pub position: StreamPosition,
    payload: Bytes,
    reply: Option<async_nats::Subject>,
}

impl InboundDocument {
    /// Deserializes the document.
    pub fn read<T: Egress>(&self) -> Result<T> {
        serde_json::from_slice(&self.payload)
            .with_context(|| format!("a `{}` cannot be read", self.name))
    }
}

impl Inbox {
    /// Returns the next document; none when the run is over. A caller may stop waiting without a
    /// loss, but not every time: a broken pull would never be begun again.
    pub async fn next(&mut self) -> Result<Option<InboundDocument>> {
        let mut late = false;
        loop {
            let next = tokio::select! {
                next = self.messages.next() => next,
                () = self.client.stop.cancelled() => return Ok(None),
            };
            let message = match next {
                Some(Ok(message)) => message,
                // Only two in a row count: a first one also occurs when this partner itself was busy,
                // and its pending documents would come again only after a minute.
                Some(Err(error))
                    if error.kind() == MessagesErrorKind::MissingHeartbeat && !late =>
                {
                    late = true;
                    continue;
                }
                // A pull that ended is begun again; the durable knows how far it is.
                other @ (Some(Err(_)) | None) => {
                    let error = other.and_then(Result::err).map(|error| error.to_string());
                    tracing::warn!(partner = %self.client.partner, error, "pulls again");
                    sleep(Duration::from_millis(200)).await;
                    self.pull_again().await?;
                    continue;
                }
            };
            let text = |name| message.headers.as_ref().and_then(|it| it.get(name));
            let id = text(header::CE_ID).map(ToString::to_string);
            let at = text(header::CE_TIME).and_then(|time| time.as_str().parse().ok());
            let document = InboundDocument {
                name: match Subject::parse(&message.subject) {
                    Some(Subject::Egress { document, .. }) => document,
                    Some(
                        Subject::Event { .. } | Subject::Ingress { .. } | Subject::Command { .. },
                    )
                    | None => message.subject.to_string(),
                },
                position: StreamPosition {
                    at: at.unwrap_or_default(),
                    sequence: message.info().map_or(0, |info| info.stream_sequence),
                },
                payload: message.payload.clone(),
                reply: message.reply.clone(),
            };
            if id.is_some_and(|id| !self.seen.insert(id)) {
                self.client.view.with(|view| view.repeats += 1);
                self.done(document).await?;
                continue;
            }
            self.client.view.with(|view| view.was_read(&document.name));
            return Ok(Some(document));
        }
    }

    /// Begins another pull, and gives a restarting mesh time to come back.
    async fn pull_again(&mut self) -> Result<()> {
        let deadline = Instant::now() + BACK_WITHIN;
        loop {
            match messages(&self.client.js, &self.client.partner).await {
                Ok(messages) => {
                    self.messages = messages;
                    return Ok(());
                }
                Err(error) if Instant::now() > deadline => return Err(error),
                Err(_) => sleep(Duration::from_millis(200)).await,
            }
        }
    }

    /// Acknowledges a document, so that it is not delivered again.
    pub async fn done(&self, document: InboundDocument) -> Result<()> {
        if let Some(reply) = document.reply {
            self.client.nats.publish(reply, Bytes::from_static(b"+ACK")).await?;
        }
        Ok(())
    }

    /// Handles the documents that any partner may get; returns true if this is one of them.
    pub fn common(&self, document: &InboundDocument) -> Result<bool> {
        let PartnerClient { partner, view, .. } = &self.client;
        match document.name.as_str() {
            "document-ack" => {
                let ack: DocumentAck = document.read()?;
                view.with(|view| view.acknowledge(partner, &ack.document, &ack.key));
                Ok(true)
            }
            "rejection" => {
                let rejection: Rejection = document.read()?;
                view.with(|view| view.refused(partner, &rejection));
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}
