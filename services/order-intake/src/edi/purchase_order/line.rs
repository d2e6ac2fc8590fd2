//! One line of an 850.

use contracts::{
    Percent, SignedQuantity, UnitPrice,
    document::{ItemCode, OrderLine},
};
use edi::x12::{Checker, ElementError, Segment, SegmentError};

use crate::edi::{
    items,
    reader::{Reader, price_of_one, unit},
};

/// Reads a line's segments, PO1 first; with the item's codes as they were sent.
pub(super) fn read(
    number: u32,
    of_line: &[Segment],
    reader: &Reader<'_>,
    check: &mut Checker,
) -> Option<(OrderLine, Vec<ItemCode>)> {
    let (po1, rest) = of_line.split_first()?;
    check.required(po1, 2, 330)?;
    let quantity: Option<SignedQuantity> = check.number(po1, 2, 330);
    let uom = unit(po1, 3, check);
    let codes = items::codes(po1, 6, check);
    let sku = items::sku(&codes, reader.find);
    if sku.is_none() {
        check.element(po1, 7, 234, ElementError::Missing);
    }
    let unit_price = match price_of_one(po1, 4, 5, check) {
        Some(price) => Some(price),
        None => rest.iter().find(|segment| segment.id == "CTP").and_then(|ctp| listed(ctp, check)),
    };
    let discount_percent = discount(rest, check);
    for other in rest.iter().filter(|segment| is_elsewhere(segment)) {
        // Goods for several places would all go to one.
        check.segment(other, SegmentError::Unexpected);
    }
    let line = OrderLine {
        line: number,
        sku: sku?,
        quantity: quantity?,
        uom,
        unit_price,
        discount_percent,
    };
    Some((line, codes))
}

fn is_elsewhere(segment: &Segment) -> bool {
    segment.id == "SDQ" || (segment.id == "N1" && segment.get(1) == "ST")
}

/// The price that stands beside the line: what a distributor pays, not what a shopper does.
fn listed(ctp: &Segment, check: &mut Checker) -> Option<UnitPrice> {
    if matches!(ctp.get(2), "" | "CON" | "DIS" | "NET" | "UCP" | "INV" | "QTE") {
        return check.number(ctp, 3, 212);
    }
    None
}

/// Percent off the line. An amount on a line is not carried out, and would change what is paid.
fn discount(rest: &[Segment], check: &mut Checker) -> Percent {
    let mut discount = Percent::ZERO;
    for sac in rest.iter().filter(|segment| segment.id == "SAC") {
        match (sac.get(1), sac.get(7).is_empty(), discount.is_zero()) {
            ("A", false, true) => discount = check.number(sac, 7, 332).unwrap_or_default(),
            ("N", ..) => {}
            _ => check.segment(sac, SegmentError::Unexpected),
        }
    }
    discount
}
