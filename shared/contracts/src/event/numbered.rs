//! An event on the wire: its data behind the aggregate's id, `sequence` and `occurred_at`.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Event;

/// An event with its number and time, as on the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbered<E> {
    /// The event's position among those of its aggregate, from 1, without gaps.
    pub sequence: u64,
    /// The time at which it happened.
    pub occurred_at: Timestamp,
    /// The event's own data.
    pub data: E,
}

/// The fields that begin every event, besides the aggregate's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Heading {
    /// The event's position among those of its aggregate, from 1, without gaps.
    pub sequence: u64,
    /// The time at which it happened.
    pub occurred_at: Timestamp,
}

/// Writes an event as JSON: id, `sequence`, `occurred_at`, then the rest of `data`.
///
/// # Errors
/// Fails when `data` is not a JSON object.
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

/// Reads an event; unknown fields are newer than this reader and are ignored.
///
/// # Errors
/// Fails when a field is missing or of another type.
pub fn from_json<E: Event>(payload: &[u8]) -> Result<Numbered<E>, serde_json::Error> {
    let Heading { sequence, occurred_at } = serde_json::from_slice(payload)?;
    Ok(Numbered { sequence, occurred_at, data: serde_json::from_slice(payload)? })
}
