//! The one place where cash is put to items: payment, item and application change together.

use contracts::{
    CustomerId, InvoiceNumber,
    document::LedgerAccount::{Discounts, Receivable, UnappliedCash},
};
use jiff::civil::Date;

use super::{
    Set,
    cash::{Application, Cash, Issue},
    figures::{Stop, add, sub, total},
    item::{Item, Taken},
    journal::{Side, side},
    statement,
};

/// What one decision did with one payment.
#[derive(Debug, Default)]
pub struct Step {
    /// What it pays now.
    pub lines: Vec<(InvoiceNumber, Taken)>,
    /// What was settled by it.
    pub settled: Vec<InvoiceNumber>,
    /// What somebody has to look at now.
    pub issues: Vec<Issue>,
    /// What payers keep back, with a reason or as a discount that is not earned.
    pub deductions: Vec<Deduction>,
}

/// What a payer keeps back of an invoice (P5), or takes as a discount and has not earned (P4).
#[derive(Debug)]
pub struct Deduction {
    /// The invoice.
    pub invoice_number: InvoiceNumber,
    /// How much, as the payer says.
    pub amount: i64,
    /// Why, in the payer's words where there are any.
    pub reason: String,
}

impl Step {
    /// The cash put to items.
    #[must_use]
    pub fn amount(&self) -> i128 {
        total(self.lines.iter().map(|(_, taken)| taken.amount))
    }

    /// The discounts that it earns: more together than one amount may be (D2).
    #[must_use]
    pub fn discount(&self) -> i128 {
        total(self.lines.iter().map(|(_, taken)| taken.discount))
    }

    /// The journal's lines for cash that was unapplied before.
    #[must_use]
    pub fn bookings(&self) -> Vec<Side> {
        let (amount, discount) = (self.amount(), self.discount());
        vec![
            side(UnappliedCash, amount),
            side(Discounts, discount),
            side(Receivable, -(amount + discount)),
        ]
    }

    /// The last day of issue of what was paid: cash can not pay earlier than the invoice stands.
    #[must_use]
    pub fn date(&self, set: &Set, not_before: Date) -> Date {
        let issued = self.lines.iter().filter_map(|(number, _)| set.items.get(number));
        issued.map(|item| item.issue_date).chain([not_before]).max().unwrap_or(not_before)
    }
}

/// The payment, which must be there.
///
/// # Errors
/// When it is not: a defect.
pub fn cash<'a>(set: &'a Set, payment: &str) -> Result<&'a Cash, Stop> {
    set.payments.get(&payment.to_owned()).ok_or(Stop::Broken("a payment is missing"))
}

/// The payment, to be changed.
///
/// # Errors
/// As [`cash`].
pub fn cash_mut<'a>(set: &'a mut Set, payment: &str) -> Result<&'a mut Cash, Stop> {
    set.payments.get_mut(&payment.to_owned()).ok_or(Stop::Broken("a payment is missing"))
}

/// The item, which must be there.
///
/// # Errors
/// When it is not: a defect.
pub fn item<'a>(set: &'a Set, number: &InvoiceNumber) -> Result<&'a Item, Stop> {
    set.items.get(number).ok_or(Stop::Broken("an open item is missing"))
}

/// The item, to be changed.
///
/// # Errors
/// As [`item`].
pub fn item_mut<'a>(set: &'a mut Set, number: &InvoiceNumber) -> Result<&'a mut Item, Stop> {
    set.items.get_mut(number).ok_or(Stop::Broken("an open item is missing"))
}

/// Lets at most `most` of the payment's unapplied cash pay an item (P2 to P4). Says what it took.
///
/// # Errors
/// When the amounts do not fit.
pub fn pay(
    set: &mut Set,
    payment: &str,
    number: &InvoiceNumber,
    most: i64,
    step: &mut Step,
) -> Result<Taken, Stop> {
    let (left, received_on) = cash(set, payment).map(|cash| (cash.unapplied, cash.received_on))?;
    let taken = item(set, number)?.take(most.min(left), received_on);
    if taken.is_nothing() {
        return Ok(taken);
    }
    shift(set, payment, number, taken)?;
    step.lines.push((number.clone(), taken));
    if item(set, number)?.open_amount == 0 {
        step.settled.push(number.clone());
    }
    used_up(set, payment)?;
    Ok(taken)
}

