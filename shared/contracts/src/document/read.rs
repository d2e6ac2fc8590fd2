//! Reads a partner's payload into a document, or finds every fault with its path.

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, error::Category, value::RawValue};
use serde_path_to_error::{Path, Segment};

use super::{Ingress, Kind, MAX_BYTES, shape};
use crate::{
    ids::DocumentId,
    money::{Amount, Currency, Money},
    reason::{Reason, ReasonPath},
};

/// A fault in a payload.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code} at `{path}`: {message}")]
pub struct Unreadable {
    /// One of `not_json`, `unknown_field`, `missing_field`, `invalid_value` and `too_large`.
    pub code: Reason,
    /// The path of the field, such as `lines[0].quantity`; empty for the whole document.
    pub path: String,
    /// The reason as a sentence for people.
    pub message: String,
}

impl Unreadable {
    /// Makes the fault of a value outside its range.
    #[must_use]
    pub fn invalid(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: Reason::InvalidValue, path: path.into(), message: message.into() }
    }

    /// Returns the fault of an amount that the currency cannot hold, such as one with too many
    /// digits.
    pub(super) fn of_money(
        path: impl Into<String>,
        amount: Amount,
        currency: Currency,
    ) -> Option<Self> {
        Money::of(amount, currency).err().map(|error| Self::invalid(path, error.to_string()))
    }

    /// Returns the fault of an amount that is below zero or that the currency cannot hold.
    pub(super) fn of_positive(
        path: impl Into<String>,
        amount: Amount,
        currency: Currency,
    ) -> Option<Self> {
        match amount.not_negative() {
            Ok(amount) => Self::of_money(path, amount, currency),
            Err(error) => Some(Self::invalid(path, error.to_string())),
        }
    }

    fn whole(code: Reason, message: impl Into<String>) -> Self {
        Self { code, path: String::new(), message: message.into() }
    }
}

/// Every fault of a document, at least one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.iter().map(Unreadable::to_string).collect::<Vec<_>>().join("; "))]
pub struct Faults(Vec<Unreadable>);

impl Faults {
    /// Returns the first fault.
    #[must_use]
    pub fn first(&self) -> &Unreadable {
        &self.0[0]
    }

    /// Returns every fault, in the order found.
    #[must_use]
    pub fn all(&self) -> &[Unreadable] {
        &self.0
    }

    fn of(found: Vec<Unreadable>) -> Result<(), Self> {
        if found.is_empty() { Ok(()) } else { Err(Self(found)) }
    }
}

impl From<Unreadable> for Faults {
    fn from(fault: Unreadable) -> Self {
        Self(vec![fault])
    }
}

impl From<Faults> for Vec<ReasonPath> {
    fn from(faults: Faults) -> Self {
        faults.0.into_iter().map(ReasonPath::from).collect()
    }
}

impl From<Unreadable> for ReasonPath {
    fn from(Unreadable { code, path, message }: Unreadable) -> Self {
        Self { code, path, message }
    }
}

/// Reads a document of at most [`MAX_BYTES`].
///
/// # Errors
/// Fails when it is too large, not JSON, or not that document: every fault at once.
pub fn read<T: Ingress>(payload: &[u8]) -> Result<T, Faults> {
    if payload.len() > MAX_BYTES {
        let message = format!("{} bytes, at most {MAX_BYTES} are read", payload.len());
        return Err(Unreadable::whole(Reason::TooLarge, message).into());
    }
    read_of_any_size(payload)
}

/// Reads a document of any size.
///
/// # Errors
/// Fails when it is not JSON, or not that document: every fault at once.
pub fn read_of_any_size<T: Ingress>(payload: &[u8]) -> Result<T, Faults> {
    let document = T::parse(payload).or_else(|fault| look_again(payload, fault))?;
    Faults::of(document.check())?;
    Ok(document)
}

/// Finds every fault where serde told the first; `null` for an optional field is not a fault.
fn look_again<T: Ingress>(payload: &[u8], fault: Unreadable) -> Result<T, Faults> {
    let raw = serde_json::from_slice::<&RawValue>(payload).ok();
    let Some(raw) = raw.filter(|raw| raw.get().starts_with('{')) else { return Err(fault.into()) };
    Faults::of(T::faults(raw))?;
    Ok(T::parse(shape::without_nulls(raw).as_bytes())?)
}

/// Reads a document that was translated from another format, of any size.
///
/// # Errors
/// Fails when it is not that document.
pub fn read_body<T: Ingress>(body: &Value) -> Result<T, Faults> {
    read_of_any_size(body.to_string().as_bytes())
}

