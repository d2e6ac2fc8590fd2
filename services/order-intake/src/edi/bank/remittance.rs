//! The documents that the remittance of a payment names.

use contracts::{
    Amount, InvoiceNumber, Money, PoNumber, Reason, ReasonPath, document::Remittance as Line,
};
use edi::camt::{self, DocumentAmounts, NamedDocument, Remittance, Side};

/// Documents that are paid, by code list ExternalDocumentType; one of no kind is an invoice.
const INVOICES: [&str; 6] = ["", "CINV", "MSIN", "SBIN", "AROI", "INVS"];
/// Credit that the payer takes.
const CREDITS: [&str; 2] = ["CREN", "CNFA"];
/// The kind of an order.
const ORDER: &str = "PUOR";

/// The lines of a payment of `paid`. Amounts in another currency say nothing of this cash.
pub fn lines(
    remittance: &Remittance,
    paid: Money,
    path: &str,
    wrong: &mut Vec<ReasonPath>,
) -> Vec<Line> {
    let mut read: Vec<(Line, bool)> = Vec::new();
    for (place, structured) in remittance.structured.iter().enumerate() {
        let path = format!("{path}.RmtInf.Strd[{place}]");
        let figures = Figures::read(&structured.amounts, paid, &path, wrong);
        let documents: Vec<&NamedDocument> =
            structured.documents.iter().filter(|it| !it.number.is_empty()).collect();
        // What is said of several documents at once is said of none of them.
        let alone = documents.len() == 1;
        for document in documents {
            let figures = if alone { &figures } else { &Figures::default() };
            read.extend(line(document, figures, paid, &path, wrong));
        }
    }
    // The only document that is named has all of the cash.
    if let [(line, false)] = read.as_mut_slice() {
        line.amount = paid.amount();
    }
    read.into_iter().map(|(line, _)| line).collect()
}

/// A document's line, and whether it is said how much of the cash is its own: where it is not,
/// nothing is guessed and it has none.
fn line(
    document: &NamedDocument,
    figures: &Figures,
    paid: Money,
    path: &str,
    wrong: &mut Vec<ReasonPath>,
) -> Option<(Line, bool)> {
    let amount = |minor: i64| Money::new(minor, paid.currency).amount();
    let plain = |remitted: Option<i64>| Line {
        invoice_number: None,
        po_number: None,
        amount: amount(remitted.unwrap_or_default()),
        discount: amount(figures.discount),
        deduction: amount(figures.deduction),
        deduction_reason: figures.reason.clone(),
    };
    let mut too_long = |message: String| {
        wrong.push(ReasonPath::at(format!("{path}.RfrdDocInf.Nb"), Reason::InvalidValue, message));
    };
    let (number, kind) = (&*document.number, document.kind());
    if CREDITS.contains(&kind) {
        let taken = figures.remitted.or(figures.credited).or(figures.due)?;
        let reason = format!("credit note {number}");
        let line = Line {
            discount: amount(0),
            deduction: amount(taken),
            deduction_reason: Some(reason),
            ..plain(None)
        };
        return Some((line, true));
    }
    let remitted = figures.remitted.or_else(|| figures.left());
    if kind == ORDER {
        let po_number = PoNumber::new(number).map_err(|error| too_long(error.to_string())).ok()?;
        return Some((Line { po_number: Some(po_number), ..plain(remitted) }, remitted.is_some()));
    }
    if !INVOICES.contains(&kind) {
        return None;
    }
    let invoice = InvoiceNumber::new(number).map_err(|error| too_long(error.to_string())).ok()?;
    Some((Line { invoice_number: Some(invoice), ..plain(remitted) }, remitted.is_some()))
}

/// The amounts of a document, in minor units.
#[derive(Default)]
struct Figures {
    due: Option<i64>,
    discount: i64,
    credited: Option<i64>,
    deduction: i64,
    reason: Option<String>,
    remitted: Option<i64>,
}

impl Figures {
    fn read(
        amounts: &DocumentAmounts,
        paid: Money,
        path: &str,
        wrong: &mut Vec<ReasonPath>,
    ) -> Self {
        let mut of = |amount: &camt::Amount| minor(amount, paid, path, wrong);
        let due = amounts.due.as_ref().and_then(&mut of);
        let remitted = amounts.remitted.as_ref().and_then(&mut of);
        let credited = amounts.credited.as_ref().and_then(&mut of);
        let discounts: Vec<i64> =
            amounts.discounts.iter().filter_map(|it| of(&it.amount())).collect();
        let mut deductions: Vec<i64> = credited.into_iter().collect();
        let mut reasons: Vec<&str> = Vec::new();
        if credited.is_some() {
            reasons.push("credit note");
        }
        // An adjustment that is a debit adds to what is paid.
        for adjustment in amounts.adjustments.iter().filter(|it| it.side != Side::Debit) {
            deductions.extend(of(&adjustment.amount));
            let said = [&*adjustment.reason, &*adjustment.words];
            reasons.extend(said.into_iter().filter(|text| !text.is_empty()));
        }
        let [discount, deduction] =
            [discounts, deductions].map(|amounts| total(&amounts, path, wrong));
        let reason = reasons.join(" ").chars().take(200).collect::<String>();
        let reason = Some(reason).filter(|_| deduction > 0);
        let reason = reason.map(|it| if it.is_empty() { "adjustment".to_owned() } else { it });
        Self { due, discount, credited, deduction, reason, remitted }
    }

    /// The rest of the amount due, where that is said and no amount paid.
    fn left(&self) -> Option<i64> {
        let left = self.due?.checked_sub(self.discount)?.checked_sub(self.deduction)?;
        Some(left).filter(|left| *left >= 0)
    }
}

/// The sum of amounts; 0 after saying that it is out of range.
fn total(amounts: &[i64], path: &str, wrong: &mut Vec<ReasonPath>) -> i64 {
    let sum = amounts.iter().try_fold(0_i64, |sum, amount| sum.checked_add(*amount));
    sum.unwrap_or_else(|| {
        let (path, text) = (format!("{path}.RfrdDocAmt"), "a sum is beyond 18 digits");
        wrong.push(ReasonPath::at(path, Reason::InvalidValue, text));
        0
    })
}

fn minor(
    amount: &camt::Amount,
    paid: Money,
    path: &str,
    wrong: &mut Vec<ReasonPath>,
) -> Option<i64> {
    if amount.currency != paid.currency.as_str() {
        return None;
    }
    let money = amount.value.parse::<Amount>().map_err(|error| error.to_string());
    let money = money.and_then(|it| it.not_negative().map_err(|error| error.to_string()));
    let money = money.and_then(|it| Money::of(it, paid.currency).map_err(|it| it.to_string()));
    match money {
        Ok(money) => Some(money.minor),
        Err(error) => {
            let path = format!("{path}.RfrdDocAmt");
            wrong.push(ReasonPath::at(path, Reason::InvalidValue, error));
            None
        }
    }
}
