//! The origin of a message, read from its subject.

use contracts::{PartnerName, event, subject::Subject};

/// The origin of a message, read from its subject and therefore proved by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// An event published by a service.
    Event {
        aggregate: String,
        event: String,
        id: String,
        /// The event's number within its aggregate.
        sequence: u64,
    },
    /// A document sent by a partner.
    Document { partner: PartnerName, document: String, version: String },
    /// A command sent by an operator.
    Command { verb: String, version: String },
    /// A subject of no known kind, or an event without a readable number: a dead letter.
    Unknown,
}

/// The reason that a message of a stream cannot be classified.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// The subject is none that this program knows.
    #[error("subject {0} is of no known kind")]
    Subject(String),
    /// An event without a readable `sequence`.
    #[error("the event on {0} has no readable sequence: {1}")]
    Heading(String, String),
}

pub(super) fn origin(
    subject: &str,
    payload: &[u8],
    stored: String,
) -> (Origin, String, Option<Malformed>) {
    let unknown = |why| (Origin::Unknown, stored.clone(), Some(why));
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
        Some(Subject::Command { verb, version, .. }) if !verb.is_empty() => {
            (Origin::Command { verb, version }, stored, None)
        }
        Some(Subject::Command { .. } | Subject::Egress { .. }) | None => {
            unknown(Malformed::Subject(subject.to_owned()))
        }
    }
}
