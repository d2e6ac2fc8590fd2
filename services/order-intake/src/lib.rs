#![doc = include_str!("../README.md")]

mod books;
pub mod domain;
mod store;
#[cfg(test)]
mod tests;

use contracts::{
    Kind, Reason,
    command::UpsertPartner,
    document::{self, Unreadable},
    event::{self, InventoryDeclined, InvoicePosted, ShipmentDispatched},
};
use domain::{Message, Set};
use mesh::{
    Asker, Card, Context, DatabaseConnection, DatabaseTransaction, DbErr, Decision, Inbound,
    Migration, Origin, QuestionError, Service, card,
};
use serde_json::Value;

/// The service that takes orders.
#[derive(Debug, Clone, Copy, Default)]
pub struct OrderIntake;

impl Service for OrderIntake {
    const CARD: Card = Card {
        service: "order-intake",
        owns: &["order", "customer", "item", "partner", "company", "document"],
        events: &["inventory", "shipment", "invoice"],
        documents: &[card::ALL],
        answers: &[books::QUESTION],
    };
    const MIGRATIONS: &'static [Migration] =
        &[Migration { name: "0002_orders", sql: include_str!("../migrations/0002_orders.sql") }];
    type Message = Message;
    type Set = Set;

    fn decode(&self, inbound: &Inbound) -> Result<Option<Message>, Unreadable> {
        match &inbound.origin {
            Origin::Document { partner, document, .. } => {
                let Ok(kind) = document.parse::<Kind>() else { return Ok(None) };
                decode_document(kind, partner.clone(), &inbound.payload)
            }
            Origin::Event { aggregate, event, .. } => {
                decode_event(aggregate, event, &inbound.payload)
            }
            Origin::Command { verb } => match verb.as_str() {
                "upsert-partner" => {
                    let command: UpsertPartner = document::read_json(&inbound.payload)?;
                    Ok(Some(Message::Partner(Box::new(command))))
                }
                _ => Err(Unreadable {
                    code: Reason::UnknownCommand,
                    path: String::new(),
                    message: format!("order-intake has no command `{verb}`"),
                }),
            },
        }
    }

    async fn load(&self, tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
        store::load(tx, messages).await
    }

    fn decide(&self, set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
        domain::decide(set, message, context)
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

fn decode_document(
    kind: Kind,
    partner: contracts::PartnerName,
    payload: &[u8],
) -> Result<Option<Message>, Unreadable> {
    Ok(Some(match kind {
        Kind::Order => Message::Order(partner, Box::new(document::read(payload)?)),
        Kind::OrderChange => Message::Change(partner, Box::new(document::read(payload)?)),
        Kind::OrderCancel => Message::Cancel(partner, Box::new(document::read(payload)?)),
        Kind::Customer => Message::Customer(partner, Box::new(document::read(payload)?)),
        Kind::Item => Message::Item(partner, Box::new(document::read(payload)?)),
        Kind::PriceList => Message::PriceList(partner, Box::new(document::read(payload)?)),
        Kind::Company => Message::Company(partner, Box::new(document::read(payload)?)),
        Kind::X12 | Kind::Ubl => {
            return Err(Unreadable {
                code: Reason::NotSupported,
                path: String::new(),
                message: format!("`{kind}` is not translated yet; send the JSON document"),
            });
        }
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

fn decode_event(
    aggregate: &str,
    event: &str,
    payload: &[u8],
) -> Result<Option<Message>, Unreadable> {
    let read = |error: serde_json::Error| Unreadable::invalid("", error.to_string());
    Ok(match (aggregate, event) {
        ("inventory", "declined") => {
            let declined = event::from_json::<InventoryDeclined>(payload).map_err(read)?;
            Some(Message::Declined(declined.data))
        }
        ("shipment", "dispatched") => {
            let dispatched = event::from_json::<ShipmentDispatched>(payload).map_err(read)?;
            Some(Message::Dispatched(Box::new(dispatched.data)))
        }
        ("invoice", "posted") => {
            let posted = event::from_json::<InvoicePosted>(payload).map_err(read)?;
            Some(Message::Billed(Box::new(posted.data)))
        }
        _ => None,
    })
}
