//! What stands on a customer's statement: every document once, with how much more is owed by it.
//!
//! Where cash goes does not change what is owed: a payment counts when it comes in, applied or not.
//! So the sum over a customer's lines is its open items less its unapplied cash.

use contracts::{Currency, CustomerId, InvoiceNumber, ids::derived, question::StatementKind};
use jiff::{Timestamp, civil::Date};
use mesh::text_column;

use super::{
    Desk, Set,
    cash::Cash,
    figures::{Stop, sub},
    item::{Item, Taken},
    period::open_day,
};

/// One document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Which, such as `invoice/INV-1` or `payment/bank/CHK-1`.
    pub document: String,
    /// On whose statement; none while nobody knows.
    pub customer_id: Option<CustomerId>,
    /// The currency.
    pub currency: Currency,
    /// The day it counts.
    pub date: Date,
    /// When it was recorded: the order within a day.
    pub recorded_at: Timestamp,
    /// What it is.
    pub kind: Kind,
    /// What people call it.
    pub reference: String,
    /// How much more is owed by it, in minor units.
    pub amount: i64,
}

/// What a document is, as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind(pub StatementKind);

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::str::FromStr for Kind {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("`{text}` stands on no statement"))
    }
}

text_column!(Kind);
mesh::row!(Line in "statement_lines" by (document: String) {
    document, customer_id, currency, date, recorded_at, kind, reference, amount
});

/// The document of a payment's own line.
#[must_use]
pub fn of_payment(payment: &str) -> String {
    format!("payment/{payment}")
}

/// A document of a customer that has just been decided on.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its key.
    pub document: String,
    /// What it is.
    pub kind: StatementKind,
    /// The day it counts.
    pub date: Date,
    /// What people call it.
    pub reference: String,
    /// How much more is owed by it, in minor units.
    pub amount: i64,
}

/// Puts a document of a payment's customer on the statement. What changes nothing is left out.
pub fn of_cash(set: &mut Set, cash: &Cash, document: Document, desk: &Desk<'_>) {
    put(set, cash.customer_id.clone(), cash.currency, document, desk);
}

/// Puts a document about an item on its customer's statement.
pub fn of_item(set: &mut Set, item: &Item, document: Document, desk: &Desk<'_>) {
    put(set, Some(item.customer_id.clone()), item.currency, document, desk);
}

fn put(
    set: &mut Set,
    customer_id: Option<CustomerId>,
    currency: Currency,
    document: Document,
    desk: &Desk<'_>,
) {
    let Document { document, kind, date, reference, amount } = document;
    if amount == 0 {
        return;
    }
    // As its entry is dated (I13). An invoice or a credit memo of a closed day may be heard of later.
    let (date, _) = open_day(set, date);
    let (kind, recorded_at) = (Kind(kind), desk.context.now);
    set.statement.put(Line {
        document,
        customer_id,
        currency,
        date,
        recorded_at,
        kind,
        reference,
        amount,
    });
}

/// The discounts that a payment earns now, one line for each invoice.
///
/// # Errors
/// When an amount does not fit.
pub fn discounts<'a>(
    set: &mut Set,
    cash: &Cash,
    earned: impl Iterator<Item = (&'a InvoiceNumber, i64)>,
    date: Date,
    desk: &Desk<'_>,
) -> Result<(), Stop> {
    for (number, discount) in earned {
        let document = Document {
            document: format!("discount/{}", derived(&[&cash.payment, number.as_str()])),
            kind: StatementKind::Discount,
            date,
            reference: number.to_string(),
            amount: sub(0, discount)?,
        };
        of_cash(set, cash, document, desk);
    }
    Ok(())
}

/// What a credit memo takes back of discounts and of what was given up (P8); below zero, what it
/// gives back.
pub fn taken_back(
    set: &mut Set,
    credit: &Cash,
    item: &Item,
    back: Taken,
    date: Date,
    desk: &Desk<'_>,
) {
    let number = item.invoice_number.as_str();
    let time = credit.entries.to_string();
    for (kind, amount) in
        [(StatementKind::Discount, back.discount), (StatementKind::WriteOff, back.given_up)]
    {
        let document = Document {
            document: format!("{kind}-back/{}", derived(&[&credit.payment, number, &time])),
            kind,
            date,
            reference: number.to_owned(),
            amount,
        };
        of_item(set, item, document, desk);
    }
}

/// It is known now whose payment it is: what stands of it goes on that customer's statement.
pub fn belongs(set: &mut Set, payment: &str, customer: &CustomerId) {
    if let Some(line) = set.statement.get_mut(&of_payment(payment)) {
        line.customer_id = Some(customer.clone());
    }
}
