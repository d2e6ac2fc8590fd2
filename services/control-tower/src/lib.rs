#![doc = include_str!("../README.md")]

pub mod config;
mod console;
pub mod domain;
mod listen;
mod questions;
mod store;
#[cfg(test)]
mod tests;
pub mod view;

use std::{path::Path, time::Duration};

use axum::Router;
use config::Config;
use contracts::{
    OrderId, Reason,
    command::{AssignException, Command, ResolveException},
    document::{Faults, Unreadable, read_json},
};
use domain::{Message, Set, Told, facts, record::Record};
use jiff::Timestamp;
use mesh::{
    AnyService, Asker, Card, Context, DatabaseConnection, DatabaseTransaction, DbErr, Decision,
    Inbound, Migration, Origin, QuestionError, OldService, nats::Link,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

pub use questions::TraceRequest;
pub use view::{Exceptions, Status, Trace, TraceEntry};

/// The service that sees all and decides nothing.
#[derive(Debug, Clone)]
pub struct ControlTower {
    config: Config,
}

impl ControlTower {
    /// The service as it is configured: `[control-tower]` in `file`, then the environment, over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("control-tower", config::DEFAULTS, file).map(Self::new)
    }

    /// The service, with what its operator chose.
    #[must_use]
    pub const fn new(config: Config) -> Self {
        Self { config }
    }

    /// The console over the service's database.
    pub fn console(&self, db: DatabaseConnection) -> Router {
        console::router(db, self.config.console_hosts.clone())
    }
}

/// The service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    ControlTower::configured(file).map(AnyService::old)
}

impl From<ControlTower> for AnyService {
    fn from(service: ControlTower) -> Self {
        Self::old(service)
    }
}

/// The service's manifest.
#[must_use]
pub fn manifest() -> mesh::Manifest {
    ControlTower::CARD.into()
}

impl OldService for ControlTower {
    const CARD: Card = Card {
        service: "control-tower",
        owns: &["exception"],
        events: &[mesh::manifest::ALL],
        documents: &[],
        answers: &["order-status", "trace", "status", "exceptions", "partners"],
    };
    const MIGRATIONS: &'static [Migration] = &[Migration {
        name: "0002_control_tower",
        sql: include_str!("../migrations/0002_control_tower.sql"),
    }];
    type Message = Message;
    type Set = Set;

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        match &inbound.origin {
            Origin::Event { aggregate, event, .. } => told(inbound, aggregate, event),
            Origin::Document { .. } => Ok(None),
            Origin::Command { verb, .. } => said(verb, &inbound.payload).map(Some),
        }
    }

    async fn load(&self, tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
        store::load(tx, messages).await
    }

    fn decide(&self, set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
        domain::decide(set, message, &self.config, context)
    }

    async fn due(
        &self,
        tx: &DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Message>, DbErr> {
        let mut due = store::heard(tx, limit).await?;
        due.extend(store::overdue(tx, now, limit).await?);
        due.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(due)
    }

    fn upkeep_every(&self) -> Option<Duration> {
        Some(store::upkeep::EVERY)
    }

    async fn upkeep(&self, tx: &DatabaseTransaction, now: Timestamp) -> Result<(), DbErr> {
        store::upkeep::step(tx, &self.config, now).await
    }

    /// Refused documents and dead letters are in streams that it has no durables of.
    async fn listen(&self, db: DatabaseConnection, link: Link, shutdown: CancellationToken) {
        listen::listen(link, db, shutdown).await;
    }

    async fn answer(
        &self,
        db: &DatabaseConnection,
        question: &str,
        asker: &Asker,
        request: &[u8],
    ) -> Result<Value, QuestionError> {
        questions::answer(db, question, asker, request).await
    }
}

/// What an operator says.
fn said(verb: &str, payload: &[u8]) -> Result<Message, Faults> {
    match verb {
        AssignException::VERB => Ok(Message::Assign(Box::new(read_json(payload)?))),
        ResolveException::VERB => Ok(Message::Resolve(Box::new(read_json(payload)?))),
        _ => Err(Unreadable {
            code: Reason::UnknownCommand,
            path: String::new(),
            message: format!("control-tower has no command `{verb}`"),
        }
        .into()),
    }
}

/// An event with what it says; the order that its sender named counts where it names none itself.
fn told(inbound: &Inbound, aggregate: &str, event: &str) -> Result<Option<Message>, Faults> {
    let (occurred_at, mut facts) = facts::read(aggregate, event, &inbound.payload)
        .map_err(|error| Unreadable::invalid("", error.to_string()))?;
    let named = inbound.correlation().and_then(|order| order.parse::<OrderId>().ok());
    if facts.orders.is_empty() {
        facts.orders.extend(named);
    }
    let record = Record::of(inbound, &facts, occurred_at);
    Ok(record.map(|record| Message::Told(Box::new(Told { record, facts }))))
}
