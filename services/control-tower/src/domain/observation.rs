//! Observations: what is no event and needs somebody all the same. A partner's document was refused,
//! or a service could not handle a message. The stream reader makes them rows, and a handler decides
//! each.

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
use serde_json::Value;

use super::{case::Kind as CaseKind, words};

/// Characters of a reason that are shown.
const MAX_REASON: usize = 160;

/// A message of a stream that raises or settles a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// Stream and sequence of the message.
    pub id: String,
    pub kind: CaseKind,
    /// The object of the case.
    pub reference: String,
    pub order_id: Option<OrderId>,
    /// The message of a case that is raised; none where one is settled.
    pub message: Option<String>,
    pub observed_at: Timestamp,
    /// The message's sequence in its stream.
    pub sequence: u64,
}

/// The last sequence that was read of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamPosition {
    pub stream: String,
    pub sequence: u64,
}

mesh::row!(Observation in "observations" by (id: String) {
    id, kind, reference, order_id, message, observed_at, sequence
});
mesh::row!(StreamPosition in "stream_positions" by (stream: String) { stream, sequence });

/// A message as its stream keeps it.
#[derive(Debug)]
pub struct StoredMessage {
    pub stream: String,
    pub sequence: u64,
    pub stored_at: Timestamp,
    pub subject: String,
    pub headers: BTreeMap<String, String>,
    pub payload: Vec<u8>,
}

impl StoredMessage {
    fn observed(
        &self,
        kind: ExceptionKind,
        reference: String,
        text: Option<String>,
    ) -> Observation {
        let order = self.headers.get(header::CORRELATION);
        Observation {
            id: format!("{}:{}", self.stream, self.sequence),
            kind: CaseKind(kind),
            reference,
            order_id: order.and_then(|order| order.parse().ok()),
            message: text,
            observed_at: self.stored_at,
            sequence: self.sequence,
        }
    }
}

/// A refused document of a partner. Documents without a readable key are one case: they share one
/// mistake more often than not.
#[must_use]
pub fn refused(partner: &PartnerName, stored: &StoredMessage) -> Option<Observation> {
    let rejection: Rejection = serde_json::from_slice(&stored.payload).ok()?;
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
    Some(stored.observed(ExceptionKind::DocumentRefused, reference, Some(message)))
}

/// The beginning of a text, as long as a list has room for. All of it is in the stream.
fn short(text: &str) -> String {
    match text.char_indices().nth(MAX_REASON) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn reference_of(partner: &PartnerName, document: &str, key: &str) -> String {
    format!("{partner}/{document}/{key}")
}

/// The answer to a document that is readable and allowed. It settles a refusal even where it declines
/// the document: that is no longer the business of those who look after documents.
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

/// An answer to a partner, which settles an earlier refusal of the same key.
#[must_use]
pub fn answered(
    partner: &PartnerName,
    answer: &str,
    stored: &StoredMessage,
) -> Option<Observation> {
    let body: Value = serde_json::from_slice(&stored.payload).ok()?;
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
    Some(stored.observed(ExceptionKind::DocumentRefused, reference, None))
}

/// A dead letter of a service, known by its number in `ordermesh dlq list`.
#[must_use]
pub fn dead_letter(service: &str, stored: &StoredMessage) -> Observation {
    let header = |name: &str| stored.headers.get(name).map_or("", String::as_str);
    let (code, reason) = (header(header::DLQ_CODE), header(header::DLQ_REASON));
    let subject = stored.subject.strip_prefix("dlq.").unwrap_or(&stored.subject);
    let subject = subject.split_once('.').map_or(subject, |(_, original)| original);
    let message = format!("{service} can not work on {subject}: {code}: {}", short(reason));
    let reference = format!("{service}/{}", stored.sequence);
    stored.observed(ExceptionKind::DeadLetter, reference, Some(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_reason_is_cut_between_characters() {
        assert_eq!(short("no such field"), "no such field");
        assert_eq!(short(&"ü".repeat(MAX_REASON)), "ü".repeat(MAX_REASON));
        assert_eq!(short(&"ü".repeat(MAX_REASON + 1)), format!("{}…", "ü".repeat(MAX_REASON)));
    }
}
