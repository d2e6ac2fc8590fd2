#![doc = include_str!("../README.md")]

mod ask;
mod books;
pub mod config;
pub mod domain;
pub mod edi;
mod metrics;
mod store;
mod tax_engine;
#[cfg(test)]
mod tests;

use std::path::Path;

use contracts::{
    Reason,
    command::{ClosePeriod, Command},
    document::{self, Faults, Kind, Unreadable},
    event::{OrderAccepted, OrderReleased},
};
use domain::{Message, Set};
use jiff::Timestamp;
use mesh::{
    AnyService, Asker, Card, Context, DatabaseConnection, DatabaseTransaction, DbErr, Decision,
    Inbound, Migration, Origin, QuestionError, OldService, read_event,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

/// The service that bills what left, and credits what came back.
#[derive(Debug, Clone)]
pub struct Invoicing {
    config: config::Config,
}

impl Invoicing {
    /// The service as it is configured: `[invoicing]` in `file`, then the environment, over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("invoicing", config::DEFAULTS, file).map(Self::new)
    }

    /// The service as the seller has set it.
    #[must_use]
    pub fn new(config: config::Config) -> Self {
        Self { config }
    }
}

/// The service as the program runs it, configured.
///
/// # Errors
/// Everything that is wrong with its configuration, at once.
pub fn service(file: Option<&Path>) -> Result<AnyService, mesh::config::Invalid> {
    Invoicing::configured(file).map(AnyService::old)
}

impl From<Invoicing> for AnyService {
    fn from(service: Invoicing) -> Self {
        Self::old(service)
    }
}

/// The service's manifest.
#[must_use]
pub fn manifest() -> mesh::Manifest {
    Invoicing::CARD.into()
}

impl OldService for Invoicing {
    const CARD: Card = Card {
        service: "invoicing",
        owns: &["invoice", "credit-memo", "journal", "period"],
        events: &["order", "item", "company", "customer", "shipment", "return", "period"],
        documents: &["tax-rate"],
        answers: &[ask::QUESTION, books::QUESTION, books::JOURNAL],
    };
    const MIGRATIONS: &'static [Migration] = &[
        Migration { name: "0002_invoicing", sql: include_str!("../migrations/0002_invoicing.sql") },
        Migration { name: "0003_edi", sql: include_str!("../migrations/0003_edi.sql") },
    ];
    type Message = Message;
    type Set = Set;

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        match &inbound.origin {
            Origin::Document { partner, document, .. } => match document.parse() {
                Ok(Kind::TaxRate) => {
                    let rate = document::read(&inbound.payload)?;
                    Ok(Some(Message::TaxRate(partner.clone(), Box::new(rate))))
                }
                Ok(_) | Err(_) => Ok(None),
            },
            Origin::Event { aggregate, event, .. } => {
                decode_event(aggregate, event, &inbound.payload)
            }
            Origin::Command { verb, .. } if verb == ClosePeriod::VERB => {
                let command = document::read_json(&inbound.payload)?;
                Ok(Some(Message::ClosePeriod(Box::new(command))))
            }
            Origin::Command { verb, .. } => Err(Unreadable {
                code: Reason::UnknownCommand,
                path: String::new(),
                message: format!("invoicing has no command `{verb}`"),
            }
            .into()),
        }
    }

    async fn load(&self, tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
        store::load(tx, messages).await
    }

    fn decide(&self, set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
        let decision = domain::decide(set, &self.config, message, context);
        edi::in_every_format(set, decision, context)
    }

    async fn due(
        &self,
        tx: &DatabaseTransaction,
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Message>, DbErr> {
        store::due(tx, &self.config.tax_engine, now, limit).await
    }

    async fn background(&self, db: DatabaseConnection, shutdown: CancellationToken) {
        metrics::describe();
        tax_engine::run(&self.config.tax_engine, &db, &shutdown).await;
    }

    async fn measure(&self, db: &DatabaseConnection, _now: Timestamp) -> Result<(), DbErr> {
        metrics::report(db).await
    }

    async fn answer(
        &self,
        db: &DatabaseConnection,
        question: &str,
        asker: &Asker,
        request: &[u8],
    ) -> Result<Value, QuestionError> {
        match question {
            ask::QUESTION => ask::answer(db, asker, request).await,
            books::QUESTION => books::answer(db, asker, request).await,
            books::JOURNAL => books::journal(db, asker, request).await,
            _ => Err(QuestionError::not_found(format!("there is no question {question}"))),
        }
    }
}

fn decode_event(aggregate: &str, event: &str, payload: &[u8]) -> Result<Option<Message>, Faults> {
    Ok(Some(match (aggregate, event) {
        ("order", "accepted") => {
            let accepted: OrderAccepted = read_event(payload)?;
            Message::Ordered(accepted.order_id, Box::new(accepted.order))
        }
        ("order", "released") => {
            let released: OrderReleased = read_event(payload)?;
            Message::Ordered(released.order_id, Box::new(released.order))
        }
        ("order", "changed") => Message::Changed(Box::new(read_event(payload)?)),
        ("order", "cancelled") => Message::Cancelled(Box::new(read_event(payload)?)),
        ("item", "updated") => Message::Item(Box::new(read_event(payload)?)),
        ("company", "updated") => Message::Company(Box::new(read_event(payload)?)),
        ("customer", "updated") => Message::Customer(Box::new(read_event(payload)?)),
        ("shipment", "dispatched") => Message::Dispatched(Box::new(read_event(payload)?)),
        ("period", "confirmed") => Message::PeriodConfirmed(read_event(payload)?),
        ("return", "completed") => Message::Returned(Box::new(read_event(payload)?)),
        _ => return Ok(None),
    }))
}
