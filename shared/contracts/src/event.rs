//! Events: facts that the owner of an aggregate publishes once.
//!
//! An event's data begins with its aggregate's id, `sequence` (1, 2, 3 … per aggregate, no gaps)
//! and `occurred_at`. A service's decision makes the rest; the mesh numbers it when it commits.
//!
//! A new event is a type and a line of `events!` in one of the files below; the catalogue and its
//! owner follow from the line. A new aggregate is one more line in `aggregate.rs`.

mod aggregate;
mod exception;
mod inventory;
mod invoice;
mod master;
mod numbered;
mod order;
mod payment;
mod period;
mod returns;
mod shipment;

use std::fmt::Debug;

use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::ids::{OrderId, PartnerName, PaymentId, ReturnRequestId, derived};

pub use aggregate::{owned_by, owners_of};
pub use exception::*;
pub use inventory::*;
pub use invoice::*;
pub use master::*;
pub use numbered::{Heading, Numbered, from_json, to_json};
pub use order::*;
pub use payment::*;
pub use period::*;
pub use returns::*;
pub use shipment::*;

/// Every event, file by file.
pub(crate) const EVENTS: [&[EventEntry]; 9] = [
    order::EVENTS,
    master::EVENTS,
    inventory::EVENTS,
    shipment::EVENTS,
    invoice::EVENTS,
    payment::EVENTS,
    period::EVENTS,
    returns::EVENTS,
    exception::EVENTS,
];

/// A kind of event. The type holds the data without `sequence` and `occurred_at`.
pub trait Event:
    Listed + Serialize + DeserializeOwned + Clone + Debug + Send + Sync + 'static
{
    /// The kind of aggregate, such as `order`.
    const AGGREGATE: &'static str;
    /// The event's name, such as `accepted`.
    const NAME: &'static str;
    /// The field that holds the aggregate's id, such as `order_id`.
    const ID_FIELD: &'static str;
    /// True if the event continues an aggregate that another service's event began: it is numbered
    /// after the events of it that the publisher has consumed.
    const CONTINUES: bool = false;

    /// Returns the aggregate's id, as in the event's subject.
    fn id(&self) -> String;

    /// Returns the order that the event belongs to, where there is one.
    fn order(&self) -> Option<OrderId> {
        None
    }
}

/// An event in the catalogue.
#[derive(Debug, Clone, Copy)]
pub struct EventEntry {
    /// The kind of aggregate, such as `order`.
    pub aggregate: &'static str,
    /// The event's name, such as `accepted`.
    pub name: &'static str,
    /// The field that holds the aggregate's id, such as `order_id`.
    pub id_field: &'static str,
    /// Makes the JSON Schema of the event's data, heading included.
    #[cfg(test)]
    pub schema: fn() -> schemars::Schema,
}

impl EventEntry {
    /// Returns the services that publish it.
    #[must_use]
    pub fn owners(&self) -> &'static [&'static str] {
        owners_of(self.aggregate)
    }
}

/// Marks the events that `events!` lists; nothing else can implement [`Event`].
mod listed {
    pub trait Listed {}
}
use listed::Listed;

/// Returns the `ce-id` of an event; repeated work gives the same id.
#[must_use]
pub fn event_id(aggregate: &str, id: &str, sequence: u64) -> Uuid {
    derived(&["event", aggregate, id, &sequence.to_string()])
}

/// Returns the `ce-id` of an egress document: one per cause, document and partner.
#[must_use]
pub fn document_id(cause: &str, document: &str, recipient: &str) -> Uuid {
    derived(&["document", cause, document, recipient])
}

/// Returns the aggregate id of a payment, with the bank's name because ids are unique per bank.
#[must_use]
pub fn payment_key(bank: &PartnerName, payment_id: &PaymentId) -> String {
    format!("{bank}/{payment_id}")
}

/// Returns the aggregate id of a return without a number, with the partner's name because ids are
/// unique per partner.
#[must_use]
pub fn return_request_key(partner: &PartnerName, request: &ReturnRequestId) -> String {
    format!("{partner}/{request}")
}

/// Lists the events of a file and implements [`Event`] for each: type, aggregate, name and id field,
/// then `order` where the type has an `order_id`, `maybe_order` where that may be none, and
/// `continues` for [`Event::CONTINUES`].
macro_rules! events {
    ($($type:ident: $aggregate:literal, $name:literal, $id:ident $(, $more:ident)*;)+) => {
        pub(super) const EVENTS: &[$crate::event::EventEntry] = &[$(
            $crate::event::EventEntry {
                aggregate: $aggregate,
                name: $name,
                id_field: stringify!($id),
                #[cfg(test)]
                schema: $crate::schema::of_event::<$type>,
            },
        )+];
        $(
            impl $crate::event::listed::Listed for $type {}

            impl $crate::event::Event for $type {
                const AGGREGATE: &'static str = $aggregate;
                const NAME: &'static str = $name;
                const ID_FIELD: &'static str = stringify!($id);

                fn id(&self) -> String {
                    self.$id.to_string()
                }
                $($crate::event::events!(@ $more);)*
            }
        )+
    };
    (@ order) => {
        fn order(&self) -> Option<$crate::ids::OrderId> {
            Some(self.order_id)
        }
    };
    (@ maybe_order) => {
        fn order(&self) -> Option<$crate::ids::OrderId> {
            self.order_id
        }
    };
    (@ continues) => {
        const CONTINUES: bool = true;
    };
}

use events;
