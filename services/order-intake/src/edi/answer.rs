//! Says acknowledgements in the formats that their partner wants, wherever they were decided.

use contracts::{
    OrderId, PartnerName,
    document::{Egress, OrderAck, OrderChangeAck},
    partner::{Format, Partner},
};
use edi::x12::{self, Address, Delimiters, OutGroup, OutSet, Sender};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use mesh::{Context, Decision, Formatted, Json, Raw};
use serde_json::Value;

use super::{
    acknowledgement,
    receive::X12,
    reference::Reference,
    rows::{Channel, Envelope, Source},
    ubl_response,
};
use crate::domain::Set;

/// What we are called where no partner has called us anything.
const OURS: &str = "ORDERMESH";

/// Says the acknowledgements of a decision in every format that their partners want: those of its
/// record (`formats`), else JSON and the format that the order came in.
pub fn in_every_format(set: &mut Set, decision: Decision, context: &Context<'_>) -> Decision {
    let mut outputs = match decision {
        Decision::Done(outputs) => outputs,
        other @ (Decision::Wait(_) | Decision::Poison { .. }) => return other,
    };
    outputs.formatted(|partner, document, body| match context.partners.get(partner) {
        Some(record) => formatted(set, record, document, body, context.now),
        None => Formatted::default(),
    });
    Decision::Done(outputs)
}

fn formatted(
    set: &mut Set,
    partner: &Partner,
    document: &str,
    body: &Value,
    now: Timestamp,
) -> Formatted {
    let read = |body: &Value| match document {
        OrderAck::DOCUMENT => serde_json::from_value(body.clone()).map(Answer::Order).ok(),
        OrderChangeAck::DOCUMENT => serde_json::from_value(body.clone()).map(Answer::Change).ok(),
        _ => None,
    };
    let Some(answer) = read(body) else { return Formatted::default() };
    let came = set.sources.get(&answer.order_id()).map(Source::format);
    let wanted = wanted(partner, document, came);
    let mut formatted = Formatted::default();
    if wanted.contains(&Format::X12) {
        formatted.raw.extend(in_x12(set, partner, &answer, now));
    }
    if wanted.contains(&Format::Ubl) {
        formatted.raw.extend(in_ubl(set, &answer, now));
    }
    // Whatever could be said in no other format is said in JSON.
    formatted.instead = !wanted.contains(&Format::Json) && !formatted.raw.is_empty();
    answer.note_standing(set);
    formatted
}

fn wanted(partner: &Partner, document: &str, came: Option<Format>) -> Vec<Format> {
    if partner.formats.contains_key(document) {
        return partner.formats_of(document).to_vec();
    }
    std::iter::once(Format::Json).chain(came.filter(|format| *format != Format::Json)).collect()
}

enum Answer {
    Order(OrderAck),
    Change(OrderChangeAck),
}

impl Answer {
    fn order_id(&self) -> OrderId {
        match self {
            Self::Order(ack) => ack.order_id,
            Self::Change(ack) => ack.order_id,
        }
    }

    fn set(&self, reference: Option<&Reference>, now: DateTime) -> (&'static str, OutSet) {
        match self {
            Self::Order(ack) => ("PR", acknowledgement::of_order(ack, reference, now.date())),
            Self::Change(ack) => ("CA", acknowledgement::of_change(ack, reference, now.date())),
        }
    }

    /// Once an order stands, other documents under its number are not about it.
    fn note_standing(&self, set: &mut Set) {
        let Self::Order(ack) = self else { return };
        let stands = ack.status != contracts::document::OrderAckStatus::Rejected;
        let new = set.sources.get(&ack.order_id).is_some_and(|source| stands && !source.standing);
        if let Some(source) = set.sources.get_mut(&ack.order_id).filter(|_| new) {
            source.standing = true;
        }
    }
}

fn in_x12(set: &mut Set, partner: &Partner, answer: &Answer, now: Timestamp) -> Option<Raw> {
    let name = &partner.partner;
    let envelope = envelope(set.channels.get(name)?, partner)?;
    let source = set.sources.get(&answer.order_id());
    let reference = source.map(|source| source.reference.0.clone());
    if source.is_none() {
        // What is said of this order later is said in X12 too.
        let source = unknown_source(answer.order_id(), name);
        set.sources.put(source);
    }
    let at = now.to_zoned(TimeZone::UTC).datetime();
    let (functional_id, transaction) = answer.set(reference.as_ref(), at);
    let control = set.channels.get_mut(name)?.next(1);
    let group = OutGroup {
        functional_id,
        sender: envelope.our_application.clone(),
        receiver: envelope.partner_application.clone(),
        version: envelope.version.clone(),
        sets: vec![transaction],
    };
    let delimiters = envelope.delimiters();
    let usage = reference.map(|reference| reference.usage).unwrap_or_default();
    let version = envelope.interchange_version;
    let sender =
        Sender { from: envelope.us, to: envelope.partner, version, usage, delimiters, at, control };
    let bytes = x12::write(&sender, None, &[group]).into_bytes();
    Some(Raw { document: "x12", content_type: X12, bytes })
}

fn unknown_source(order_id: OrderId, partner: &PartnerName) -> Source {
    let reference = Json(Reference::new(Format::Json));
    Source { order_id, partner: partner.clone(), standing: true, reference }
}

/// As the partner last wrote to us, else as its record says.
fn envelope(channel: &Channel, partner: &Partner) -> Option<Envelope> {
    if let Some(known) = &channel.envelope.0 {
        return Some(known.clone());
    }
    let x12 = partner.x12.as_ref()?;
    let Delimiters { element, component, repetition, segment } = Delimiters::default();
    let version: String = x12.version.chars().take(6).collect();
    Some(Envelope {
        partner: Address { qualifier: x12.isa_qualifier.clone(), id: x12.isa_id.clone() },
        us: Address { qualifier: "ZZ".to_owned(), id: OURS.to_owned() },
        partner_application: x12.gs_id.clone(),
        our_application: OURS.to_owned(),
        interchange_version: if version.as_str() >= "005010" { "00501" } else { "00401" }
            .to_owned(),
        version: x12.version.clone(),
        separators: (element, component, repetition, segment),
    })
}

fn in_ubl(set: &Set, answer: &Answer, now: Timestamp) -> Option<Raw> {
    let Answer::Order(ack) = answer else { return None };
    let reference = set.sources.get(&ack.order_id).map(|source| &source.reference.0);
    let at = now.to_zoned(TimeZone::UTC).datetime();
    let xml = ubl_response::of_order(ack, reference, at).to_xml();
    Some(Raw { document: "ubl", content_type: "application/xml", bytes: xml.into_bytes() })
}
