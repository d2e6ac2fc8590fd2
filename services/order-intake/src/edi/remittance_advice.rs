//! The payment order and remittance advice, X12 820, as a bank hands it on: a payment that came, and
//! the documents that it pays.

mod line;

use contracts::{
    Amount, Currency, Money, PaymentId,
    document::{Payment, Remittance},
};
use edi::x12::{Checker, ElementError, Segment, SetVerdict, TransactionSet};

use super::{
    bank::{
        names::{Names, own},
        payer::Payers,
    },
    reader::Reader,
    translation::{About, Document, Translation},
};

/// Every segment that some version of the set has.
const SEGMENTS: &str = " ST SE BPR NTE TRN CUR REF DTM N1 N2 N3 N4 PER RDM DED LX LE LS ENT NM1 ADX \
    IT1 RPA QTY SAC TXI SLN RMR N9 AMT TXP TDS CTT INV TIA PID LM LQ FGS RYL LOC ASM N10 DMG HL ";
/// Codes of BPR01 for money that moved, with this set or beside it. A prenotification moves none, and
/// a mere notification tells of none.
const MOVED: [&str; 7] = ["C", "D", "E", "F", "I", "U", "X"];

/// Reads an 820: what the 997 says of it, and the payment that it means where it is taken.
pub fn read(set: &TransactionSet, reader: &Reader<'_>) -> (SetVerdict, Option<Translation>) {
    SetVerdict::reading(set, |check| translate(set, reader, check))
}

fn translate(
    set: &TransactionSet,
    reader: &Reader<'_>,
    check: &mut Checker,
) -> Option<Translation> {
    let known = |id: &str| SEGMENTS.contains(&format!(" {id} "));
    let inner = check.inner(set, "BPR", known);
    let detail = |segment: &Segment| matches!(&*segment.id, "ENT" | "RMR" | "ADX");
    let from = inner.iter().position(detail).unwrap_or(inner.len());
    let (header, details) = inner.split_at(from);
    let bpr = header.first().filter(|bpr| bpr.id == "BPR");
    let Some(bpr) = bpr else {
        check.missing("BPR", 2);
        return None;
    };
    let currency = currency(header, reader, check);
    let payment_id = payment_id(header, check);
    let paid = amount(bpr, currency, check);
    let method = method(bpr, check);
    check.required(bpr, 16, 373);
    let received_on = check.date(bpr, 16, 373);
    let paid = paid?;
    let remittance = line::read(details, paid, check);
    total(bpr, &remittance, paid, check);
    let told = Payment {
        document_id: None,
        payment_id: payment_id?,
        customer_id: None,
        currency: paid.currency,
        amount: paid.amount(),
        received_on: received_on?,
        method: Some(method?),
        remittance,
    };
    let named = Names::of(&told, vec![own(told.payment_id.as_str())]);
    let customer_id = Payers::of(reader.partner).find(payer(header, bpr));
    let document = Document::Payment(Box::new(Payment { customer_id, ..told }));
    Some(Translation { document, about: About::Money(named) })
}

/// The payer's currency; where it is not said, the seller's own.
fn currency(header: &[Segment], reader: &Reader<'_>, check: &mut Checker) -> Option<Currency> {
    match header.iter().find(|segment| segment.id == "CUR") {
        Some(cur) => check.parsed(cur, 2, 100),
        None => {
            if reader.currency.is_none() {
                check.missing("CUR", 3);
            }
            reader.currency
        }
    }
}

/// TRN02: the same payment has the same number, however often it is told.
fn payment_id(header: &[Segment], check: &mut Checker) -> Option<PaymentId> {
    let Some(trn) = header.iter().find(|segment| segment.id == "TRN") else {
        check.missing("TRN", 3);
        return None;
    };
    let id = PaymentId::new(check.required(trn, 2, 127)?).ok();
    if id.is_none() {
        check.element(trn, 2, 127, ElementError::TooLong);
    }
    id
}

/// BPR02: the amount that came. A set that reports no payment, or money that went, is no payment.
fn amount(bpr: &Segment, currency: Option<Currency>, check: &mut Checker) -> Option<Money> {
    if check.required(bpr, 1, 305).is_some_and(|code| !MOVED.contains(&code)) {
        check.element(bpr, 1, 305, ElementError::Code);
    }
    if check.required(bpr, 3, 478).is_some_and(|code| code != "C") {
        check.element(bpr, 3, 478, ElementError::Code);
    }
    check.required(bpr, 2, 782)?;
    let amount: Amount = check.number(bpr, 2, 782)?;
    let money = Money::of(amount, currency?).ok();
    let Some(money) = money else {
        check.element(bpr, 2, 782, ElementError::TooLong);
        return None;
    };
    if money.minor <= 0 {
        check.element(bpr, 2, 782, ElementError::Code);
        return None;
    }
    Some(money)
}

/// BPR04, in words where they are plain.
fn method(bpr: &Segment, check: &mut Checker) -> Option<String> {
    Some(match check.required(bpr, 4, 591)? {
        "CHK" => "check".to_owned(),
        "ACH" => "ach".to_owned(),
        "FWT" | "FEW" | "CWT" => "wire".to_owned(),
        "CCC" | "CRC" => "card".to_owned(),
        "NON" => {
            check.element(bpr, 4, 591, ElementError::Code);
            return None;
        }
        other => other.to_ascii_lowercase(),
    })
}

/// The names of the payer: its code, its name, its account, its company's number.
fn payer<'a>(header: &'a [Segment], bpr: &'a Segment) -> Vec<&'a str> {
    let party =
        |role: &str| header.iter().find(|segment| segment.id == "N1" && segment.get(1) == role);
    let n1 = party("PR").or_else(|| party("RM"));
    let named = n1.into_iter().flat_map(|n1| [n1.get(4), n1.get(2)]);
    named.chain([bpr.get(9), bpr.get(10)]).collect()
}

/// Reports that more is paid than came: the last lines get what is left.
fn total(bpr: &Segment, lines: &[Remittance], paid: Money, check: &mut Checker) {
    let sum = lines.iter().try_fold(Money::zero(paid.currency), |sum, line| {
        let amount = Money::of(line.amount, paid.currency)?;
        let kept = Money::of(line.deduction, paid.currency)?;
        // A line of nothing but a deduction takes from the others.
        sum.checked_add(amount)?.checked_sub(if amount.minor == 0 {
            kept
        } else {
            Money::zero(paid.currency)
        })
    });
    if sum.is_ok_and(|sum| sum.minor > paid.minor) {
        check.note(bpr, 2, 782, ElementError::Code);
    }
}
