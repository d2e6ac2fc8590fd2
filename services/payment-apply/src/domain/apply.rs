//! The one place where cash is put to items: payment, item and application change together.

use contracts::{
    Currency, CustomerId, InvoiceNumber, PoNumber,
    document::LedgerAccount::{Discounts, Receivable, UnappliedCash},
};
use jiff::civil::Date;
use mesh::{Halt, column::Cell};

use super::{
    cash::{Application, Cash, Issue},
    checked::{add, sub, total},
    item::{IS_OPEN, Item, Taken},
    journal::{Side, side},
    statement,
};
use crate::unit_of_work::UnitOfWork;

/// The deeds of one decision with one payment.
#[derive(Debug, Default)]
pub struct Step {
    /// The items that it pays now.
    pub lines: Vec<(InvoiceNumber, Taken)>,
    /// The items that it settles.
    pub settled: Vec<InvoiceNumber>,
    pub issues: Vec<Issue>,
    pub deductions: Vec<Deduction>,
}

/// The part of an invoice that a payer keeps back (rule P5), or takes as a discount and has not earned
/// (rule P4).
#[derive(Debug)]
pub struct Deduction {
    pub invoice_number: InvoiceNumber,
    pub amount: i64,
    /// The payer's words, where there are any.
    pub reason: String,
}

impl Step {
    /// The cash put to items.
    pub fn amount(&self) -> i128 {
        total(self.lines.iter().map(|(_, taken)| taken.amount))
    }

    /// The discounts that it earns: more together than one amount may be (rule D2).
    pub fn discount(&self) -> i128 {
        total(self.lines.iter().map(|(_, taken)| taken.discount))
    }

    /// The sides of the entry for cash that was unapplied before.
    pub fn sides(&self) -> Vec<Side> {
        let (amount, discount) = (self.amount(), self.discount());
        vec![
            side(UnappliedCash, amount),
            side(Discounts, discount),
            side(Receivable, -(amount + discount)),
        ]
    }

    /// The last day of issue of what was paid: cash cannot pay earlier than the invoice stands.
    pub fn date(&self, work: &UnitOfWork, not_before: Date) -> Date {
        let issued = self.lines.iter().filter_map(|(number, _)| work.items.get(number));
        issued.map(|item| item.issue_date).chain([not_before]).max().unwrap_or(not_before)
    }
}

/// The payment, which must be there.
pub fn cash<'a>(work: &'a UnitOfWork, payment: &str) -> Result<&'a Cash, Halt> {
    work.payments.get(&payment.to_owned()).ok_or_else(|| Halt::broken("a payment is missing"))
}

/// The payment, to be changed.
pub fn cash_mut<'a>(work: &'a mut UnitOfWork, payment: &str) -> Result<&'a mut Cash, Halt> {
    work.payments.get_mut(&payment.to_owned()).ok_or_else(|| Halt::broken("a payment is missing"))
}

/// The item, which must be there.
pub fn item<'a>(work: &'a UnitOfWork, number: &InvoiceNumber) -> Result<&'a Item, Halt> {
    work.items.get(number).ok_or_else(|| Halt::broken("an open item is missing"))
}

/// The item, to be changed.
pub fn item_mut<'a>(
    work: &'a mut UnitOfWork,
    number: &InvoiceNumber,
) -> Result<&'a mut Item, Halt> {
    work.items.get_mut(number).ok_or_else(|| Halt::broken("an open item is missing"))
}

/// Lets at most `most` of the payment's unapplied cash pay an item, and returns what it took (rules P2
/// to P4).
pub fn pay(
    work: &mut UnitOfWork,
    payment: &str,
    number: &InvoiceNumber,
    most: i64,
    step: &mut Step,
) -> Result<Taken, Halt> {
    let (left, received_on) = cash(work, payment).map(|cash| (cash.unapplied, cash.received_on))?;
    let taken = item(work, number)?.take(most.min(left), received_on)?;
    if taken.is_nothing() {
        return Ok(taken);
    }
    shift(work, payment, number, taken)?;
    step.lines.push((number.clone(), taken));
    if item(work, number)?.open_amount == 0 {
        step.settled.push(number.clone());
    }
    used_up(work, payment)?;
    Ok(taken)
}

