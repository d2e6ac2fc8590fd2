//! One line of an 850.

use contracts::{
    Percent, SignedQuantity, UnitPrice, Uom,
    document::{ItemCode, OrderLine},
};
use edi::x12::{Checker, ElementError, Segment, SegmentError};
use rust_decimal::Decimal;

use super::{super::items, Reader};

/// Prices of one, by the codes of element 639.
const OF_ONE: [&str; 9] = ["", "PE", "TE", "LE", "WE", "CT", "NT", "QT", "CA"];

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

/// A unit of measure; none where it is left out.
pub(in super::super) fn unit(
    segment: &Segment,
    element: usize,
    check: &mut Checker,
) -> Option<Uom> {
    let text = segment.component(element, 1);
    if text.is_empty() {
        return None;
    }
    let unit = Uom::new(text).ok();
    if unit.is_none() {
        check.element(segment, element, 355, ElementError::TooLong);
    }
    unit
}

fn is_elsewhere(segment: &Segment) -> bool {
    segment.id == "SDQ" || (segment.id == "N1" && segment.get(1) == "ST")
}

/// The price of one, where it is given for one, a hundred or a thousand.
pub(in super::super) fn price_of_one(
    segment: &Segment,
    price: usize,
    basis: usize,
    check: &mut Checker,
) -> Option<UnitPrice> {
    let given: UnitPrice = check.number(segment, price, 212)?;
    let per = match segment.get(basis) {
        "HP" => Decimal::ONE_HUNDRED,
        "TP" => Decimal::ONE_THOUSAND,
        one if OF_ONE.contains(&one) => return Some(given),
        _ => {
            check.element(segment, basis, 639, ElementError::Code);
            return None;
        }
    };
    let exact = given.get().checked_div(per).and_then(|price| UnitPrice::new(price).ok());
    if exact.is_none() {
        check.element(segment, price, 212, ElementError::TooLong);
    }
    exact
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
