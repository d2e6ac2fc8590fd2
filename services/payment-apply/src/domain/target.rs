//! The target of a line of a remittance: items to pay, nothing yet, or something that is not to be
//! paid with this cash (rules P6 and P7).

use contracts::{Currency, CustomerId, InvoiceNumber, PoNumber, Reason, document::Remittance};

use super::{
    apply::{by_due_date, items_of_po},
    cash::Cash,
    item::Item,
    remittance_line::RemittanceLine,
};
use crate::unit_of_work::UnitOfWork;

const OTHER_CURRENCY: &str = "is in another currency";

pub enum Target {
    /// Open items, in the order in which they are paid.
    Items(Vec<InvoiceNumber>),
    /// Nothing that is billed yet (rule P7).
    Unknown,
    /// Something that may not be paid with this, with the reason.
    Not(Reason, &'static str),
}

/// The payer, where the bank does not know: the customer of the first invoice that the remittance
/// names, or of its PO where only one customer has it. A line that is refused says nothing: its
/// invoice does not bill the PO beside it, or is in another currency (rule P6).
pub fn told_by(
    work: &UnitOfWork,
    remittance: &[Remittance],
    currency: Currency,
) -> Option<CustomerId> {
    remittance.iter().find_map(|line| match (&line.invoice_number, &line.po_number) {
        (Some(number), po_number) => {
            let item = work.items.get(number)?;
            let tells = item.tells_payer(po_number.as_ref(), currency);
            tells.then(|| item.customer_id.clone())
        }
        (None, Some(po_number)) => only_customer(work, po_number, currency),
        (None, None) => None,
    })
}

fn only_customer(
    work: &UnitOfWork,
    po_number: &PoNumber,
    currency: Currency,
) -> Option<CustomerId> {
    let of_po = || items_of_po(work, po_number);
    if of_po().all(|item| item.currency != currency) {
        return None;
    }
    let mut customers: Vec<_> = of_po().map(|item| &item.customer_id).collect();
    customers.dedup();
    match customers.as_slice() {
        [only] => Some((*only).clone()),
        _ => None,
    }
}

pub fn target(work: &UnitOfWork, cash: &Cash, line: &RemittanceLine) -> Target {
    if let Some(number) = &line.invoice_number {
        return match work.items.get(number) {
            None => Target::Unknown,
            Some(item) => match refusal(cash, item, line) {
                Some((reason, why)) => Target::Not(reason, why),
                None => Target::Items(vec![number.clone()]),
            },
        };
    }
    let Some(po_number) = &line.po_number else {
        return Target::Not(Reason::NoRemittance, "says nothing of what is paid");
    };
    let of_payer = |item: &&Item| cash.customer_id.as_ref() == Some(&item.customer_id);
    let billed: Vec<&Item> = items_of_po(work, po_number).filter(of_payer).collect();
    if billed.is_empty() {
        return Target::Unknown;
    }
    let payable = |item: &&Item| item.currency == cash.currency;
    let payable: Vec<&Item> = billed.into_iter().filter(payable).collect();
    if payable.is_empty() {
        return Target::Not(Reason::WrongCurrency, OTHER_CURRENCY);
    }
    let open = payable.into_iter().filter(|item| item.is_open());
    Target::Items(by_due_date(open))
}

/// Refuses what rule P6 forbids, and an invoice of which nothing is open.
fn refusal(cash: &Cash, item: &Item, line: &RemittanceLine) -> Option<(Reason, &'static str)> {
    if cash.customer_id.as_ref().is_some_and(|customer| *customer != item.customer_id) {
        return Some((Reason::OtherCustomersInvoice, "is another customer's"));
    }
    if cash.currency != item.currency {
        return Some((Reason::WrongCurrency, OTHER_CURRENCY));
    }
    if !item.bills(line.po_number.as_ref()) {
        return Some((Reason::OtherOrdersInvoice, "does not bill the PO that is named with it"));
    }
    (item.open_amount == 0).then_some((Reason::InvoiceSettled, "is paid already"))
}
