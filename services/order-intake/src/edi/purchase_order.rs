//! The purchase order, X12 850.

mod header;
mod line;

use contracts::{
    Currency, PoNumber,
    document::{Channel, Order},
    partner::{Format, Partner},
};
use edi::x12::{Checker, ElementError, Segment, SegmentError, SetVerdict, TransactionSet};

use super::{
    parties,
    reference::{Document, LineReference, Reference, Translation, numbers},
};
use header::Terms;

pub(super) use line::{price_of_one, unit};

/// More lines than an order may have, by one: its owner refuses it for them, whatever else there is.
const MAX_LINES: usize = 1_001;

/// Every segment that some version of the set has.
const SEGMENTS: &str = " ST SE BEG CUR REF PER TAX FOB CTP PAM CSH TC2 SAC ITA ITD DIS INC DTM LDT \
    LIN SI PID MEA PWK PKG TD1 TD5 TD3 TD4 MAN PCT CTB TXI QTY MTX AMT FA1 FA2 N9 NTE MSG N1 N2 IN2 \
    N3 N4 NX2 LE LS LM LQ PO1 SLN PO3 PO4 IT3 IT8 SDQ SCH SPI RTE CB1 FST G61 MRC CN1 SR V1 R4 CRC \
    PPC PD ADV PRF CTT RRA CDS SV1 ACD TDS G39 ENT DPN LUI EFI BIN SSS PLD K1 K2 CAD SUM ";

/// Who sends, and what is known of items.
pub struct Reader<'a> {
    /// Who sends.
    pub partner: &'a Partner,
    /// ISA15.
    pub usage: &'a str,
    /// The seller's currency: of a payment that names none.
    pub currency: Option<Currency>,
    /// The item that codes mean.
    pub find: &'a dyn Fn(&[contracts::document::ItemCode]) -> Option<contracts::Sku>,
    /// How the sender calls the parts of an order that came before.
    pub before: &'a dyn Fn(&PoNumber) -> Option<Reference>,
}

/// Reads an 850: what the 997 says of it, and what it means where it is taken.
pub fn read(set: &TransactionSet, reader: &Reader<'_>) -> (SetVerdict, Option<Translation>) {
    SetVerdict::reading(set, |check| translate(set, reader, check))
}

/// A set's parts: before its first line, its lines with what belongs to each, and its end.
pub(super) struct Parts<'a> {
    pub header: &'a [Segment],
    pub lines: Vec<&'a [Segment]>,
    pub summary: &'a [Segment],
}

/// Takes a set apart by the segment that begins its lines, and finds what can not be in it.
pub(super) fn parts<'a>(
    set: &'a TransactionSet,
    first: &str,
    line: &str,
    check: &mut Checker,
) -> Parts<'a> {
    let known = |id: &str| id == first || id == line || SEGMENTS.contains(&format!(" {id} "));
    let inner = check.inner(set, first, known);
    let from = inner.iter().position(|segment| segment.id == line).unwrap_or(inner.len());
    let to = inner.iter().position(|segment| segment.id == "CTT").unwrap_or(inner.len());
    let (before, after) = inner.split_at(to);
    let (header, lines) = before.split_at(from.min(to));
    for late in after.iter().filter(|segment| segment.id == line) {
        check.segment(late, SegmentError::Sequence);
    }
    if header.first().is_none_or(|segment| segment.id != first) {
        check.missing(first, 2);
    }
    let begins: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, segment)| segment.id == line)
        .map(|(i, _)| i)
        .collect();
    let ends = begins.iter().skip(1).copied().chain([lines.len()]);
    let lines = begins.iter().zip(ends).map(|(begin, end)| &lines[*begin..end]).collect();
    Parts { header, lines, summary: after }
}

fn translate(
    set: &TransactionSet,
    reader: &Reader<'_>,
    check: &mut Checker,
) -> Option<Translation> {
    let parts = parts(set, "BEG", "PO1", check);
    check.totals(set, "PO1", 2);
    if parts.lines.is_empty() {
        let position = set.segments.len().saturating_sub(1);
        check.missing("PO1", u32::try_from(position).unwrap_or(u32::MAX));
    }
    let beg = parts.header.first().filter(|beg| beg.id == "BEG")?;
    let purpose = check.required(beg, 1, 353);
    let cancelled = match purpose {
        Some("00" | "06" | "07") | None => false,
        Some("01") => true,
        Some(_) => {
            check.element(beg, 1, 353, ElementError::Code);
            false
        }
    };
    // A blanket order is an agreement, and orders nothing yet.
    if check.required(beg, 2, 92) == Some("BK") {
        check.element(beg, 2, 92, ElementError::Code);
    }
    let po_number = po_number(beg, 3, check);
    let order_date = check.date(beg, 5, 373);
    let reference = Reference {
        usage: reader.usage.to_owned(),
        order_date,
        release: beg.get(4).to_owned(),
        ..Reference::new(Format::X12)
    };
    if cancelled {
        let po_number = po_number?;
        let cancel =
            contracts::document::OrderCancel { document_id: None, po_number, reason: None };
        return Some(Translation::of_order(Document::Cancel(cancel), reference));
    }
    order(&parts, reader, check, po_number, reference)
}

fn order(
    parts: &Parts<'_>,
    reader: &Reader<'_>,
    check: &mut Checker,
    po_number: Option<PoNumber>,
    mut reference: Reference,
) -> Option<Translation> {
    let terms = Terms::read(parts.header, parts.summary, check);
    let parties = parties::read(parts.header, check);
    let customer_id = parties::customer(&parties, reader.partner);
    let ship_to = parties::ship_to(&parties, customer_id.as_ref(), reader.partner, check);
    let ids: Vec<&str> = parts.lines.iter().map(|of_line| of_line[0].get(1)).collect();
    let mut lines = Vec::new();
    for (number, of_line) in numbers(&ids).into_iter().zip(&parts.lines).take(MAX_LINES) {
        let Some((line, codes)) = line::read(number, of_line, reader, check) else { continue };
        reference.lines.push(LineReference {
            line: number,
            id: of_line[0].get(1).to_owned(),
            uom: of_line[0].get(3).to_owned(),
            codes,
            name: String::new(),
        });
        lines.push(line);
    }
    let order = Order {
        document_id: None,
        po_number: po_number?,
        customer_id,
        channel: Channel::Edi,
        currency: terms.currency,
        order_date: reference.order_date,
        requested_ship_date: terms.requested_ship_date,
        cancel_after: terms.cancel_after,
        ship_complete: terms.ship_complete,
        allow_backorder: terms.allow_backorder,
        allow_substitutes: false,
        priority: 5,
        ship_to,
        lines,
        charges: terms.charges,
        total: terms.total,
    };
    Some(Translation::of_order(Document::Order(Box::new(order)), reference))
}

/// The order's number. Each release of a blanket order is an order of its own.
pub(super) fn po_number(
    segment: &Segment,
    element: usize,
    check: &mut Checker,
) -> Option<PoNumber> {
    let number = check.required(segment, element, 324)?;
    let release = segment.get(element + 1);
    let number = match segment.get(2) {
        "RL" if !release.is_empty() => format!("{number}-{release}"),
        _ => number.to_owned(),
    };
    let number = PoNumber::new(number).ok();
    if number.is_none() {
        check.element(segment, element, 324, ElementError::TooLong);
    }
    number
}
