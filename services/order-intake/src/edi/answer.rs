//! Acknowledgements in the formats that their partners want, wherever they were decided.

use contracts::{
    OrderId, PartnerName,
    document::{Egress, OrderAck, OrderChangeAck},
    partner::{Format, Partner},
};
use edi::x12::{self, Address, Delimiters, OutGroup, OutSet, Sender};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use mesh::{AnyDocument, Context, Formatted, Json, Origin, Outputs, Raw};

use super::{
    acknowledgement,
    reference::Reference,
    rows::{Channel, Envelope, Source},
    ubl_response,
};
use crate::unit_of_work::UnitOfWork;

/// The content type of an interchange.
pub const X12: &str = "application/edi-x12";
/// Our address where no partner has addressed us by another.
const OURS: &str = "ORDERMESH";

/// Writes the acknowledgements of a decision in every format that their partners want: those of a
/// partner's record (`formats`), else JSON and the format that the order came in.
pub fn in_every_format(
    work: &mut UnitOfWork,
    mut outputs: Outputs,
    context: &Context<'_>,
) -> Outputs {
    outputs.in_formats(|partner, document| {
        let record = context.partners.get(partner);
        let said = record
            .zip(Answer::of(document))
            .map(|(record, answer)| formatted(work, record, &answer, context));
        said.unwrap_or_default()
    });
    outputs
}

fn formatted(
    work: &mut UnitOfWork,
    partner: &Partner,
    answer: &Answer<'_>,
    context: &Context<'_>,
) -> Formatted {
    let came = work.sources.get(&answer.order_id()).map(Source::format);
    let wanted = wanted(partner, answer.name(), came);
    let mut formatted = Formatted::default();
    let is_addressed = came.is_some() || is_own_document(partner, context);
    if wanted.contains(&Format::X12) && is_addressed {
        formatted.raw.extend(in_x12(work, partner, answer, context.now));
    }
    if wanted.contains(&Format::Ubl) {
        formatted.raw.extend(in_ubl(work, answer, context.now));
    }
    // Whatever could be said in no other format is said in JSON.
    formatted.instead = !wanted.contains(&Format::Json) && !formatted.raw.is_empty();
    answer.note_standing(work);
    formatted
}

/// Returns whether the answer is to a document of the partner itself, whose address is asked for with
/// it: the first answer to an order in JSON that can be written in X12. From then on the order has a
/// source.
fn is_own_document(partner: &Partner, context: &Context<'_>) -> bool {
    let of_partner = |inbound: &mesh::Inbound| matches!(&inbound.origin, Origin::Document { partner: of, .. } if *of == partner.partner);
    partner.x12.is_some() && context.inbound.is_some_and(of_partner)
}

fn wanted(partner: &Partner, document: &str, came: Option<Format>) -> Vec<Format> {
    if partner.formats.contains_key(document) {
        return partner.formats_of(document).to_vec();
    }
    std::iter::once(Format::Json).chain(came.filter(|format| *format != Format::Json)).collect()
}

/// An acknowledgement that has other formats.
enum Answer<'a> {
    Order(&'a OrderAck),
    Change(&'a OrderChangeAck),
}

impl<'a> Answer<'a> {
    fn of(document: &'a dyn AnyDocument) -> Option<Self> {
        let order = document.as_any().downcast_ref().map(Self::Order);
        order.or_else(|| document.as_any().downcast_ref().map(Self::Change))
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Order(_) => OrderAck::DOCUMENT,
            Self::Change(_) => OrderChangeAck::DOCUMENT,
        }
    }

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

    /// Notes that the order stands: from then on other documents under its number are not about it.
    fn note_standing(&self, work: &mut UnitOfWork) {
        let Self::Order(ack) = self else { return };
        let stands = ack.status != contracts::document::OrderAckStatus::Rejected;
        let new = work.sources.get(&ack.order_id).is_some_and(|source| stands && !source.standing);
        if let Some(source) = work.sources.get_mut(&ack.order_id).filter(|_| new) {
            source.standing = true;
        }
    }
}

fn in_x12(
    work: &mut UnitOfWork,
    partner: &Partner,
    answer: &Answer<'_>,
    now: Timestamp,
) -> Option<Raw> {
    let name = &partner.partner;
    let envelope = envelope(work.channels.get(name)?, partner)?;
    let source = work.sources.get(&answer.order_id());
    let reference = source.map(|source| source.reference.0.clone());
    if source.is_none() {
        // What is said of this order later is said in X12 too.
        let source = unknown_source(answer.order_id(), name);
        work.sources.put(source);
    }
    let at = now.to_zoned(TimeZone::UTC).datetime();
    let (functional_id, transaction) = answer.set(reference.as_ref(), at);
    let control = work.channels.get_mut(name)?.next(1);
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

/// The envelope in which the partner last wrote to us, else that of its record.
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

fn in_ubl(work: &UnitOfWork, answer: &Answer<'_>, now: Timestamp) -> Option<Raw> {
    let Answer::Order(ack) = answer else { return None };
    let reference = work.sources.get(&ack.order_id).map(|source| &source.reference.0);
    let at = now.to_zoned(TimeZone::UTC).datetime();
    let xml = ubl_response::of_order(ack, reference, at).to_xml();
    Some(Raw { document: "ubl", content_type: "application/xml", bytes: xml.into_bytes() })
}