/// Where nothing of a payment is unapplied any more, nothing of it waits, and nobody has to look for
/// what it is for.
///
/// # Errors
/// When the payment is missing.
pub fn used_up(set: &mut Set, payment: &str) -> Result<(), Stop> {
    if cash(set, payment)?.unapplied != 0 {
        return Ok(());
    }
    cash_mut(set, payment)?.issues.0.retain(Issue::is_about_the_invoice);
    forget(set, payment);
    Ok(())
}

/// Takes away the lines of a payment that wait.
pub fn forget(set: &mut Set, payment: &str) {
    let of_payment = set.waiting.range((payment.to_owned(), 0)..);
    let of_payment = of_payment.take_while(|line| line.payment == payment);
    let keys: Vec<_> = of_payment.map(|line| (line.payment.clone(), line.line)).collect();
    keys.iter().for_each(|key| set.waiting.remove(key));
}

/// It is known now whose payment it is.
///
/// # Errors
/// When the payment is missing.
pub fn belongs(set: &mut Set, payment: &str, customer: &CustomerId) -> Result<(), Stop> {
    cash_mut(set, payment)?.customer_id = Some(customer.clone());
    statement::belongs(set, payment, customer);
    Ok(())
}

/// Moves cash from unapplied to an item with what comes with it, or back where that is below zero.
///
/// # Errors
/// When the amounts do not fit.
pub fn shift(
    set: &mut Set,
    payment: &str,
    number: &InvoiceNumber,
    taken: Taken,
) -> Result<(), Stop> {
    item_mut(set, number)?.settle(taken)?;
    let cash = cash_mut(set, payment)?;
    cash.applied = add(cash.applied, taken.amount)?;
    cash.unapplied = sub(cash.unapplied, taken.amount)?;
    let key = (payment.to_owned(), number.clone());
    let new = || Application {
        payment: payment.to_owned(),
        invoice_number: number.clone(),
        amount: 0,
        discount: 0,
        given_up: 0,
    };
    let application = set.applications.get_or_put(&key, new);
    let Taken { amount, discount, given_up } = application.taken().plus(taken)?;
    application.amount = amount;
    application.discount = discount;
    application.given_up = given_up;
    if application.taken().is_nothing() {
        set.applications.remove(&key);
    }
    Ok(())
}

/// What a payment pays, by item.
pub fn applications<'a>(set: &'a Set, payment: &str) -> impl Iterator<Item = &'a Application> {
    // Rows are found by their key's order; no invoice number comes before this one.
    let first = InvoiceNumber::new("!").expect("a number of one character");
    let payment = payment.to_owned();
    let of_payment = set.applications.range((payment.clone(), first)..);
    of_payment.take_while(move |application| application.payment == payment)
}

/// The open items of a customer in a currency, oldest due first.
pub fn oldest_due_first(set: &Set, customer: &CustomerId, like: &Cash) -> Vec<InvoiceNumber> {
    let open = |item: &&Item| {
        item.open_amount > 0 && item.customer_id == *customer && item.currency == like.currency
    };
    by_due_date(set.items.iter().filter(open))
}

/// Items by due date, then by number.
pub fn by_due_date<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<InvoiceNumber> {
    let mut items: Vec<&Item> = items.collect();
    items.sort_by(|a, b| (a.due_date, &a.invoice_number).cmp(&(b.due_date, &b.invoice_number)));
    items.into_iter().map(|item| item.invoice_number.clone()).collect()
}

/// Notes something that somebody has to look at, with the payment and in the step.
///
/// # Errors
/// When the payment is missing.
pub fn raise(set: &mut Set, payment: &str, step: &mut Step, issue: Issue) -> Result<(), Stop> {
    let cash = cash_mut(set, payment)?;
    if !cash.issues.contains(&issue) {
        cash.issues.0.push(issue.clone());
    }
    step.issues.push(issue);
    Ok(())
}

/// What a remittance line names is known, and its cash put to it: what was said of it before is no
/// longer so.
///
/// # Errors
/// When the payment is missing.
pub fn answered(set: &mut Set, payment: &str, reference: &str) -> Result<(), Stop> {
    let stale = |issue: &Issue| {
        !issue.is_about_the_invoice() && issue.reference.as_deref() == Some(reference)
    };
    cash_mut(set, payment)?.issues.0.retain(|issue| !stale(issue));
    Ok(())
}
