//! Everything that crosses the boundary, as a list: from it come the JSON Schemas, the AsyncAPI
//! document and the permissions of every connection.

#[cfg(test)]
use schemars::Schema;

use crate::{
    command::{COMMANDS, CommandEntry},
    document::*,
    event::{EVENTS, EventEntry},
    partner::Role,
    question::*,
};

/// Which way a document goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a partner.
    Ingress,
    /// To a partner or the operator.
    Egress,
}

/// A document.
#[derive(Debug, Clone, Copy)]
pub struct DocumentEntry {
    /// Its name in subjects.
    pub name: &'static str,
    /// Which way it goes.
    pub direction: Direction,
    /// Its JSON Schema.
    #[cfg(test)]
    pub schema: fn() -> Schema,
}

/// A question.
#[derive(Debug, Clone, Copy)]
pub struct QuestionEntry {
    /// Its name in subjects.
    pub name: &'static str,
    /// The service that answers.
    pub owner: &'static str,
    /// The roles that may ask, besides the operator.
    pub roles: &'static [Role],
    /// The JSON Schema of the request.
    #[cfg(test)]
    pub request: fn() -> Schema,
    /// The JSON Schema of the answer.
    #[cfg(test)]
    pub answer: fn() -> Schema,
}

/// The entry of an ingress document.
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

/// The entry of an egress document.
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

/// The entry of a question.
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

/// Every event.
#[must_use]
pub fn events() -> Vec<EventEntry> {
    EVENTS.concat()
}

/// Every command.
#[must_use]
pub fn commands() -> &'static [CommandEntry] {
    COMMANDS
}

/// Every document that is JSON; `x12`, `ubl` and `camt` are raw and have no schema.
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

/// Every question.
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
