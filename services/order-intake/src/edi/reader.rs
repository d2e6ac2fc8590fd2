//! The parts of a set of orders, and what it is read by.

use contracts::{Currency, PoNumber, Sku, UnitPrice, Uom, document::ItemCode, partner::Partner};
use edi::x12::{Checker, ElementError, Segment, SegmentError, TransactionSet};
use rust_decimal::Decimal;

use super::reference::Reference;

/// Prices of one, by the codes of element 639.
const OF_ONE: [&str; 9] = ["", "PE", "TE", "LE", "WE", "CT", "NT", "QT", "CA"];

/// Every segment that some version of the set has.
const SEGMENTS: &str = " ST SE BEG CUR REF PER TAX FOB CTP PAM CSH TC2 SAC ITA ITD DIS INC DTM LDT \
    LIN SI PID MEA PWK PKG TD1 TD5 TD3 TD4 MAN PCT CTB TXI QTY MTX AMT FA1 FA2 N9 NTE MSG N1 N2 IN2 \
    N3 N4 NX2 LE LS LM LQ PO1 SLN PO3 PO4 IT3 IT8 SDQ SCH SPI RTE CB1 FST G61 MRC CN1 SR V1 R4 CRC \
    PPC PD ADV PRF CTT RRA CDS SV1 ACD TDS G39 ENT DPN LUI EFI BIN SSS PLD K1 K2 CAD SUM ";

/// Everything that a set is read by.
pub struct Reader<'a> {
    pub partner: &'a Partner,
    /// ISA15: production or test.
    pub usage: &'a str,
    /// The seller's currency: of a payment that names none.
    pub currency: Option<Currency>,
    /// The item that codes mean.
    pub find: &'a dyn Fn(&[ItemCode]) -> Option<Sku>,
    /// The sender's names of the parts of an order that came before.
    pub before: &'a dyn Fn(&PoNumber) -> Option<Reference>,
}

/// A set's parts: before its first line, its lines with what belongs to each, and its end.
pub struct Parts<'a> {
    pub header: &'a [Segment],
    pub lines: Vec<&'a [Segment]>,
    pub summary: &'a [Segment],
}

/// Takes a set apart by the segment that begins its lines, and finds what cannot be in it.
pub fn parts<'a>(
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

/// The order's number. Each release of a blanket order is an order of its own.
pub fn po_number(segment: &Segment, element: usize, check: &mut Checker) -> Option<PoNumber> {
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

/// A unit of measure; `None` where it is left out.
pub fn unit(segment: &Segment, element: usize, check: &mut Checker) -> Option<Uom> {
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

/// The price of one, where it is given for one, a hundred or a thousand.
pub fn price_of_one(
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
