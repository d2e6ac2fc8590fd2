//! Subjects and streams: who says what, and where it is kept.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::ids::PartnerName;

/// What an id keeps in a subject; everything else is percent-encoded.
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

/// An id as one token of a subject.
#[must_use]
pub fn encode(id: &str) -> String {
    utf8_percent_encode(id, TOKEN).to_string()
}

/// The id that a token stands for; `None` when it is not UTF-8.
#[must_use]
pub fn decode(token: &str) -> Option<String> {
    percent_decode_str(token).decode_utf8().ok().map(Into::into)
}

/// The subject of one event.
#[must_use]
pub fn event(aggregate: &str, event: &str, id: &str) -> String {
    format!("events.{aggregate}.{event}.{VERSION}.{}", encode(id))
}

/// Every event of an aggregate.
#[must_use]
pub fn events_of(aggregate: &str) -> String {
    format!("events.{aggregate}.*.{VERSION}.*")
}

/// The subject on which a partner publishes a document.
#[must_use]
pub fn ingress(partner: &PartnerName, document: &str) -> String {
    format!("ingress.{partner}.{document}.{VERSION}")
}

/// The subject on which a partner, or the operator, hears a document.
#[must_use]
pub fn egress(recipient: &str, document: &str) -> String {
    format!("egress.{recipient}.{document}.{VERSION}")
}

/// The subject of a question, asked by `partner` or by the operator.
#[must_use]
pub fn question(name: &str, partner: &str) -> String {
    format!("api.{name}.{VERSION}.{partner}")
}

/// The subject of a command to a service.
#[must_use]
pub fn command(service: &str, verb: &str) -> String {
    format!("commands.{service}.{verb}.{VERSION}")
}

/// The subject of a dead letter of `service`.
#[must_use]
pub fn dead_letter(service: &str, original: &str) -> String {
    format!("dlq.{service}.{original}")
}

/// A stream's name for a subject token: upper case, `-` becomes `_`.
fn stream(prefix: &str, name: &str) -> String {
    format!("{prefix}_{}", name.to_ascii_uppercase().replace('-', "_"))
}

/// The stream of what a partner publishes.
#[must_use]
pub fn ingress_stream(partner: &PartnerName) -> String {
    stream("INGRESS", partner.as_str())
}

/// The stream of what a partner, or the operator, is told.
#[must_use]
pub fn egress_stream(recipient: &str) -> String {
    stream("EGRESS", recipient)
}

/// The stream of a service's dead letters.
#[must_use]
pub fn dead_letter_stream(service: &str) -> String {
    stream("DLQ", service)
}

/// The stream that keeps messages of `subject`; `None` for a subject of no stream.
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

/// A subject taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// `events.<aggregate>.<event>.v1.<id>`.
    Event {
        /// The kind of aggregate, such as `order`.
        aggregate: String,
        /// What happened, such as `accepted`.
        event: String,
        /// The aggregate's id, decoded.
        id: String,
    },
    /// `ingress.<partner>.<document>.<version>`.
    Ingress {
        /// Who sent it: proved by the server, never read from the payload.
        partner: PartnerName,
        /// The document's name.
        document: String,
        /// The version the partner speaks.
        version: String,
    },
    /// `egress.<recipient>.<document>.v1`.
    Egress {
        /// A partner's name or `operator`.
        recipient: String,
        /// The document's name.
        document: String,
    },
    /// `commands.<service>.<verb>.<version>`.
    Command {
        /// The service that carries it out.
        service: String,
        /// What it is to do.
        verb: String,
        /// The version the operator speaks.
        version: String,
    },
}

impl Subject {
    /// Takes a subject apart; `None` when it is of no kind known here. An ingress subject with
    /// fewer or more tokens than a document's is one of no known document, and a command's likewise.
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
