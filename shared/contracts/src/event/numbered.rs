//! An event on the wire: its data behind the aggregate's id, `sequence` and `occurred_at`.

use jiff::Timestamp;
use serde::{
    Deserialize,
    de::{Error as _, IgnoredAny},
};

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

/// Writes an event as JSON: id, `sequence`, `occurred_at`, then the rest of its data.
///
/// # Errors
/// Fails when the event is not a JSON object that begins with the aggregate's id.
pub fn to_json<E: Event>(
    event: &E,
    sequence: u64,
    occurred_at: Timestamp,
) -> Result<Vec<u8>, serde_json::Error> {
    numbered(&serde_json::to_vec(event)?, E::ID_FIELD, sequence, occurred_at)
}

/// Returns the JSON object with `sequence` and `occurred_at` behind its first field, the id.
fn numbered(
    data: &[u8],
    id_field: &str,
    sequence: u64,
    occurred_at: Timestamp,
) -> Result<Vec<u8>, serde_json::Error> {
    let head = format!("{{\"{id_field}\":");
    let behind_name = data.strip_prefix(head.as_bytes()).ok_or_else(|| {
        serde_json::Error::custom(format!("the event does not begin with `{id_field}`"))
    })?;
    let mut ids = serde_json::Deserializer::from_slice(behind_name).into_iter::<IgnoredAny>();
    ids.next().transpose()?;
    let (id, rest) = behind_name.split_at(ids.byte_offset());
    let heading = format!(",\"sequence\":{sequence},\"occurred_at\":\"{occurred_at}\"");
    Ok([head.as_bytes(), id, heading.as_bytes(), rest].concat())
}

/// Reads an event; unknown fields are newer than this reader and are ignored.
///
/// # Errors
/// Fails when a field is missing or of another type.
pub fn from_json<E: Event>(payload: &[u8]) -> Result<Numbered<E>, serde_json::Error> {
    let Heading { sequence, occurred_at } = serde_json::from_slice(payload)?;
    Ok(Numbered { sequence, occurred_at, data: serde_json::from_slice(payload)? })
}
