//! The purchase order change, X12 860: new quantities, or the end of an order.

use contracts::{
    PoNumber, SignedQuantity,
    document::{OrderCancel, OrderChange, OrderChangeLine},
    partner::Format,
};
use edi::x12::{Checker, ElementError, Segment, SegmentError, SetVerdict, TransactionSet};

use super::{
    items,
    reader::{Reader, parts, po_number, price_of_one, unit},
    reference::{LineReference, Reference},
    translation::{Document, Translation, numbers},
};

/// The most lines that one change may touch.
const MAX_LINES: usize = 1_000;

/// Reads an 860: what the 997 says of it, and what it means where it is taken.
pub fn read(set: &TransactionSet, reader: &Reader<'_>) -> (SetVerdict, Option<Translation>) {
    SetVerdict::reading(set, |check| translate(set, reader, check))
}

fn translate(
    set: &TransactionSet,
    reader: &Reader<'_>,
    check: &mut Checker,
) -> Option<Translation> {
    let parts = parts(set, "BCH", "POC", check);
    check.totals(set, "POC", 3);
    let bch = parts.header.first().filter(|bch| bch.id == "BCH")?;
    let purpose = check.required(bch, 1, 353);
    let _ = check.required(bch, 2, 92);
    let po_number = po_number(bch, 3, check);
    let reference = Reference {
        usage: reader.usage.to_owned(),
        order_date: check.date(bch, 6, 373),
        release: bch.get(4).to_owned(),
        ..Reference::new(Format::X12)
    };
    match purpose {
        Some("01" | "03") => {
            let cancel = OrderCancel { document_id: None, po_number: po_number?, reason: None };
            return Some(Translation::of_order(Document::Cancel(cancel), reference));
        }
        Some("04") => {}
        Some(_) => check.element(bch, 1, 353, ElementError::Code),
        None => {}
    }
    check.required(bch, 5, 327)?;
    let change_number = check.parsed(bch, 5, 327);
    change(&parts.lines, reader, check, po_number, change_number, reference)
}

fn change(
    lines: &[&[Segment]],
    reader: &Reader<'_>,
    check: &mut Checker,
    po_number: Option<PoNumber>,
    change_number: Option<u32>,
    mut reference: Reference,
) -> Option<Translation> {
    if lines.is_empty() {
        check.missing("POC", 3);
    }
    if let Some(too_many) = lines.get(MAX_LINES) {
        check.segment(&too_many[0], SegmentError::LoopTooOften);
        return None;
    }
    let before = po_number.as_ref().and_then(reader.before);
    let ids: Vec<&str> = lines.iter().map(|of_line| of_line[0].get(1)).collect();
    let counted = numbers(&ids);
    let mut changes = Vec::new();
    for (of_line, counted) in lines.iter().zip(counted) {
        let poc = &of_line[0];
        let id = check.required(poc, 1, 350)?;
        // The order's own name of a line counts: ids that are no numbers were counted there.
        let known = before.as_ref().and_then(|before| before.number_of(id));
        let number = known.or_else(|| id.parse().ok()).unwrap_or(counted);
        let Some(line) = line(number, poc, reader, check) else { continue };
        reference.lines.push(LineReference {
            line: number,
            id: id.to_owned(),
            uom: poc.component(5, 1).to_owned(),
            codes: items::codes(poc, 8, &mut Checker::default()),
            name: String::new(),
        });
        changes.push(line);
    }
    let change = OrderChange {
        document_id: None,
        po_number: po_number?,
        change_number: change_number?,
        lines: changes,
    };
    Some(Translation::of_order(Document::Change(change), reference))
}

/// One line, with the quantity that is wanted now. Prices of standing lines are not changed by an 860.
fn line(
    number: u32,
    poc: &Segment,
    reader: &Reader<'_>,
    check: &mut Checker,
) -> Option<OrderChangeLine> {
    let plain = |quantity| OrderChangeLine {
        line: number,
        quantity,
        sku: None,
        uom: None,
        unit_price: None,
        discount_percent: None,
    };
    match check.required(poc, 2, 670)? {
        "DI" => Some(plain(SignedQuantity::ZERO)),
        "CA" | "QD" | "QI" | "RZ" => {
            check.required(poc, 3, 330)?;
            check.number(poc, 3, 330).map(plain)
        }
        "AI" => {
            check.required(poc, 3, 330)?;
            let quantity = check.number(poc, 3, 330);
            let codes = items::codes(poc, 8, check);
            let sku = items::sku(&codes, reader.find);
            if sku.is_none() {
                check.element(poc, 9, 234, ElementError::Missing);
            }
            Some(OrderChangeLine {
                sku: Some(sku?),
                uom: unit(poc, 5, check),
                unit_price: price_of_one(poc, 6, 7, check),
                ..plain(quantity?)
            })
        }
        // Nothing changes.
        "NC" => None,
        _ => {
            check.element(poc, 2, 670, ElementError::Code);
            None
        }
    }
}
