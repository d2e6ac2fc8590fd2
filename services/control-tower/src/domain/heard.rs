//! What is no event and needs somebody all the same: a partner's document that was refused, and a
//! message that a service could not work on. What `listen` reads of their streams waits in rows,
//! until it is decided here.

use std::collections::BTreeMap;

use contracts::{
    OrderId, PartnerName,
    document::{
        DocumentAck, Egress, Kind, OrderAck, OrderChangeAck, PaymentAck, Rejection,
        ReturnAuthorization, ShipConfirmAck,
    },
    event::ExceptionKind,
    header,
};
use jiff::Timestamp;
use mesh::Outputs;
use serde_json::Value;

use super::{
    Set,
    case::{self, Kind as CaseKind},
    facts::{Raise, words},
};

/// Characters of a reason that are shown.
const MOST: usize = 160;

/// Something that was read of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// Stream and sequence.
    pub id: String,
    /// What is the matter, or was.
    pub kind: CaseKind,
    /// What it is about.
    pub reference: String,
    /// The order, where it says one.
    pub order_id: Option<OrderId>,
    /// What is the matter, in words; none when it is settled.
    pub message: Option<String>,
    /// When it was said.
    pub said_at: Timestamp,
    /// Its place in its stream.
    pub sequence: u64,
}

/// How far a stream was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The stream.
    pub stream: String,
    /// The last sequence that was read.
    pub sequence: u64,
}

mesh::row!(Heard in "heard" by (id: String) {
    id, kind, reference, order_id, message, said_at, sequence
});
mesh::row!(Place in "listened" by (stream: String) { stream, sequence });

/// A message of a stream.
#[derive(Debug)]
pub struct Said {
    /// The stream.
    pub stream: String,
    /// Its place there.
    pub sequence: u64,
    /// When the server stored it.
    pub at: Timestamp,
    /// Its subject.
    pub subject: String,
    /// Its headers.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub payload: Vec<u8>,
}

impl Said {
    fn heard(&self, kind: ExceptionKind, reference: String, message: Option<String>) -> Heard {
        let order = self.headers.get(header::CORRELATION);
        Heard {
            id: format!("{}:{}", self.stream, self.sequence),
            kind: CaseKind(kind),
            reference,
            order_id: order.and_then(|order| order.parse().ok()),
            message,
            said_at: self.at,
            sequence: self.sequence,
        }
    }
}

/// A partner's document was refused. Documents whose key could not be read are one case: what is
/// wrong with all of them is the same more often than not.
#[must_use]
pub fn rejection(partner: &PartnerName, said: &Said) -> Option<Heard> {
    let rejection: Rejection = serde_json::from_slice(&said.payload).ok()?;
    let Rejection { document, document_id, key, reasons } = rejection;
    let reference = match &key {
        Some(key) => reference_of(partner, &document, key),
        None => format!("{partner}/{document}"),
    };
    let name = key.or(document_id.map(|id| id.to_string()));
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    let why = words::sentences(reasons.iter().map(|reason| {
        let at = if reason.path.is_empty() { String::new() } else { format!("{}: ", reason.path) };
        format!("{at}{}", short(&reason.message))
    }));
    let message = format!("{document}{name} of {partner} refused: {why}");
    Some(said.heard(ExceptionKind::DocumentRefused, reference, Some(message)))
}

/// As much of a text as one line of a list has room for; all of it is in the stream.
fn short(text: &str) -> String {
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn reference_of(partner: &PartnerName, document: &str, key: &str) -> String {
    format!("{partner}/{document}/{key}")
}

/// The answer that a document gets when it is readable and allowed, whatever it says: then it is
/// the business of those who decide, not of those who look after documents.
#[must_use]
pub fn answer_to(document: &str) -> Option<&'static str> {
    let kind: Kind = document.parse().ok()?;
    Some(match kind {
        Kind::Order => OrderAck::DOCUMENT,
        Kind::OrderChange | Kind::OrderCancel => OrderChangeAck::DOCUMENT,
        Kind::ShipConfirm => ShipConfirmAck::DOCUMENT,
        Kind::Payment => PaymentAck::DOCUMENT,
        Kind::ReturnRequest => ReturnAuthorization::DOCUMENT,
        Kind::Customer
        | Kind::Item
        | Kind::PriceList
        | Kind::Company
        | Kind::Warehouse
        | Kind::Stock
        | Kind::Delivery
        | Kind::TaxRate
        | Kind::ReturnReceipt => DocumentAck::DOCUMENT,
        // These are answered by what they are translated to, or name the payment alone.
        Kind::PaymentReversal | Kind::X12 | Kind::Ubl | Kind::Camt => return None,
    })
}

/// A partner was answered: what was refused under the same key before is settled.
#[must_use]
pub fn answered(partner: &PartnerName, answer: &str, said: &Said) -> Option<Heard> {
    let body: Value = serde_json::from_slice(&said.payload).ok()?;
    let text = |field: &str| body.get(field).and_then(Value::as_str);
    let (document, key) = match answer {
        OrderAck::DOCUMENT => ("order", text("po_number")?.to_owned()),
        OrderChangeAck::DOCUMENT => match body.get("change_number").and_then(Value::as_u64) {
            Some(number) => ("order-change", format!("{}/{number}", text("po_number")?)),
            None => ("order-cancel", text("po_number")?.to_owned()),
        },
        ShipConfirmAck::DOCUMENT => ("ship-confirm", text("confirmation_id")?.to_owned()),
        PaymentAck::DOCUMENT => ("payment", text("payment_id")?.to_owned()),
        ReturnAuthorization::DOCUMENT => ("return-request", text("return_request_id")?.to_owned()),
        _ => (text("document")?, text("key")?.to_owned()),
    };
    let reference = reference_of(partner, document, &key);
    Some(said.heard(ExceptionKind::DocumentRefused, reference, None))
}

/// A service could not work on a message. It is known by its number in `ordermesh dlq list`.
#[must_use]
pub fn dead_letter(service: &str, said: &Said) -> Heard {
    let header = |name: &str| said.headers.get(name).map_or("", String::as_str);
    let (code, reason) = (header(header::DLQ_CODE), header(header::DLQ_REASON));
    let subject = said.subject.strip_prefix("dlq.").unwrap_or(&said.subject);
    let subject = subject.split_once('.').map_or(subject, |(_, original)| original);
    let message = format!("{service} can not work on {subject}: {code}: {}", short(reason));
    let reference = format!("{service}/{}", said.sequence);
    said.heard(ExceptionKind::DeadLetter, reference, Some(message))
}

/// Decides what was heard, once: the row is there until then.
pub fn decide(set: &mut Set, heard: &Heard, now: Timestamp, outputs: &mut Outputs) {
    if set.heard.get(&heard.id).is_none() {
        return;
    }
    set.heard.remove(&heard.id);
    let Heard { kind: CaseKind(kind), reference, message, said_at, .. } = heard.clone();
    if let Some(message) = message {
        let raise = Raise::at_once(kind, reference, message);
        case::raise(&mut set.cases, &raise, heard.order_id, said_at, outputs);
        return;
    }
    let case_id = case::case_id(kind, &reference);
    case::settle(&mut set.cases, case_id, &heard.id, "answered since", now, outputs);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        assert_eq!(short("no such field"), "no such field");
        assert_eq!(short(&"ü".repeat(MOST)), "ü".repeat(MOST));
        assert_eq!(short(&"ü".repeat(MOST + 1)), format!("{}…", "ü".repeat(MOST)));
    }
}