/// Reads any JSON object, such as a question or a command.
///
/// # Errors
/// Fails when it is not JSON, or not that object.
pub fn read_json<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Unreadable> {
    let mut json = serde_json::Deserializer::from_slice(payload);
    if payload.trim_ascii_start().first() != Some(&b'{') {
        return Err(match serde_json::from_slice::<serde::de::IgnoredAny>(payload) {
            Ok(_) => Unreadable::whole(Reason::NotJson, "expected a JSON object"),
            Err(error) => Unreadable::whole(Reason::NotJson, error.to_string()),
        });
    }
    let document = serde_path_to_error::deserialize(&mut json).map_err(|error| explain(&error))?;
    json.end().map_err(|error| Unreadable::whole(Reason::NotJson, error.to_string()))?;
    Ok(document)
}

fn explain(error: &serde_path_to_error::Error<serde_json::Error>) -> Unreadable {
    let message = error.inner().to_string();
    if !matches!(error.inner().classify(), Category::Data) {
        return Unreadable::whole(Reason::NotJson, message);
    }
    let path = error.path();
    if let Some(field) = named(&message, "missing field") {
        let path = joined(&text(path), field);
        return Unreadable { code: Reason::MissingField, path, message };
    }
    if let Some(field) = named(&message, "unknown field") {
        let ends_with_it =
            matches!(path.iter().next_back(), Some(Segment::Map { key }) if key == field);
        let path = if ends_with_it { text(path) } else { joined(&text(path), field) };
        return Unreadable { code: Reason::UnknownField, path, message };
    }
    Unreadable { code: Reason::InvalidValue, path: text(path), message }
}

/// Returns the field that a serde message names in back quotes after `what`.
fn named<'a>(message: &'a str, what: &str) -> Option<&'a str> {
    message.strip_prefix(what)?.strip_prefix(" `")?.split('`').next()
}

fn text(path: &Path) -> String {
    if path.iter().next().is_none() { String::new() } else { path.to_string() }
}

pub(super) fn joined(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

/// The fields that make up business keys; other fields are ignored.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Keys {
    document_id: Value,
    po_number: Value,
    change_number: Value,
    customer_id: Value,
    sku: Value,
    price_list: Value,
    name: Value,
    warehouse_id: Value,
    kind: Value,
    sequence: Value,
    adjustment_id: Value,
    transfer_id: Value,
    confirmation_id: Value,
    shipment_id: Value,
    country: Value,
    region: Value,
    tax_category: Value,
    valid_from: Value,
    payment_id: Value,
    reversal_id: Value,
    return_request_id: Value,
    receipt_id: Value,
}

/// Returns the `document_id` and the business key of a payload as far as they can be read, even
/// where the rest cannot.
#[must_use]
pub fn peek(document: &str, payload: &[u8]) -> (Option<DocumentId>, Option<String>) {
    let Ok(keys) = serde_json::from_slice::<Keys>(payload) else {
        return (None, None);
    };
    let document_id = keys.document_id.as_str().and_then(|id| id.parse().ok());
    (document_id, document.parse().ok().and_then(|kind| keys.of(kind)))
}

impl Keys {
    fn of(&self, kind: Kind) -> Option<String> {
        match kind {
            Kind::Order | Kind::OrderCancel => word(&self.po_number),
            Kind::OrderChange => parts(&[&self.po_number, &self.change_number]),
            Kind::Customer => word(&self.customer_id),
            Kind::Item => word(&self.sku),
            Kind::PriceList => word(&self.price_list),
            Kind::Company => word(&self.name),
            Kind::Warehouse => word(&self.warehouse_id),
            Kind::Stock => match self.kind.as_str()? {
                "snapshot" => parts(&[&self.warehouse_id, &self.sequence]),
                "adjustment" => word(&self.adjustment_id),
                "transfer" => word(&self.transfer_id),
                _ => None,
            },
            Kind::ShipConfirm => word(&self.confirmation_id),
            Kind::Delivery => word(&self.shipment_id),
            Kind::TaxRate if self.region.is_null() => {
                parts(&[&self.country, &self.tax_category, &self.valid_from])
            }
            Kind::TaxRate => {
                parts(&[&self.country, &self.region, &self.tax_category, &self.valid_from])
            }
            Kind::Payment => word(&self.payment_id),
            Kind::PaymentReversal => word(&self.reversal_id),
            Kind::ReturnRequest => word(&self.return_request_id),
            Kind::ReturnReceipt => word(&self.receipt_id),
            Kind::X12 | Kind::Ubl | Kind::Camt => None,
        }
    }
}

/// Returns a key of at most 64 characters from a string or a number.
fn word(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    (text.chars().count() <= crate::ids::MAX_CHARS).then_some(text)
}

fn parts(values: &[&Value]) -> Option<String> {
    let words: Option<Vec<String>> = values.iter().map(|value| word(value)).collect();
    words.map(|words| words.join("/"))
}
