//! An event on the wire: its data behind the aggregate's id, `sequence` and `occurred_at`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Event;

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
