//! Everything that crosses the boundary, as a list: from it come the JSON Schemas, the AsyncAPI
//! document and the permissions of every connection.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{command::*, document::*, event::*, partner::Role, question::*};

/// An event.
#[derive(Debug, Clone, Copy)]
pub struct EventEntry {
    /// The kind of aggregate.
    pub aggregate: &'static str,
    /// What happened.
    pub name: &'static str,
    /// The field that holds the aggregate's id.
    pub id_field: &'static str,
    /// The services that publish it.
    pub owners: &'static [&'static str],
    /// The JSON Schema of its data, heading included.
    pub schema: fn() -> Schema,
}

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
    pub request: fn() -> Schema,
    /// The JSON Schema of the answer.
    pub answer: fn() -> Schema,
}

/// A command.
#[derive(Debug, Clone, Copy)]
pub struct CommandEntry {
    /// The service that carries it out; none, every one.
    pub service: Option<&'static str>,
    /// What to do, as in the subject.
    pub verb: &'static str,
    /// The JSON Schema of its body.
    pub schema: fn() -> Schema,
}

/// The services that publish an aggregate's events; none for an aggregate that is not known.
#[must_use]
pub fn owners_of(aggregate: &str) -> &'static [&'static str] {
    match aggregate {
        "order" | "customer" | "item" | "partner" | "company" | "document" => &["order-intake"],
        "inventory" | "stock" | "warehouse" => &["allocation"],
        "shipment" => &["fulfillment-bridge"],
        "invoice" | "credit-memo" => &["invoicing"],
        "journal" | "period" => &["invoicing", "payment-apply"],
        "payment" | "receivable" => &["payment-apply"],
        "return" => &["returns"],
        "exception" => &["control-tower"],
        _ => &[],
    }
}

/// Every event.
#[must_use]
pub fn events() -> Vec<EventEntry> {
    vec![
        event::<OrderAccepted>(),
        event::<OrderHeld>(),
        event::<OrderReleased>(),
        event::<OrderRejected>(),
        event::<OrderChangeRequested>(),
        event::<OrderChanged>(),
        event::<OrderCancelled>(),
        event::<OrderCompleted>(),
        event::<CustomerUpdated>(),
        event::<ItemUpdated>(),
        event::<PartnerUpdated>(),
        event::<CompanyUpdated>(),
        event::<WarehouseUpdated>(),
        event::<DocumentTranslated>(),
        event::<InventoryReserved>(),
        event::<InventoryBackordered>(),
        event::<InventoryDeclined>(),
        event::<InventoryRecalled>(),
        event::<InventoryReleased>(),
        event::<InventoryShort>(),
        event::<StockAdjusted>(),
        event::<ShipmentRequested>(),
        event::<ShipmentDispatched>(),
        event::<ShipmentShort>(),
        event::<ShipmentDelivered>(),
        event::<ShipmentCancelled>(),
        event::<ShipmentCovered>(),
        event::<ShipmentRefused>(),
        event::<InvoicePosted>(),
        event::<InvoiceWaiting>(),
        event::<InvoiceReduced>(),
        event::<CreditMemoPosted>(),
        event::<JournalPosted>(),
        event::<PaymentReceived>(),
        event::<PaymentApplied>(),
        event::<PaymentUnapplied>(),
        event::<PaymentReversed>(),
        event::<PaymentRefunded>(),
        event::<ReceivableSettled>(),
        event::<ReceivableReopened>(),
        event::<ReceivableWrittenOff>(),
        event::<PeriodClosed>(),
        event::<PeriodConfirmed>(),
        event::<ReturnAuthorized>(),
        event::<ReturnRejected>(),
        event::<ReturnReceived>(),
        event::<ReturnCompleted>(),
        event::<ReturnExpired>(),
        event::<ReturnRefused>(),
        event::<ExceptionRaised>(),
        event::<ExceptionResolved>(),
    ]
}

