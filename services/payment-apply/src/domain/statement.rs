//! A customer's statement: every document once, with the increase of what is owed by it.
//!
//! Where cash goes does not change what is owed: a payment counts when it comes in, applied or not.
//! So the sum over a customer's lines is its open items less its unapplied cash.

use contracts::{Currency, CustomerId, InvoiceNumber, ids::derived, question::StatementKind};
use jiff::civil::Date;
use mesh::Halt;

use super::{
    cash::Cash,
    checked::neg,
    decision_context::DecisionContext,
    item::{Item, Taken},
    period::open_day,
    statement_line::{Kind, StatementLine},
};
use crate::unit_of_work::UnitOfWork;

/// The document of a payment's own line.
pub fn of_payment(payment: &str) -> String {
    format!("payment/{payment}")
}

/// A document of a customer that has just been decided on.
#[derive(Debug, Clone)]
pub struct Document {
    /// The key of the document.
    pub document: String,
    pub kind: StatementKind,
    /// The day on which it counts.
    pub date: Date,
    /// The name that people use.
    pub reference: String,
    /// The increase of what is owed, in minor units.
    pub amount: i64,
}

/// Puts a document of a payment's customer on the statement.
pub fn of_cash(
    work: &mut UnitOfWork,
    cash: &Cash,
    document: Document,
    context: &DecisionContext<'_>,
) {
    put(work, cash.customer_id.clone(), cash.currency, document, context);
}

/// Puts a document about an item on its customer's statement.
pub fn of_item(
    work: &mut UnitOfWork,
    item: &Item,
    document: Document,
    context: &DecisionContext<'_>,
) {
    put(work, Some(item.customer_id.clone()), item.currency, document, context);
}

/// A document that changes nothing is left out. The others are dated as their entry is (rule I13): an
/// invoice or a credit memo of a closed day may be heard of later.
fn put(
    work: &mut UnitOfWork,
    customer_id: Option<CustomerId>,
    currency: Currency,
    document: Document,
    context: &DecisionContext<'_>,
) {
    let Document { document, kind, date, reference, amount } = document;
    if amount == 0 {
        return;
    }
    let (date, _) = open_day(&work.periods, date);
    work.statement.put(StatementLine {
        document,
        customer_id,
        currency,
        date,
        recorded_at: context.mesh.now,
        kind: Kind(kind),
        reference,
        amount,
    });
}

/// Puts the discounts that a payment earns now on the statement, one line for each invoice.
pub fn discounts<'a>(
    work: &mut UnitOfWork,
    cash: &Cash,
    earned: impl Iterator<Item = (&'a InvoiceNumber, i64)>,
    date: Date,
    context: &DecisionContext<'_>,
) -> Result<(), Halt> {
    for (number, discount) in earned {
        let document = Document {
            document: format!("discount/{}", derived(&[&cash.payment, number.as_str()])),
            kind: StatementKind::Discount,
            date,
            reference: number.to_string(),
            amount: neg(discount)?,
        };
        of_cash(work, cash, document, context);
    }
    Ok(())
}

/// Puts the discounts and write-offs that a credit memo takes back on the statement (rule P8); below
/// zero, those that it gives back.
pub fn taken_back(
    work: &mut UnitOfWork,
    credit: &Cash,
    item: &Item,
    back: Taken,
    date: Date,
    context: &DecisionContext<'_>,
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
        of_item(work, item, document, context);
    }
}

/// Puts the line of a payment on the statement of the customer who is now known to have paid.
pub fn belongs(work: &mut UnitOfWork, payment: &str, customer: &CustomerId) {
    if let Some(line) = work.statement.get_mut(&of_payment(payment)) {
        line.customer_id = Some(customer.clone());
    }
}
