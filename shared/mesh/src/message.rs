//! Inbound messages, as a stream delivered them or as the database kept them.

mod key;
mod origin;

use std::collections::BTreeMap;

use contracts::{
    document::Unreadable,
    event::{self, Event},
    header, subject,
};
use jiff::Timestamp;

use self::origin::origin;

pub use key::Key;
pub use origin::{Malformed, Origin};

/// Reads an event's data, without its number and time.
///
/// # Errors
/// When a field is missing or of another type.
pub fn read_event<E: Event>(payload: &[u8]) -> Result<E, Unreadable> {
    let numbered = event::from_json(payload);
    Ok(numbered.map_err(|error| Unreadable::invalid("", error.to_string()))?.data)
}

/// One message, as delivered or as parked.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// The identity of the message: the `ce-id` of an event; stream, sequence and server time of a
    /// partner's or an operator's message, because a sequence alone is reused after a lost tail.
    pub id: String,
    pub origin: Origin,
    /// The subject it came on.
    pub subject: String,
    pub headers: BTreeMap<String, String>,
    pub payload: Vec<u8>,
    /// The stream that kept it.
    pub stream: String,
    pub stream_sequence: u64,
    /// The time at which the server stored it.
    pub stored_at: Timestamp,
    /// Since when it waits in the database, where it does.
    pub parked: Option<Waiting>,
}

/// The waiting time of a parked message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// The time at which it was first parked.
    pub since: Timestamp,
    /// After this it waits no more.
    pub deadline: Timestamp,
}

impl Inbound {
    /// Reads a message as a stream delivered it.
    ///
    /// # Errors
    /// When the subject is of no known kind, or an event has no sequence. The message comes back
    /// with an origin that leads to a dead letter.
    pub fn of(
        subject: String,
        headers: BTreeMap<String, String>,
        payload: Vec<u8>,
        stream: String,
        stream_sequence: u64,
        stored_at: Timestamp,
    ) -> (Self, Option<Malformed>) {
        let stored = format!("{stream}:{stream_sequence}:{}", stored_at.as_nanosecond());
        let (origin, id, malformed) = origin(&subject, &payload, stored);
        let inbound = Self {
            id,
            origin,
            subject,
            headers,
            payload,
            stream,
            stream_sequence,
            stored_at,
            parked: None,
        };
        (inbound, malformed)
    }

    /// The aggregate of an event.
    #[must_use]
    pub fn key(&self) -> Option<Key> {
        match &self.origin {
            Origin::Event { aggregate, id, .. } => Some(Key::new(aggregate, id)),
            Origin::Document { .. } | Origin::Command { .. } | Origin::Unknown => None,
        }
    }

    /// Returns the sequence if the message is an event of that aggregate; 0 otherwise.
    pub(crate) fn sequence_of(&self, key: &Key) -> u64 {
        match &self.origin {
            Origin::Event { sequence, .. } if self.key().as_ref() == Some(key) => *sequence,
            Origin::Event { .. }
            | Origin::Document { .. }
            | Origin::Command { .. }
            | Origin::Unknown => 0,
        }
    }

    /// Returns the cause that its outputs name: the `ce-id`, or stream and sequence.
    #[must_use]
    pub fn causation(&self) -> String {
        match self.origin {
            Origin::Event { .. } => self.id.clone(),
            // A translated document: its event is the cause.
            Origin::Document { .. } if self.stream == subject::EVENTS => self.id.clone(),
            Origin::Document { .. } | Origin::Command { .. } | Origin::Unknown => {
                format!("{}:{}", self.stream, self.stream_sequence)
            }
        }
    }

    /// The order that it belongs to, where its sender said so.
    #[must_use]
    pub fn correlation(&self) -> Option<&str> {
        self.headers.get(header::CORRELATION).map(String::as_str)
    }

    /// The id of the trace that it is part of: 32 hexadecimal digits of W3C's `traceparent`.
    #[must_use]
    pub fn trace(&self) -> Option<&str> {
        let trace = self.headers.get(header::TRACEPARENT)?.split('-').nth(1)?;
        let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let valid = trace.len() == 32 && trace.bytes().all(is_hex) && trace.contains(|c| c != '0');
        valid.then_some(trace)
    }
}
