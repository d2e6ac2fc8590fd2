#![doc = include_str!("../README.md")]

mod books;
pub mod config;
pub mod domain;
mod store;
#[cfg(test)]
mod tests;

use std::path::Path;

use config::Config;
use contracts::{
    Kind, Reason,
    document::{self, Faults, Unreadable},
    event::{
        CompanyUpdated, ItemUpdated, OrderAccepted, OrderCancelled, OrderChanged, OrderHeld,
        OrderReleased, ShipmentDispatched, WarehouseUpdated,
    },
};
use domain::{Message, Set};
use jiff::Timestamp;
use mesh::{
    AnyService, Asker, Card, Context, DatabaseConnection, DatabaseTransaction, DbErr, Decision,
    Inbound, Migration, Origin, QuestionError, Service, read_event,
};
use serde_json::Value;

/// The service that takes goods back.
#[derive(Debug, Clone, Copy)]
pub struct Returns {
    config: Config,
}

impl Returns {
    /// The service as it is configured: `[returns]` in `file`, then the environment, over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("returns", config::DEFAULTS, file).map(Self::new)
    }

    /// The service with these knobs.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self { config }
    }
}

/// The service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    Returns::configured(file).map(AnyService::new)
}

impl Service for Returns {
    const CARD: Card = Card {
        service: "returns",
        owns: &["return"],
        events: &["order", "shipment", "warehouse", "item", "company"],
        documents: &["return-request", "return-receipt"],
        answers: &[books::QUESTION],
    };
    const MIGRATIONS: &'static [Migration] =
        &[Migration { name: "0002_returns", sql: include_str!("../migrations/0002_returns.sql") }];
    type Message = Message;
    type Set = Set;

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        match &inbound.origin {
            Origin::Document { partner, document, .. } => {
                let (partner, payload) = (partner.clone(), &inbound.payload);
                if document == Kind::ReturnRequest.name() {
                    let request = Box::new(document::read(payload)?);
                    return Ok(Some(Message::Request(partner, request)));
                }
                if document == Kind::ReturnReceipt.name() {
                    let receipt = Box::new(document::read(payload)?);
                    return Ok(Some(Message::Receipt(partner, receipt)));
                }
                Ok(None)
            }
            Origin::Event { aggregate, event, .. } => {
                decode_event(aggregate, event, &inbound.payload)
            }
            Origin::Command { verb, .. } => Err(Unreadable {
                code: Reason::UnknownCommand,
                path: String::new(),
                message: format!("returns has no command `{verb}`"),
            }
            .into()),
        }
    }

    async fn load(&self, tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
        store::load(tx, messages).await
    }

    fn decide(&self, set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
        domain::decide(set, message, context, &self.config)
    }

    async fn due(
        &self,
        tx: &DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Message>, DbErr> {
        let expired = store::expired(tx, now, limit).await?;
        Ok(expired.into_iter().map(Message::Expire).collect())
    }

    async fn answer(
        &self,
        db: &DatabaseConnection,
        question: &str,
        asker: &Asker,
        request: &[u8],
    ) -> Result<Value, QuestionError> {
        match question {
            books::QUESTION => books::answer(db, asker, request).await,
            _ => Err(QuestionError::not_found(format!("there is no question {question}"))),
        }
    }
}

fn decode_event(aggregate: &str, event: &str, payload: &[u8]) -> Result<Option<Message>, Faults> {
    Ok(match (aggregate, event) {
        ("order", "accepted") => {
            Some(Message::Ordered(read_event::<OrderAccepted>(payload)?.into()))
        }
        ("order", "held") => Some(Message::Ordered(read_event::<OrderHeld>(payload)?.into())),
        ("order", "released") => {
            Some(Message::Ordered(read_event::<OrderReleased>(payload)?.into()))
        }
        ("order", "changed") => Some(Message::Ordered(read_event::<OrderChanged>(payload)?.into())),
        ("order", "cancelled") => Some(Message::Cancelled(read_event::<OrderCancelled>(payload)?)),
        ("shipment", "dispatched") => {
            Some(Message::Dispatched(Box::new(read_event::<ShipmentDispatched>(payload)?)))
        }
        ("warehouse", "updated") => {
            Some(Message::Warehouse(read_event::<WarehouseUpdated>(payload)?))
        }
        ("item", "updated") => Some(Message::Item(Box::new(read_event::<ItemUpdated>(payload)?))),
        ("company", "updated") => Some(Message::Company(read_event::<CompanyUpdated>(payload)?)),
        _ => None,
    })
}
