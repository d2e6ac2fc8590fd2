//! The purchase order, X12 850.

mod header;
mod line;

use contracts::{
    PoNumber,
    document::{Channel, Order},
    partner::Format,
};
use edi::x12::{Checker, ElementError, SetVerdict, TransactionSet};

use super::{
    parties,
    reader::{Parts, Reader, parts, po_number},
    reference::{LineReference, Reference},
    translation::{Document, Translation, numbers},
};
use header::Terms;

/// More lines than an order may have, by one: its owner refuses it for them, whatever else there is.
const MAX_LINES: usize = 1_001;

/// Reads an 850: what the 997 says of it, and what it means where it is taken.
pub fn read(set: &TransactionSet, reader: &Reader<'_>) -> (SetVerdict, Option<Translation>) {
    SetVerdict::reading(set, |check| translate(set, reader, check))
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
