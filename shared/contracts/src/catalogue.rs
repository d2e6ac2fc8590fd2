//! The catalogue: every event, document, question and command that crosses a service's boundary.

#[cfg(test)]
use schemars::Schema;

use crate::{
    command::{COMMANDS, CommandEntry},
    document::*,
    event::{EVENTS, EventEntry},
    partner::Role,
    question::*,
};

/// The direction of a document, seen from the mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Sent by a partner.
    Ingress,
    /// Sent to a partner or to the operator.
    Egress,
}

/// A document in the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct DocumentEntry {
    /// The document's or question's name in subjects.
    pub name: &'static str,
    /// The direction, seen from the mesh.
    pub direction: Direction,
    /// Makes the document's JSON Schema.
    #[cfg(test)]
    pub schema: fn() -> Schema,
}

/// A question in the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct QuestionEntry {
    /// The document's or question's name in subjects.
    pub name: &'static str,
    /// The service that answers the question.
    pub owner: &'static str,
    /// The partner roles that may ask, besides the operator.
    pub roles: &'static [Role],
    /// Makes the JSON Schema of the request.
    #[cfg(test)]
    pub request: fn() -> Schema,
    /// Makes the JSON Schema of the answer.
    #[cfg(test)]
    pub answer: fn() -> Schema,
}

/// Makes the entry of an ingress document.
macro_rules! ingress {
    ($type:ident) => {
        DocumentEntry {
            name: $type::DOCUMENT,
            direction: Direction::Ingress,
            #[cfg(test)]
            schema: crate::schema::of_read::<$type>,
        }
    };
}

/// Makes the entry of an egress document.
macro_rules! egress {
    ($type:ident) => {
        DocumentEntry {
            name: $type::DOCUMENT,
            direction: Direction::Egress,
            #[cfg(test)]
            schema: crate::schema::of_written::<$type>,
        }
    };
}

/// Makes the entry of a question.
macro_rules! question {
    ($type:ident) => {
        QuestionEntry {
            name: $type::NAME,
            owner: $type::OWNER,
            roles: $type::ROLES,
            #[cfg(test)]
            request: crate::schema::of_read::<$type>,
            #[cfg(test)]
            answer: crate::schema::of_written::<<$type as Question>::Answer>,
        }
    };
}

/// Returns every event, in the order of its modules.
#[must_use]
pub fn events() -> Vec<EventEntry> {
    EVENTS.concat()
}

/// Returns every command.
#[must_use]
pub fn commands() -> &'static [CommandEntry] {
    COMMANDS
}

/// Returns every document that is JSON; `x12`, `ubl` and `camt` are raw and have no schema.
#[must_use]
pub fn documents() -> Vec<DocumentEntry> {
    vec![
        ingress!(Order),
        ingress!(OrderChange),
        ingress!(OrderCancel),
        ingress!(Customer),
        ingress!(Item),
        ingress!(PriceList),
        ingress!(Company),
        ingress!(Warehouse),
        ingress!(Stock),
        ingress!(ShipConfirm),
        ingress!(Delivery),
        ingress!(TaxRate),
        ingress!(Payment),
        ingress!(PaymentReversal),
        ingress!(ReturnRequest),
        ingress!(ReturnReceipt),
        egress!(DocumentAck),
        egress!(Rejection),
        egress!(OrderAck),
        egress!(OrderChangeAck),
        egress!(ShipOrder),
        egress!(ShipConfirmAck),
        egress!(ShipCancel),
        egress!(ReturnExpected),
        egress!(ShipNotice),
        egress!(BackorderNotice),
        egress!(Invoice),
        egress!(CreditMemo),
        egress!(PaymentAck),
        egress!(PaymentStatus),
        egress!(ReturnAuthorization),
        egress!(CommandResult),
        egress!(Journal),
    ]
}

/// Returns every question.
#[must_use]
pub fn questions() -> Vec<QuestionEntry> {
    vec![
        question!(CustomerCheckRequest),
        question!(PriceRequest),
        question!(AvailabilityRequest),
        question!(OrderStatusRequest),
        question!(ShipmentStatusRequest),
        question!(InvoiceRequest),
        question!(AccountRequest),
        question!(IntakeBooksRequest),
        question!(AllocationBooksRequest),
        question!(FulfillmentBooksRequest),
        question!(InvoicingBooksRequest),
        question!(PaymentBooksRequest),
        question!(ReturnsBooksRequest),
        question!(InvoicingJournalRequest),
        question!(PaymentJournalRequest),
    ]
}