/// Every document that is JSON; `x12`, `ubl` and `camt` are raw and have no schema.
#[must_use]
pub fn documents() -> Vec<DocumentEntry> {
    vec![
        ingress::<Order>(),
        ingress::<OrderChange>(),
        ingress::<OrderCancel>(),
        ingress::<Customer>(),
        ingress::<Item>(),
        ingress::<PriceList>(),
        ingress::<Company>(),
        ingress::<Warehouse>(),
        ingress::<Stock>(),
        ingress::<ShipConfirm>(),
        ingress::<Delivery>(),
        ingress::<TaxRate>(),
        ingress::<Payment>(),
        ingress::<PaymentReversal>(),
        ingress::<ReturnRequest>(),
        ingress::<ReturnReceipt>(),
        egress::<DocumentAck>(),
        egress::<Rejection>(),
        egress::<OrderAck>(),
        egress::<OrderChangeAck>(),
        egress::<ShipOrder>(),
        egress::<ShipConfirmAck>(),
        egress::<ShipCancel>(),
        egress::<ReturnExpected>(),
        egress::<ShipNotice>(),
        egress::<BackorderNotice>(),
        egress::<Invoice>(),
        egress::<CreditMemo>(),
        egress::<PaymentAck>(),
        egress::<PaymentStatus>(),
        egress::<ReturnAuthorization>(),
        egress::<CommandResult>(),
        egress::<Journal>(),
    ]
}

/// Every question.
#[must_use]
pub fn questions() -> Vec<QuestionEntry> {
    vec![
        question::<CustomerCheckRequest>(),
        question::<PriceRequest>(),
        question::<AvailabilityRequest>(),
        question::<OrderStatusRequest>(),
        question::<ShipmentStatusRequest>(),
        question::<InvoiceRequest>(),
        question::<AccountRequest>(),
        question::<IntakeBooksRequest>(),
        question::<AllocationBooksRequest>(),
        question::<FulfillmentBooksRequest>(),
        question::<InvoicingBooksRequest>(),
        question::<PaymentBooksRequest>(),
        question::<ReturnsBooksRequest>(),
        question::<InvoicingJournalRequest>(),
        question::<PaymentJournalRequest>(),
    ]
}

/// Every command.
#[must_use]
pub fn commands() -> Vec<CommandEntry> {
    vec![
        command::<UpsertPartner>(),
        command::<ReleaseOrder>(),
        command::<CancelOrder>(),
        command::<CloseWarehouse>(),
        command::<OpenWarehouse>(),
        command::<ConfirmShipment>(),
        command::<CancelShipment>(),
        command::<ClosePeriod>(),
        command::<ApplyCash>(),
        command::<WriteOff>(),
        command::<Refund>(),
        command::<AssignException>(),
        command::<ResolveException>(),
        command::<Redrive>(),
        command::<Discard>(),
    ]
}

fn event<E: Event>() -> EventEntry {
    EventEntry {
        aggregate: E::AGGREGATE,
        name: E::NAME,
        id_field: E::ID_FIELD,
        owners: owners_of(E::AGGREGATE),
        schema: event_schema::<E>,
    }
}

fn ingress<T: Ingress>() -> DocumentEntry {
    DocumentEntry { name: T::DOCUMENT, direction: Direction::Ingress, schema: schema_in::<T> }
}

fn egress<T: Egress>() -> DocumentEntry {
    DocumentEntry { name: T::DOCUMENT, direction: Direction::Egress, schema: schema_out::<T> }
}

fn question<Q: Question>() -> QuestionEntry {
    QuestionEntry {
        name: Q::NAME,
        owner: Q::OWNER,
        roles: Q::ROLES,
        request: schema_in::<Q>,
        answer: schema_out::<Q::Answer>,
    }
}

fn command<C: Command>() -> CommandEntry {
    CommandEntry { service: C::SERVICE, verb: C::VERB, schema: schema_in::<C> }
}

/// The schema of what is read.
fn schema_in<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>()
}

/// The schema of what is written.
fn schema_out<T: JsonSchema>() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>()
}

/// The schema of an event's data: the aggregate's id, `sequence`, `occurred_at`, then the rest.
fn event_schema<E: Event>() -> Schema {
    let mut schema = schema_out::<E>();
    let rest = match schema.remove("properties") {
        Some(Value::Object(properties)) => properties,
        _ => Map::new(),
    };
    let mut properties = Map::new();
    properties.extend(rest.get_key_value(E::ID_FIELD).map(|(k, v)| (k.clone(), v.clone())));
    let sequence = "Its place among the events of its aggregate, from 1, without gaps.";
    properties.insert(
        "sequence".to_owned(),
        json!({ "description": sequence, "type": "integer", "minimum": 1 }),
    );
    properties.insert(
        "occurred_at".to_owned(),
        json!({ "description": "When it happened.", "type": "string", "format": "date-time" }),
    );
    properties.extend(rest);
    schema.insert("properties".to_owned(), properties.into());
    let required = schema.ensure_object().entry("required").or_insert_with(|| json!([]));
    if let Some(required) = required.as_array_mut() {
        required.extend([json!("sequence"), json!("occurred_at")]);
    }
    schema
}
