//! A service's engine over a real database, for tests that hand in messages without NATS.

use std::collections::BTreeMap;

use contracts::{
    Egress, Event, Ingress, PartnerName,
    event::{self, PartnerUpdated},
    partner::Partner,
    subject,
};
use jiff::Timestamp;
use mesh::{
    AnyService, Asker, DatabaseConnection, Engine, Inbound, Outgoing, QuestionError, db,
    engine::{Processed, Settings},
};
use serde::Serialize;
use serde_json::Value;

use crate::Database;

/// A service with its own database.
#[derive(Debug)]
pub struct Bench {
    engine: Engine,
    database: DatabaseConnection,
    now: Timestamp,
    stored: u64,
    numbers: BTreeMap<String, u64>,
    _own: Option<Database>,
}

/// The outputs of a delivery or a tick.
#[derive(Debug, Default)]
pub struct Outcome {
    pub outgoing: Vec<Outgoing>,
    /// Counts of the messages by result.
    pub tally: mesh::engine::Tally,
}

impl Outcome {
    /// Returns the events of a type, in order.
    ///
    /// # Panics
    /// Panics if an event cannot be deserialized.
    #[must_use]
    pub fn events<E: Event>(&self) -> Vec<E> {
        let prefix = format!("events.{}.{}.", E::AGGREGATE, E::NAME);
        let of_type = self.outgoing.iter().filter(|message| message.subject.starts_with(&prefix));
        of_type.map(|message| event::from_json::<E>(&message.payload).unwrap().data).collect()
    }

    /// Returns the documents of a type sent to a partner, in order.
    ///
    /// # Panics
    /// Panics if a document cannot be deserialized.
    #[must_use]
    pub fn documents<D: Egress>(&self, partner: &PartnerName) -> Vec<D> {
        let subject = subject::egress(partner.as_str(), D::DOCUMENT);
        let of_type = self.outgoing.iter().filter(|message| message.subject == subject);
        of_type.map(|message| serde_json::from_slice(&message.payload).unwrap()).collect()
    }

    /// Returns the subjects of all outgoing messages, in order.
    #[must_use]
    pub fn subjects(&self) -> Vec<&str> {
        self.outgoing.iter().map(|message| message.subject.as_str()).collect()
    }
}

impl Bench {
    /// Creates a service over a new database, with the clock at noon of 2026-03-02.
    ///
    /// # Panics
    /// Panics if the database cannot be created.
    pub async fn new(service: impl Into<AnyService>) -> Self {
        Self::with(service, None, Settings::default()).await
    }

    /// Creates a service over the database at `url`, or over a new one.
    ///
    /// # Panics
    /// Panics if the database cannot be used.
    pub async fn with(
        service: impl Into<AnyService>,
        url: Option<String>,
        settings: Settings,
    ) -> Self {
        Self::over(service.into(), url, settings).await
    }

    async fn over(service: AnyService, url: Option<String>, settings: Settings) -> Self {
        let own = url.is_none().then(Database::new);
        let url = url.or_else(|| own.as_ref().map(|own| own.url().to_owned())).unwrap();
        let database = db::connect(&url, service.name(), db::Pool::of(2)).await.unwrap();
        db::migrate(service.migrations(), &database).await.unwrap();
        Self {
            engine: Engine::new(service, database.clone(), settings).await.unwrap(),
            database,
            now: "2026-03-02T12:00:00Z".parse().unwrap(),
            stored: 0,
            numbers: BTreeMap::new(),
            _own: own,
        }
    }

    /// Returns the database, for assertions on rows.
    #[must_use]
    pub fn database(&self) -> &DatabaseConnection {
        &self.database
    }

    /// Returns the engine, for custom messages.
    #[must_use]
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    pub fn at(&mut self, now: Timestamp) {
        self.now = now;
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Hands in a partner's master data.
    pub async fn partner(&mut self, record: Partner) -> Outcome {
        let partner = record.partner.clone();
        self.event(&PartnerUpdated { partner, record }).await
    }

    /// Hands in a partner's document.
    pub async fn document<D: Ingress>(&mut self, partner: &PartnerName, document: &D) -> Outcome {
        let payload = serde_json::to_vec(document).unwrap();
        self.payload(partner, D::DOCUMENT, payload).await
    }

    /// Hands in any payload on a partner's subject.
    pub async fn payload(
        &mut self,
        partner: &PartnerName,
        document: &str,
        payload: Vec<u8>,
    ) -> Outcome {
        let message = self.inbound(subject::ingress(partner, document), payload);
        self.deliver(vec![message]).await
    }

    /// Hands in an event, numbered as the next of its aggregate.
    pub async fn event<E: Event>(&mut self, event: &E) -> Outcome {
        let message = self.numbered(event);
        self.deliver(vec![message]).await
    }

    pub async fn command(&mut self, service: &str, verb: &str, body: &impl Serialize) -> Outcome {
        let payload = serde_json::to_vec(body).unwrap();
        let message = self.inbound(subject::command(service, verb), payload);
        self.deliver(vec![message]).await
    }

    /// Builds an event as the stream would deliver it, numbered as the next of its aggregate.
    pub fn numbered<E: Event>(&mut self, event: &E) -> Inbound {
        let number = self.numbers.entry(format!("{}/{}", E::AGGREGATE, event.id())).or_default();
        *number += 1;
        let number = *number;
        let payload = event::to_json(event, number, self.now).unwrap();
        self.inbound(subject::event(E::AGGREGATE, E::NAME, &event.id()), payload)
    }

    /// Builds a message as a stream would deliver it.
    pub fn inbound(&mut self, subject: String, payload: Vec<u8>) -> Inbound {
        self.stored += 1;
        let stream = subject::stream_of(&subject).unwrap_or_default();
        Inbound::of(subject, BTreeMap::new(), payload, stream, self.stored, self.now).0
    }

    /// Hands in a batch of messages.
    ///
    /// # Panics
    /// Panics if the database fails.
    pub async fn deliver(&mut self, batch: Vec<Inbound>) -> Outcome {
        self.engine.handle(batch, self.now).await.map(outcome).unwrap()
    }

    /// Runs a tick: work that is due and messages that have waited too long.
    ///
    /// # Panics
    /// Panics if the database fails.
    pub async fn tick(&mut self) -> Outcome {
        self.engine.tick(self.now).await.map(outcome).unwrap()
    }

    /// Asks the service a question.
    ///
    /// # Errors
    /// Returns the service's own error.
    pub async fn ask(
        &self,
        asker: Asker,
        question: &str,
        request: &impl Serialize,
    ) -> Result<Value, QuestionError> {
        let request = serde_json::to_vec(request).unwrap();
        self.engine.answer(question, &asker, &request).await
    }
}

fn outcome(done: Processed) -> Outcome {
    Outcome { outgoing: done.outgoing, tally: done.tally }
}
