#![doc = include_str!("../README.md")]

mod availability;
mod books;
pub mod config;
pub mod domain;
pub mod metrics;
mod store;
#[cfg(test)]
mod tests;

use std::{path::Path, time::Duration};

use config::Config;
use contracts::{
    Kind, Reason,
    document::{self, Faults, Unreadable},
    event::{self, OrderAccepted, OrderReleased},
};
use domain::{Message, Set};
use jiff::Timestamp;
use mesh::{
    AnyService, Asker, Card, Context, DatabaseConnection, DatabaseTransaction, DbErr, Decision,
    Inbound, Migration, Origin, QuestionError, OldService, read_event,
};
use serde_json::Value;
use store::Upkeep;

/// The service that owns stock, and says what each order gets of it.
#[derive(Debug)]
pub struct Allocation {
    config: Config,
    upkeep: Upkeep,
}

impl Allocation {
    /// The service as it is configured: `[allocation]` in `file`, then the environment, over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("allocation", config::DEFAULTS, file).map(Self::new)
    }

    /// The service with these knobs.
    #[must_use]
    pub fn new(config: Config) -> Self {
        metrics::describe();
        Self { config, upkeep: Upkeep::default() }
    }
}

/// The service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    Allocation::configured(file).map(AnyService::old)
}

impl From<Allocation> for AnyService {
    fn from(service: Allocation) -> Self {
        Self::old(service)
    }
}

/// The service's manifest.
#[must_use]
pub fn manifest() -> mesh::Manifest {
    Allocation::CARD.into()
}

impl OldService for Allocation {
    const CARD: Card = Card {
        service: "allocation",
        owns: &["inventory", "stock", "warehouse"],
        events: &["order", "item", "shipment", "return"],
        documents: &["warehouse", "stock"],
        answers: &[availability::QUESTION, books::QUESTION],
    };
    const MIGRATIONS: &'static [Migration] = &[
        Migration { name: "0002_inventory", sql: include_str!("../migrations/0002_inventory.sql") },
        Migration {
            name: "0003_lost_unwanted",
            sql: include_str!("../migrations/0003_lost_unwanted.sql"),
        },
    ];
    type Message = Message;
    type Set = Set;

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        let payload = &inbound.payload;
        match &inbound.origin {
            Origin::Document { partner, document, .. } => match document.parse::<Kind>() {
                Ok(Kind::Warehouse) => {
                    let document = Box::new(document::read(payload)?);
                    Ok(Some(Message::Warehouse(partner.clone(), document)))
                }
                Ok(Kind::Stock) => {
                    let document = Box::new(document::read(payload)?);
                    Ok(Some(Message::Stock(partner.clone(), document)))
                }
                Ok(_) | Err(_) => Ok(None),
            },
            Origin::Event { aggregate, event, .. } => decode_event(aggregate, event, payload),
            Origin::Command { verb, .. } => match verb.as_str() {
                "close-warehouse" => Ok(Some(Message::Close(document::read_json(payload)?))),
                "open-warehouse" => Ok(Some(Message::Open(document::read_json(payload)?))),
                _ => Err(Unreadable {
                    code: Reason::UnknownCommand,
                    path: String::new(),
                    message: format!("allocation has no command `{verb}`"),
                }
                .into()),
            },
        }
    }

    async fn load(&self, tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
        store::load(tx, messages).await
    }

    fn decide(&self, set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
        domain::decide(set, message, context)
    }

    async fn due(
        &self,
        tx: &DatabaseTransaction,
        _now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Message>, DbErr> {
        store::due(tx, limit).await
    }

    fn upkeep_every(&self) -> Option<Duration> {
        Some(self.config.upkeep_every())
    }

    async fn upkeep(&self, tx: &DatabaseTransaction, now: Timestamp) -> Result<(), DbErr> {
        self.upkeep.step(tx, &self.config, now).await
    }

    async fn answer(
        &self,
        db: &DatabaseConnection,
        question: &str,
        asker: &Asker,
        request: &[u8],
    ) -> Result<Value, QuestionError> {
        match question {
            availability::QUESTION => availability::answer(db, asker, request).await,
            books::QUESTION => books::answer(db, asker, request).await,
            _ => Err(QuestionError::not_found(format!("there is no question {question}"))),
        }
    }
}

fn decode_event(aggregate: &str, event: &str, payload: &[u8]) -> Result<Option<Message>, Faults> {
    Ok(match (aggregate, event) {
        ("order", "accepted") => {
            let OrderAccepted { order_id, order } = read_event(payload)?;
            Some(Message::Accepted(order_id, Box::new(order)))
        }
        ("order", "released") => {
            let OrderReleased { order_id, order, .. } = read_event(payload)?;
            Some(Message::Accepted(order_id, Box::new(order)))
        }
        ("order", "changed") => Some(Message::Changed(Box::new(read_event(payload)?))),
        ("order", "change-requested") => Some(Message::Change(read_event(payload)?)),
        ("item", "updated") => Some(Message::Item(Box::new(read_event(payload)?))),
        ("shipment", "dispatched") => Some(Message::Dispatched(Box::new(read_event(payload)?))),
        ("shipment", "short") => Some(Message::Short(read_event(payload)?)),
        ("shipment", "cancelled") => Some(Message::Cancelled(read_event(payload)?)),
        ("return", "received") => {
            let received = event::from_json(payload);
            let received = received.map_err(|error| Unreadable::invalid("", error.to_string()))?;
            Some(Message::Returned(Box::new(received)))
        }
        _ => None,
    })
}
