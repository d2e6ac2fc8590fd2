#![doc = include_str!("../README.md")]

mod books;
mod check;
pub mod domain;
pub mod edi;
mod metrics;
mod quote;
mod store;
#[cfg(test)]
mod tests;

use std::time::Duration;

use contracts::{
    Event, Kind, Reason,
    command::{CancelOrder, Command, ReleaseOrder, UpsertPartner},
    document::{self, Faults, Unreadable},
    event::{
        CreditMemoPosted, DocumentTranslated, PaymentApplied, PaymentReceived, PaymentRefunded,
        PaymentReversed, PaymentUnapplied, ReceivableWrittenOff,
    },
};
use domain::{Message, Set, cash::Owing};
use jiff::Timestamp;
use mesh::{
    AnyService, Asker, Card, Context, DatabaseConnection, DatabaseTransaction, DbErr, Decision,
    Inbound, Migration, Origin, QuestionError, OldService, read_event,
};
use serde_json::Value;

/// The service that takes orders.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderIntake;

/// The service as the program runs it.
#[must_use]
pub fn service() -> AnyService {
    AnyService::old(OrderIntake)
}

impl From<OrderIntake> for AnyService {
    fn from(service: OrderIntake) -> Self {
        Self::old(service)
    }
}

/// The service's manifest.
#[must_use]
pub fn manifest() -> mesh::Manifest {
    OrderIntake::CARD.into()
}

impl OldService for OrderIntake {
    const CARD: Card = Card {
        service: "order-intake",
        owns: &["order", "customer", "item", "partner", "company", "document"],
        events: &["inventory", "shipment", "invoice", "credit-memo", "payment", "receivable"],
        documents: &[mesh::manifest::ALL],
        answers: &[check::QUESTION, quote::QUESTION, books::QUESTION],
    };
    const MIGRATIONS: &'static [Migration] = &[
        Migration { name: "0002_orders", sql: include_str!("../migrations/0002_orders.sql") },
        Migration { name: "0003_edi", sql: include_str!("../migrations/0003_edi.sql") },
        Migration { name: "0004_audit", sql: include_str!("../migrations/0004_audit.sql") },
    ];
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
            Origin::Command { verb, .. } => match verb.as_str() {
                UpsertPartner::VERB => {
                    let command = document::read_json(&inbound.payload)?;
                    Ok(Some(Message::Partner(Box::new(command))))
                }
                ReleaseOrder::VERB => {
                    let command = document::read_json(&inbound.payload)?;
                    Ok(Some(Message::Release(Box::new(command))))
                }
                CancelOrder::VERB => {
                    let command = document::read_json(&inbound.payload)?;
                    Ok(Some(Message::CancelOrder(Box::new(command))))
                }
                _ => Err(Unreadable {
                    code: Reason::UnknownCommand,
                    path: String::new(),
                    message: format!("order-intake has no command `{verb}`"),
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
        now: Timestamp,
        limit: u64,
    ) -> Result<Vec<Message>, DbErr> {
        let mut due = store::credit::due(tx, limit).await?;
        due.extend(store::change::due(tx, now, limit).await?);
        Ok(due)
    }

    fn upkeep_every(&self) -> Option<Duration> {
        Some(Duration::from_secs(1))
    }

    async fn upkeep(&self, tx: &DatabaseTransaction, now: Timestamp) -> Result<(), DbErr> {
        store::audit::step(tx, now).await
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
            check::QUESTION => check::answer(db, asker, request).await,
            quote::QUESTION => quote::answer(db, asker, request).await,
            books::QUESTION => books::answer(db, asker, request).await,
            _ => Err(QuestionError::not_found(format!("there is no question {question}"))),
        }
    }
}

fn decode_document(
    kind: Kind,
    partner: contracts::PartnerName,
    payload: &[u8],
) -> Result<Option<Message>, Faults> {
    Ok(Some(match kind {
        Kind::Order => Message::Order(partner, Box::new(document::read(payload)?)),
        Kind::OrderChange => Message::Change(partner, Box::new(document::read(payload)?)),
        Kind::OrderCancel => Message::Cancel(partner, Box::new(document::read(payload)?)),
        Kind::Customer => Message::Customer(partner, Box::new(document::read(payload)?)),
        Kind::Item => Message::Item(partner, Box::new(document::read(payload)?)),
        Kind::PriceList => Message::PriceList(partner, Box::new(document::read(payload)?)),
        Kind::Company => Message::Company(partner, Box::new(document::read(payload)?)),
        Kind::X12 => Message::X12(partner, crate::edi::read_x12(payload)?),
        Kind::Ubl => Message::Ubl(partner, Box::new(crate::edi::read_ubl(payload)?)),
        Kind::Camt => Message::Camt(partner, Box::new(crate::edi::read_camt(payload)?)),
        Kind::Warehouse
        | Kind::Stock
        | Kind::ShipConfirm
        | Kind::Delivery
        | Kind::TaxRate
        | Kind::Payment
        | Kind::PaymentReversal
        | Kind::ReturnRequest
        | Kind::ReturnReceipt => return Ok(None),
    }))
}

fn decode_event(aggregate: &str, event: &str, payload: &[u8]) -> Result<Option<Message>, Faults> {
    Ok(Some(match (aggregate, event) {
        // One that can be read has become its owner's document before it came here.
        (DocumentTranslated::AGGREGATE, DocumentTranslated::NAME) => {
            read_event::<DocumentTranslated>(payload)?;
            return Ok(None);
        }
        ("inventory", "declined") => Message::Declined(read_event(payload)?),
        ("inventory", "released") => Message::Released(read_event(payload)?),
        ("shipment", "dispatched") => Message::Dispatched(Box::new(read_event(payload)?)),
        ("invoice", "posted") => Message::Billed(Box::new(read_event(payload)?)),
        ("invoice", "reduced") => Message::Reduced(Box::new(read_event(payload)?)),
        ("credit-memo", "posted") => owing::<CreditMemoPosted>(payload)?,
        ("payment", "received") => owing::<PaymentReceived>(payload)?,
        ("payment", "applied") => owing::<PaymentApplied>(payload)?,
        ("payment", "unapplied") => owing::<PaymentUnapplied>(payload)?,
        ("payment", "reversed") => owing::<PaymentReversed>(payload)?,
        ("payment", "refunded") => owing::<PaymentRefunded>(payload)?,
        ("receivable", "written-off") => owing::<ReceivableWrittenOff>(payload)?,
        _ => return Ok(None),
    }))
}

fn owing<E: Event + Into<Owing>>(payload: &[u8]) -> Result<Message, Faults> {
    Ok(Message::Owing(Box::new(read_event::<E>(payload)?.into())))
}
