#![doc = include_str!("../README.md")]

mod account;
mod books;
pub mod config;
pub mod domain;
mod store;
#[cfg(test)]
mod tests;

use std::path::Path;

use config::Config;
use contracts::{
    Kind, PartnerName, Reason,
    document::{self, Faults, Unreadable},
};
use domain::{Message, Set};
use mesh::{
    AnyService, Asker, Card, Context, DatabaseConnection, DatabaseTransaction, DbErr, Decision,
    Inbound, Migration, Origin, QuestionError, OldService, read_event,
};
use serde_json::Value;

/// The service that applies cash.
#[derive(Debug, Clone)]
pub struct PaymentApply {
    config: Config,
}

impl PaymentApply {
    /// The service as it is configured: `[payment-apply]` in `file`, then the environment, over the defaults.
    ///
    /// # Errors
    /// Everything that is wrong with that, at once.
    pub fn configured(file: Option<&Path>) -> Result<Self, mesh::config::Invalid> {
        mesh::config::load("payment-apply", config::DEFAULTS, file).map(Self::new)
    }

    /// The service with its knobs.
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
    PaymentApply::configured(file).map(AnyService::old)
}

impl From<PaymentApply> for AnyService {
    fn from(service: PaymentApply) -> Self {
        Self::old(service)
    }
}

/// The service's manifest.
#[must_use]
pub fn manifest() -> mesh::Manifest {
    PaymentApply::CARD.into()
}

impl OldService for PaymentApply {
    const CARD: Card = Card {
        service: "payment-apply",
        owns: &["payment", "receivable", "journal", "period"],
        events: &["invoice", "credit-memo", "customer", "company", "period"],
        documents: &["payment", "payment-reversal"],
        answers: &[account::QUESTION, books::QUESTION, books::JOURNAL],
    };
    const MIGRATIONS: &'static [Migration] =
        &[Migration { name: "0002_cash", sql: include_str!("../migrations/0002_cash.sql") }];
    type Message = Message;
    type Set = Set;

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Faults> {
        match &inbound.origin {
            Origin::Document { partner, document, .. } => {
                let Ok(kind) = document.parse::<Kind>() else { return Ok(None) };
                decode_document(kind, partner.clone(), &inbound.payload)
            }
            Origin::Event { aggregate, event, .. } => {
                decode_event(aggregate, event, &inbound.payload)
            }
            Origin::Command { verb, .. } => decode_command(verb, &inbound.payload).map(Some),
        }
    }

    async fn load(&self, tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
        store::load(tx, messages).await
    }

    fn decide(&self, set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
        domain::decide(set, message, context, &self.config)
    }

    async fn answer(
        &self,
        db: &DatabaseConnection,
        question: &str,
        asker: &Asker,
        request: &[u8],
    ) -> Result<Value, QuestionError> {
        match question {
            account::QUESTION => account::answer(db, asker, request).await,
            books::QUESTION => books::answer(db, asker, request).await,
            books::JOURNAL => books::journal(db, asker, request).await,
            _ => Err(QuestionError::not_found(format!("there is no question {question}"))),
        }
    }
}

fn decode_document(
    kind: Kind,
    partner: PartnerName,
    payload: &[u8],
) -> Result<Option<Message>, Faults> {
    Ok(match kind {
        Kind::Payment => Some(Message::Payment(partner, Box::new(document::read(payload)?))),
        Kind::PaymentReversal => {
            Some(Message::Reversal(partner, Box::new(document::read(payload)?)))
        }
        Kind::Order
        | Kind::OrderChange
        | Kind::OrderCancel
        | Kind::Customer
        | Kind::Item
        | Kind::PriceList
        | Kind::Company
        | Kind::X12
        | Kind::Ubl
        | Kind::Camt
        | Kind::Warehouse
        | Kind::Stock
        | Kind::ShipConfirm
        | Kind::Delivery
        | Kind::TaxRate
        | Kind::ReturnRequest
        | Kind::ReturnReceipt => None,
    })
}

fn decode_event(aggregate: &str, event: &str, payload: &[u8]) -> Result<Option<Message>, Faults> {
    Ok(match (aggregate, event) {
        ("invoice", "posted") => Some(Message::Invoice(Box::new(read_event(payload)?))),
        ("credit-memo", "posted") => Some(Message::CreditMemo(Box::new(read_event(payload)?))),
        ("company", "updated") => Some(Message::Company(Box::new(read_event(payload)?))),
        ("period", "closed") => Some(Message::Period(read_event(payload)?)),
        ("customer", "updated") => Some(Message::Customer(Box::new(read_event(payload)?))),
        _ => None,
    })
}

fn decode_command(verb: &str, payload: &[u8]) -> Result<Message, Faults> {
    Ok(match verb {
        "apply-cash" => Message::ApplyCash(Box::new(document::read_json(payload)?)),
        "write-off" => Message::WriteOff(Box::new(document::read_json(payload)?)),
        "refund" => Message::Refund(Box::new(document::read_json(payload)?)),
        _ => {
            return Err(Unreadable {
                code: Reason::UnknownCommand,
                path: String::new(),
                message: format!("payment-apply has no command `{verb}`"),
            }
            .into());
        }
    })
}
