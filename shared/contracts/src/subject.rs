//! Subjects and streams: who says what, and where it is kept.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::ids::PartnerName;

/// The characters of an id that a subject keeps; all others are percent-encoded.
const TOKEN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'_').remove(b'-');

/// The only version of events and documents so far.
pub const VERSION: &str = "v1";
/// The stream of every event.
pub const EVENTS: &str = "EVENTS";
/// The stream of operators' commands.
pub const COMMANDS: &str = "COMMANDS";
/// The reserved name under which operators speak and listen.
pub const OPERATOR: &str = "operator";
/// The durable by which a partner reads its own egress stream.
pub const PARTNER_DURABLE: &str = "partner";

/// The six services of the business and the control tower.
pub const SERVICES: [&str; 7] = [
    "order-intake",
    "allocation",
    "fulfillment-bridge",
    "invoicing",
    "payment-apply",
    "returns",
    "control-tower",
];

/// Encodes an id as one token of a subject.
#[must_use]
pub fn encode(id: &str) -> String {
    utf8_percent_encode(id, TOKEN).to_string()
}

/// Decodes the id of a token; `None` if it is not UTF-8.
#[must_use]
pub fn decode(token: &str) -> Option<String> {
    percent_decode_str(token).decode_utf8().ok().map(Into::into)
}

/// Returns the subject of one event.
#[must_use]
pub fn event(aggregate: &str, event: &str, id: &str) -> String {
    format!("events.{aggregate}.{event}.{VERSION}.{}", encode(id))
}

/// Returns the wildcard subject of every event of an aggregate.
#[must_use]
pub fn events_of(aggregate: &str) -> String {
    format!("events.{aggregate}.*.{VERSION}.*")
}

/// Returns the subject on which a partner publishes a document.
#[must_use]
pub fn ingress(partner: &PartnerName, document: &str) -> String {
    format!("ingress.{partner}.{document}.{VERSION}")
}

/// Returns the subject on which a partner or the operator receives a document.
#[must_use]
pub fn egress(recipient: &str, document: &str) -> String {
    format!("egress.{recipient}.{document}.{VERSION}")
}

/// Returns the subject of a question, asked by a partner or by the operator.
#[must_use]
pub fn question(name: &str, partner: &str) -> String {
    format!("api.{name}.{VERSION}.{partner}")
}

/// Returns the subject of a command to a service.
#[must_use]
pub fn command(service: &str, verb: &str) -> String {
    format!("commands.{service}.{verb}.{VERSION}")
}

/// Returns the subject of a dead letter of a service.
#[must_use]
pub fn dead_letter(service: &str, original: &str) -> String {
    format!("dlq.{service}.{original}")
}

/// Returns a stream's name for a subject token: upper case, with `_` for `-`.
fn stream(prefix: &str, name: &str) -> String {
    format!("{prefix}_{}", name.to_ascii_uppercase().replace('-', "_"))
}

/// Returns the stream of the documents that a partner publishes.
#[must_use]
pub fn ingress_stream(partner: &PartnerName) -> String {
    stream("INGRESS", partner.as_str())
}

/// Returns the stream of the documents that a partner or the operator receives.
#[must_use]
pub fn egress_stream(recipient: &str) -> String {
    stream("EGRESS", recipient)
}

/// Returns the stream of a service's dead letters.
#[must_use]
pub fn dead_letter_stream(service: &str) -> String {
    stream("DLQ", service)
}

/// Returns the stream that keeps messages of a subject; `None` for a subject of no stream.
#[must_use]
pub fn stream_of(subject: &str) -> Option<String> {
    let mut tokens = subject.split('.');
    match (tokens.next()?, tokens.next()?) {
        ("events", _) => Some(EVENTS.to_owned()),
        ("commands", _) => Some(COMMANDS.to_owned()),
        ("ingress", partner) => Some(stream("INGRESS", partner)),
        ("egress", recipient) => Some(egress_stream(recipient)),
        ("dlq", service) => Some(dead_letter_stream(service)),
        _ => None,
    }
}

/// A subject parsed into its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// An event: `events.<aggregate>.<event>.v1.<id>`.
    Event {
        /// The kind of aggregate, such as `order`.
        aggregate: String,
        /// The event's name, such as `accepted`.
        event: String,
        /// The aggregate's id, percent-decoded.
        id: String,
    },
    /// A document from a partner: `ingress.<partner>.<document>.<version>`.
    Ingress {
        /// The sender, which the server proves; never read from the payload.
        partner: PartnerName,
        /// The document's name, such as `order`.
        document: String,
        /// The document's version, such as `v1`.
        version: String,
    },
    /// A document to a partner or the operator: `egress.<recipient>.<document>.v1`.
    Egress {
        /// The recipient: a partner's name or `operator`.
        recipient: String,
        /// The document's name, such as `order`.
        document: String,
    },
    /// A command to a service: `commands.<service>.<verb>.<version>`.
    Command {
        /// The service that carries it out.
        service: String,
        /// The command's verb, such as `close-warehouse`.
        verb: String,
        /// The command's version, such as `v1`.
        version: String,
    },
}

impl Subject {
    /// Parses a subject; `None` if it is of no kind known here. An ingress subject with fewer or
    /// more tokens than a document's names an unknown document; a command's likewise.
    #[must_use]
    pub fn parse(subject: &str) -> Option<Self> {
        let tokens: Vec<&str> = subject.split('.').collect();
        match tokens.as_slice() {
            ["events", aggregate, event, VERSION, id] => Some(Self::Event {
                aggregate: (*aggregate).to_owned(),
                event: (*event).to_owned(),
                id: decode(id)?,
            }),
            ["ingress", partner, document, version] => Some(Self::Ingress {
                partner: PartnerName::new(*partner).ok()?,
                document: (*document).to_owned(),
                version: (*version).to_owned(),
            }),
            ["ingress", partner, rest @ ..] => Some(Self::Ingress {
                partner: PartnerName::new(*partner).ok()?,
                document: rest.join("."),
                version: String::new(),
            }),
            ["egress", recipient, document, VERSION] => Some(Self::Egress {
                recipient: (*recipient).to_owned(),
                document: (*document).to_owned(),
            }),
            ["commands", service, verb, version] => Some(Self::Command {
                service: (*service).to_owned(),
                verb: (*verb).to_owned(),
                version: (*version).to_owned(),
            }),
            ["commands", service, rest @ ..] => Some(Self::Command {
                service: (*service).to_owned(),
                verb: rest.join("."),
                version: String::new(),
            }),
            _ => None,
        }
    }
}
