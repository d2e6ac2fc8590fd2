//! What comes in: one message of a stream, or a piece of work that a service set aside for itself.

use std::{collections::BTreeMap, fmt};

use contracts::{
    PartnerName,
    document::Unreadable,
    event::{self, Event},
    header,
    subject::{self, Subject},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Names one aggregate, such as `order/<id>`: what events are ordered by, and what others wait for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// The aggregate of this kind and id.
    #[must_use]
    pub fn new(aggregate: &str, id: impl fmt::Display) -> Self {
        Self(format!("{aggregate}/{id}"))
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Key {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

crate::text_column!(Key);

/// Reads an event's data, without its number and time.
///
/// # Errors
/// When a field is missing or of another type.
pub fn read_event<E: Event>(payload: &[u8]) -> Result<E, Unreadable> {
    let numbered = event::from_json(payload);
    Ok(numbered.map_err(|error| Unreadable::invalid("", error.to_string()))?.data)
}

/// Where a message comes from, read from its subject: what the server has proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// A service's event.
    Event {
        /// The kind of aggregate.
        aggregate: String,
        /// What happened.
        event: String,
        /// The aggregate's id.
        id: String,
        /// Its place among the aggregate's events.
        sequence: u64,
    },
    /// A partner's document.
    Document {
        /// Who sent it.
        partner: PartnerName,
        /// Which document.
        document: String,
        /// In which version.
        version: String,
    },
    /// An operator's command.
    Command {
        /// What to do.
        verb: String,
        /// In which version.
        version: String,
    },
}

/// One message, as delivered or as parked.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// Its identity: the event's `ce-id`; for what partners and operators send, its stream,
    /// sequence and server time (a sequence alone is given out again after a lost tail).
    pub id: String,
    /// Where it comes from.
    pub origin: Origin,
    /// The subject it came on.
    pub subject: String,
    /// Its headers.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub payload: Vec<u8>,
    /// The stream that kept it.
    pub stream: String,
    /// Its place there.
    pub stream_sequence: u64,
    /// When the server stored it.
    pub stored_at: Timestamp,
    /// Since when it waits in the database, where it does.
    pub parked: Option<Waiting>,
}

/// How long a parked message has waited and may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    /// When it was parked first.
    pub since: Timestamp,
    /// After this it waits no more.
    pub deadline: Timestamp,
}

/// Why a message of a stream can not even be looked at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The subject is none that this program knows.
    #[error("subject {0} is of no known kind")]
    Subject(String),
    /// An event without a readable `sequence`.
    #[error("the event on {0} has no readable sequence: {1}")]
    Heading(String, String),
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
            Origin::Document { .. } | Origin::Command { .. } => None,
        }
    }

    /// Its number, where it is an event of that aggregate; else 0.
    pub(crate) fn sequence_of(&self, key: &Key) -> u64 {
        match &self.origin {
            Origin::Event { sequence, .. } if self.key().as_ref() == Some(key) => *sequence,
            Origin::Event { .. } | Origin::Document { .. } | Origin::Command { .. } => 0,
        }
    }

    /// What an egress document or event names as its cause: the `ce-id`, or stream and sequence.
    #[must_use]
    pub fn causation(&self) -> String {
        match self.origin {
            Origin::Event { .. } => self.id.clone(),
            // A translated document: its event is the cause.
            Origin::Document { .. } if self.stream == subject::EVENTS => self.id.clone(),
            Origin::Document { .. } | Origin::Command { .. } => {
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

fn origin(subject: &str, payload: &[u8], stored: String) -> (Origin, String, Option<Malformed>) {
    let nothing = Origin::Command { verb: String::new(), version: String::new() };
    let unknown = |why| (nothing, stored.clone(), Some(why));
    match Subject::parse(subject) {
        Some(Subject::Event { aggregate, event, id }) => {
            match serde_json::from_slice::<event::Heading>(payload) {
                Ok(heading) => {
                    let sequence = heading.sequence;
                    let ce_id = event::event_id(&aggregate, &id, sequence).to_string();
                    (Origin::Event { aggregate, event, id, sequence }, ce_id, None)
                }
                Err(error) => unknown(Malformed::Heading(subject.to_owned(), error.to_string())),
            }
        }
        Some(Subject::Ingress { partner, document, version }) => {
            (Origin::Document { partner, document, version }, stored, None)
        }
        Some(Subject::Command { verb, version, .. }) => {
            (Origin::Command { verb, version }, stored, None)
        }
        Some(Subject::Egress { .. }) | None => unknown(Malformed::Subject(subject.to_owned())),
    }
}
