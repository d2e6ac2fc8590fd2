//! Events: what happened, said once by its owner.
//!
//! An event's data begins with its aggregate's id, `sequence` (1, 2, 3 … per aggregate, no gaps)
//! and `occurred_at`. A service's decision makes the rest; the mesh numbers it when it commits.

mod exception;
mod inventory;
mod invoice;
mod master;
mod order;
mod payment;
mod period;
mod returns;
mod shipment;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::ids::{OrderId, PartnerName, PaymentId, ReturnRequestId, derived};

pub use exception::{ExceptionKind, ExceptionQueue, ExceptionRaised, ExceptionResolved};
pub use inventory::{
    InventoryBackordered, InventoryDeclined, InventoryRecalled, InventoryReleased,
    InventoryReserved, InventoryShort, ReservedLine, StockAdjusted, StockLine, StockSource,
};
pub use invoice::{CreditMemoPosted, InvoicePosted, InvoiceReduced, InvoiceWaiting, JournalPosted};
pub use master::{
    CompanyUpdated, CustomerUpdated, DocumentTranslated, ItemUpdated, PartnerUpdated,
    WarehouseUpdated,
};
pub use order::{
    ChangedLine, OrderAccepted, OrderBody, OrderCancelled, OrderChangeRequested, OrderChanged,
    OrderCompleted, OrderHeld, OrderRejected, OrderReleased, OrderedLine,
};
pub use payment::{
    AppliedLine, DeductedLine, PaymentApplied, PaymentReceived, PaymentRefunded, PaymentReversed,
    PaymentUnapplied, ReceivableReopened, ReceivableSettled, ReceivableWrittenOff,
};
pub use period::{PeriodClosed, PeriodConfirmed};
pub use returns::{
    CompletedLine, ReceivedLine, ReturnAuthorized, ReturnCompleted, ReturnExpired, ReturnReceived,
    ReturnRefused, ReturnRejected,
};
pub use shipment::{
    ShipmentCancelled, ShipmentCovered, ShipmentDelivered, ShipmentDispatched, ShipmentRefused,
    ShipmentRequested, ShipmentShort, ShortLine,
};

/// A kind of event. The type holds the data without `sequence` and `occurred_at`.
pub trait Event: Serialize + DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// The kind of aggregate: `order`.
    const AGGREGATE: &'static str;
    /// What happened: `accepted`.
    const NAME: &'static str;
    /// The field that holds the aggregate's id: `order_id`.
    const ID_FIELD: &'static str;
    /// Continues an aggregate that another service's event began: it is numbered behind what the
    /// publisher has consumed of it.
    const CONTINUES: bool = false;

    /// The aggregate's id.
    fn id(&self) -> String;

    /// The order that it belongs to, where there is one.
    fn order(&self) -> Option<OrderId> {
        None
    }
}

/// An event as it stands on the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered<E> {
    /// Its place among the events of its aggregate, from 1.
    pub sequence: u64,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What happened.
    pub data: E,
}

/// What every event's data begins with, besides the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Heading {
    /// Its place among the events of its aggregate, from 1.
    pub sequence: u64,
    /// When it happened.
    pub occurred_at: Timestamp,
}

/// The `ce-id` of an event: the same work done again gives the same id.
#[must_use]
pub fn event_id(aggregate: &str, id: &str, sequence: u64) -> Uuid {
    derived(&["event", aggregate, id, &sequence.to_string()])
}

/// The `ce-id` of an egress document: one per cause, document and partner.
#[must_use]
pub fn document_id(cause: &str, document: &str, recipient: &str) -> Uuid {
    derived(&["document", cause, document, recipient])
}

/// The aggregate id of a payment: a bank's ids are its own.
#[must_use]
pub fn payment_key(bank: &PartnerName, payment_id: &PaymentId) -> String {
    format!("{bank}/{payment_id}")
}

/// The aggregate id of a return that got no number: a buyer's ids are its own.
#[must_use]
pub fn return_request_key(partner: &PartnerName, request: &ReturnRequestId) -> String {
    format!("{partner}/{request}")
}

/// The JSON of an event: id, `sequence`, `occurred_at`, then the rest of `data`.
///
/// # Errors
/// When `data` is not a JSON object.
pub fn to_json(
    id_field: &str,
    data: Value,
    sequence: u64,
    occurred_at: Timestamp,
) -> Result<Vec<u8>, serde_json::Error> {
    let fields: Map<String, Value> = serde_json::from_value(data)?;
    let mut all = Map::with_capacity(fields.len() + 2);
    all.insert(id_field.to_owned(), fields.get(id_field).cloned().unwrap_or(Value::Null));
    all.insert("sequence".to_owned(), sequence.into());
    all.insert("occurred_at".to_owned(), occurred_at.to_string().into());
    all.extend(fields);
    serde_json::to_vec(&all)
}

/// Reads an event; fields it does not know are newer than this reader and are passed over.
///
/// # Errors
/// When a field is missing or of another type.
pub fn from_json<E: Event>(payload: &[u8]) -> Result<Numbered<E>, serde_json::Error> {
    let Heading { sequence, occurred_at } = serde_json::from_slice(payload)?;
    Ok(Numbered { sequence, occurred_at, data: serde_json::from_slice(payload)? })
}

/// Implements [`Event`]: type, aggregate, name and id field; then `order` where the type has an
/// `order_id`, or `maybe_order` where it may be none.
macro_rules! event {
    ($type:ident, $aggregate:literal, $name:literal, $id:ident) => {
        $crate::event::event!(@ $type, $aggregate, $name, $id, |_event| None);
    };
    ($type:ident, $aggregate:literal, $name:literal, $id:ident, order) => {
        $crate::event::event!(@ $type, $aggregate, $name, $id, |event| Some(event.order_id));
    };
    ($type:ident, $aggregate:literal, $name:literal, $id:ident, maybe_order) => {
        $crate::event::event!(@ $type, $aggregate, $name, $id, |event| event.order_id);
    };
    (@ $type:ident, $aggregate:literal, $name:literal, $id:ident, |$it:ident| $order:expr) => {
        impl $crate::event::Event for $type {
            const AGGREGATE: &'static str = $aggregate;
            const NAME: &'static str = $name;
            const ID_FIELD: &'static str = stringify!($id);

            fn id(&self) -> String {
                self.$id.to_string()
            }
            fn order(&self) -> Option<$crate::ids::OrderId> {
                let $it = self;
                $order
            }
        }
    };
}

use event;
