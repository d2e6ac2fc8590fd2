//! A partner of the mesh, which publishes documents and reads its answers from its durable.

use std::time::Duration;

use async_nats::{
    Client, HeaderMap,
    jetstream::{
        self,
        consumer::{PullConsumer, pull},
    },
};
use futures::StreamExt as _;
use serde_json::Value;

/// The time to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// A partner with its connection.
pub struct Partner {
    name: String,
    pub client: Client,
    jetstream: jetstream::Context,
    /// Opened once: a message sent in answer to an abandoned request is delivered again only after
    /// its acknowledgement timed out.
    messages: Option<pull::Stream>,
    heard: Vec<(String, Value)>,
}

impl Partner {
    /// Connects with the partner's seed.
    pub async fn connect(url: &str, name: &str, seed: &str) -> Self {
        let client = ordermesh::nats::connect::connect(url, seed, name).await.unwrap();
        let jetstream = jetstream::new(client.clone());
        Self { name: name.to_owned(), client, jetstream, messages: None, heard: Vec::new() }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The JetStream context of the connection.
    pub fn jetstream(&self) -> &jetstream::Context {
        &self.jetstream
    }

    /// Publishes a document of the partner.
    pub async fn send(&self, document: &str, body: &Value) {
        self.send_bytes(document, body.to_string().into_bytes()).await;
    }

    /// Publishes any bytes as a document.
    pub async fn send_bytes(&self, document: &str, body: Vec<u8>) {
        let subject = format!("ingress.{}.{document}.v1", self.name);
        self.publish(subject, body).await.unwrap();
    }

    /// Publishes on any subject, and waits until the message is stored.
    pub async fn publish(&self, subject: String, body: Vec<u8>) -> Result<(), String> {
        let published =
            self.jetstream.publish_with_headers(subject, HeaderMap::new(), body.into()).await;
        let stored = published.map_err(|error| error.to_string())?.await;
        stored.map(|_| ()).map_err(|error| error.to_string())
    }

    /// Returns the next document of a kind that `wanted` selects; keeps the documents before it.
    pub async fn answer(&mut self, document: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let is_it = |(kind, body): &(String, Value)| kind == document && wanted(body);
        if let Some(at) = self.heard.iter().position(is_it) {
            return self.heard.remove(at).1;
        }
        let listen = async {
            loop {
                let heard = self.hear().await;
                if is_it(&heard) {
                    return heard.1;
                }
                self.heard.push(heard);
            }
        };
        match tokio::time::timeout(PATIENCE, listen).await {
            Ok(answer) => answer,
            Err(_) => panic!("no {document} for {}; heard {:#?}", self.name, self.heard),
        }
    }

    /// Returns the next document from the partner's durable; text if it is not JSON.
    async fn hear(&mut self) -> (String, Value) {
        if self.messages.is_none() {
            self.messages = Some(self.listen().await);
        }
        let message = self.messages.as_mut().unwrap().next().await.unwrap().unwrap();
        self.client.publish(message.reply.clone().unwrap(), "+ACK".into()).await.unwrap();
        self.client.flush().await.unwrap();
        let document = message.subject.split('.').nth(2).unwrap().to_owned();
        let body = match document.as_str() {
            "x12" | "ubl" => Value::String(String::from_utf8(message.payload.to_vec()).unwrap()),
            _ => serde_json::from_slice(&message.payload).unwrap(),
        };
        (document, body)
    }

    async fn listen(&self) -> pull::Stream {
        let stream = format!("EGRESS_{}", self.name.to_uppercase().replace('-', "_"));
        let durable: PullConsumer =
            self.jetstream.get_consumer_from_stream("partner", stream).await.unwrap();
        durable.messages().await.unwrap()
    }

    /// Asks a question as the partner.
    pub async fn ask(&self, question: &str, request: &Value) -> Value {
        let subject = format!("api.{question}.v1.{}", self.name);
        let asked = self.client.request(subject, request.to_string().into());
        serde_json::from_slice(&asked.await.unwrap().payload).unwrap_or_default()
    }
}
