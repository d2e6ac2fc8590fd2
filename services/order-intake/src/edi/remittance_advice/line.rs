//! The lines of an 820: the amounts paid of each document and kept back.

use contracts::{Amount, InvoiceNumber, Money, PoNumber, document::Remittance};
use edi::x12::{Checker, ElementError, Segment, SegmentError};

/// The most lines of one payment.
const MAX_LINES: usize = 10_000;
/// Qualifiers of invoices: invoice, seller's invoice, original invoice.
const INVOICES: [&str; 3] = ["IK", "IV", "OI"];
/// Qualifiers of the buyer's orders.
const ORDERS: [&str; 2] = ["PO", "CO"];
/// The longest reason of a deduction.
const MAX_REASON: usize = 200;

/// The lines of the detail area; adjustments that belong to no document are lines of their own.
pub(super) fn read(details: &[Segment], paid: Money, check: &mut Checker) -> Vec<Remittance> {
    let mut lines = Vec::new();
    let mut rest = details;
    let begins = |segment: &Segment| matches!(&*segment.id, "ENT" | "RMR");
    while let Some((first, behind)) = rest.split_first() {
        let end = behind.iter().position(begins).unwrap_or(behind.len());
        let (inside, next) = behind.split_at(end);
        if lines.len() >= MAX_LINES {
            check.segment(first, SegmentError::LoopTooOften);
            return Vec::new();
        }
        match first.id.as_str() {
            "RMR" => lines.extend(of_document(first, inside, paid, check)),
            "ADX" => lines.extend(adjustments(rest.get(..=end).unwrap_or_default(), paid, check)),
            _ => lines.extend(adjustments(inside, paid, check)),
        }
        rest = next;
    }
    lines
}

/// An amount in minor units; with a sign.
fn minor(segment: &Segment, element: usize, paid: Money, check: &mut Checker) -> Option<i64> {
    let amount: Amount = check.number(segment, element, 782)?;
    let money = Money::of(amount, paid.currency).map(|money| money.minor).ok();
    if money.is_none() {
        check.element(segment, element, 782, ElementError::TooLong);
    }
    money
}

/// The amount paid of one document.
fn of_document(
    rmr: &Segment,
    inside: &[Segment],
    paid: Money,
    check: &mut Checker,
) -> Option<Remittance> {
    check.required(rmr, 4, 782)?;
    let cash = minor(rmr, 4, paid, check)?;
    let total = minor(rmr, 5, paid, check);
    let discount = minor(rmr, 6, paid, check).unwrap_or_default().checked_abs()?;
    let adjusted = minor(rmr, 8, paid, check).unwrap_or_default();
    let adxs: Vec<&Segment> = inside.iter().filter(|segment| segment.id == "ADX").collect();
    let mut kept = 0_i64;
    for adx in &adxs {
        check.required(adx, 1, 782);
        // Below zero it takes off what is paid; above, it is in it already.
        kept = kept.checked_sub(minor(adx, 1, paid, check).unwrap_or_default().min(0))?;
    }
    if adxs.is_empty() {
        // Senders write what is kept back with either sign; what was due tells which it is.
        let missing = total.map(|total| total.checked_sub(discount)?.checked_sub(cash));
        let is_missing = missing.flatten() == Some(adjusted);
        kept = if adjusted < 0 || is_missing { adjusted.checked_abs()? } else { 0 };
    }
    let mut words: Vec<String> = Vec::new();
    if kept > 0 {
        words.extend(adxs.iter().map(|adx| adjustment(adx)));
        if adxs.is_empty() {
            words.push(format!("adjustment {}", rmr.get(7)));
        }
    }
    if cash < 0 {
        // Credit that the payer takes: no cash is for it, and less is for the others.
        kept = kept.checked_add(cash.checked_abs()?)?;
        words.push(format!("{} {}", rmr.get(1), rmr.get(2)));
        words.extend(said(inside));
    }
    let named = NamedDocument::of(rmr, inside, check);
    Some(line(named, cash.max(0), discount, kept, &words, paid))
}

/// Adjustments of the payment as a whole, or of documents that are named by themselves.
fn adjustments(segments: &[Segment], paid: Money, check: &mut Checker) -> Vec<Remittance> {
    let mut lines = Vec::new();
    for adx in segments.iter().filter(|segment| segment.id == "ADX") {
        check.required(adx, 1, 782);
        let Some(kept) = minor(adx, 1, paid, check).and_then(i64::checked_neg) else { continue };
        // What is paid above the documents is unapplied cash, and needs no line.
        if kept > 0 {
            let named =
                NamedDocument::by(adx.get(3), adx.get(4), adx, 4, check).unwrap_or_default();
            lines.push(line(named, 0, 0, kept, &[adjustment(adx)], paid));
        }
    }
    lines
}

fn line(
    named: NamedDocument,
    cash: i64,
    discount: i64,
    kept: i64,
    words: &[String],
    paid: Money,
) -> Remittance {
    let amount = |minor| Money::new(minor, paid.currency).amount();
    let reason: String = words.join("; ").trim().chars().take(MAX_REASON).collect();
    Remittance {
        invoice_number: named.invoice,
        po_number: named.order,
        amount: amount(cash),
        discount: amount(discount),
        deduction: amount(kept),
        deduction_reason: Some(reason).filter(|reason| kept > 0 && !reason.is_empty()),
    }
}

fn adjustment(adx: &Segment) -> String {
    let text = ["adjustment", adx.get(2), adx.get(3), adx.get(4)].join(" ");
    text.trim_end().to_owned()
}

/// The words within a line.
fn said(inside: &[Segment]) -> Vec<String> {
    let texts = inside.iter().filter_map(|segment| match segment.id.as_str() {
        "REF" => Some([segment.get(2), segment.get(3)]),
        "NTE" => Some([segment.get(2), ""]),
        _ => None,
    });
    texts.flatten().filter(|text| !text.is_empty()).map(str::to_owned).collect()
}

/// The document that a line names.
#[derive(Default)]
struct NamedDocument {
    invoice: Option<InvoiceNumber>,
    order: Option<PoNumber>,
}

impl NamedDocument {
    /// By the line itself, else by a reference within it.
    fn of(rmr: &Segment, inside: &[Segment], check: &mut Checker) -> Self {
        if let Some(own) = Self::by(rmr.get(1), rmr.get(2), rmr, 2, check) {
            return own;
        }
        let before = inside.iter().take_while(|segment| segment.id != "ADX");
        let mut references = before.filter(|segment| segment.id == "REF");
        references.find_map(|it| Self::by(it.get(1), it.get(2), it, 2, check)).unwrap_or_default()
    }

    fn by(
        qualifier: &str,
        number: &str,
        segment: &Segment,
        element: usize,
        check: &mut Checker,
    ) -> Option<Self> {
        if number.is_empty() {
            return None;
        }
        let mut named = Self::default();
        if INVOICES.contains(&qualifier) {
            named.invoice = InvoiceNumber::new(number).ok();
        } else if ORDERS.contains(&qualifier) {
            named.order = PoNumber::new(number).ok();
        } else {
            return None;
        }
        if named.invoice.is_none() && named.order.is_none() {
            check.element(segment, element, 127, ElementError::TooLong);
        }
        Some(named)
    }
}