/// Ends the waiting and the search for what a payment is for, once nothing of it is unapplied.
pub fn used_up(work: &mut UnitOfWork, payment: &str) -> Result<(), Halt> {
    if cash(work, payment)?.unapplied != 0 {
        return Ok(());
    }
    cash_mut(work, payment)?.issues.0.retain(Issue::is_about_the_invoice);
    forget(work, payment);
    Ok(())
}

/// Takes away the lines of a payment that wait.
pub fn forget(work: &mut UnitOfWork, payment: &str) {
    let of_payment = work.waiting.from((payment.to_owned(), 0));
    let keys: Vec<_> = of_payment.map(|line| (line.payment.clone(), line.line)).collect();
    keys.iter().for_each(|key| work.waiting.remove(key));
}

/// Records the customer who is now known to have paid.
pub fn belongs(work: &mut UnitOfWork, payment: &str, customer: &CustomerId) -> Result<(), Halt> {
    cash_mut(work, payment)?.customer_id = Some(customer.clone());
    statement::belongs(work, payment, customer);
    Ok(())
}

/// Moves cash from unapplied to an item with what comes with it, or back where that is below zero.
pub fn shift(
    work: &mut UnitOfWork,
    payment: &str,
    number: &InvoiceNumber,
    taken: Taken,
) -> Result<(), Halt> {
    item_mut(work, number)?.settle(taken)?;
    let cash = cash_mut(work, payment)?;
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
    let application = work.applications.get_or_put(&key, new);
    let Taken { amount, discount, given_up } = application.taken().plus(taken)?;
    application.amount = amount;
    application.discount = discount;
    application.given_up = given_up;
    if application.taken().is_nothing() {
        work.applications.remove(&key);
    }
    Ok(())
}

/// The items that a payment pays, with its part of each.
pub fn applications<'a>(
    work: &'a UnitOfWork,
    payment: &str,
) -> impl Iterator<Item = &'a Application> {
    // Rows are found by their key's order; no invoice number comes before this one.
    let first = InvoiceNumber::new("!").expect("a number of one character");
    work.applications.from((payment.to_owned(), first))
}

/// The open items of a customer in a currency.
pub fn open_items<'a>(
    work: &'a UnitOfWork,
    customer: &'a CustomerId,
    currency: Currency,
) -> impl Iterator<Item = &'a Item> {
    let of_customer = [("customer_id", customer.value()), (IS_OPEN, true.value())];
    let is_wanted = move |item: &Item| {
        item.is_open() && item.customer_id == *customer && item.currency == currency
    };
    work.items.filtered(of_customer, is_wanted)
}

/// The items that bill an order.
pub fn items_of_po<'a>(
    work: &'a UnitOfWork,
    po_number: &'a PoNumber,
) -> impl Iterator<Item = &'a Item> {
    let of_po = move |item: &Item| item.po_number.as_ref() == Some(po_number);
    work.items.filtered([("po_number", po_number.value())], of_po)
}

/// Items by due date, then by number.
pub fn by_due_date<'a>(items: impl Iterator<Item = &'a Item>) -> Vec<InvoiceNumber> {
    let mut items: Vec<&Item> = items.collect();
    items.sort_by(|a, b| (a.due_date, &a.invoice_number).cmp(&(b.due_date, &b.invoice_number)));
    items.into_iter().map(|item| item.invoice_number.clone()).collect()
}

/// Notes a finding with the payment and in the step.
pub fn raise(
    work: &mut UnitOfWork,
    payment: &str,
    step: &mut Step,
    issue: Issue,
) -> Result<(), Halt> {
    let cash = cash_mut(work, payment)?;
    if !cash.issues.contains(&issue) {
        cash.issues.0.push(issue.clone());
    }
    step.issues.push(issue);
    Ok(())
}

/// Drops what was said of a reference before its cash was put to it.
pub fn answered(work: &mut UnitOfWork, payment: &str, reference: &str) -> Result<(), Halt> {
    let stale = |issue: &Issue| {
        !issue.is_about_the_invoice() && issue.reference.as_deref() == Some(reference)
    };
    cash_mut(work, payment)?.issues.0.retain(|issue| !stale(issue));
    Ok(())
}
