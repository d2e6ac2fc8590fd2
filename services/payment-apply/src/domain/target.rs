//! What a line of a remittance names: items to pay, nothing yet, or something that is not to be
//! paid with this cash (P6, P7).

use contracts::{Currency, CustomerId, InvoiceNumber, PoNumber, Reason, document::Remittance};

use super::{Set, apply::by_due_date, cash::Cash, item::Item, remit::Line};

const OTHER_CURRENCY: &str = "is in another currency";

/// What a line leads to.
pub enum Target {
    /// Open items, in the order in which they are paid.
    Items(Vec<InvoiceNumber>),
    /// Nothing that is billed yet (P7).
    Unknown,
    /// Something that may not be paid with this, and why.
    Not(Reason, &'static str),
}

/// Who pays, where the bank does not know: the customer of the first invoice that the remittance
/// names, or of its PO where only one customer has it. A line that is refused says nothing: its
/// invoice does not bill the PO beside it, or is in another currency (P6).
pub fn told_by(set: &Set, remittance: &[Remittance], currency: Currency) -> Option<CustomerId> {
    remittance.iter().find_map(|line| match (&line.invoice_number, &line.po_number) {
        (Some(number), po_number) => {
            let item = set.items.get(number)?;
            let tells = item.tells_payer(po_number.as_ref(), currency);
            tells.then(|| item.customer_id.clone())
        }
        (None, Some(po_number)) => only_customer(set, po_number, currency),
        (None, None) => None,
    })
}

fn only_customer(set: &Set, po_number: &PoNumber, currency: Currency) -> Option<CustomerId> {
    let of_po = || set.items.iter().filter(|item| item.po_number.as_ref() == Some(po_number));
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

/// What a line leads to.
pub fn target(set: &Set, cash: &Cash, line: &Line) -> Target {
    if let Some(number) = &line.invoice_number {
        return match set.items.get(number) {
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
    let of_po = |item: &&Item| {
        item.po_number.as_ref() == Some(po_number)
            && cash.customer_id.as_ref() == Some(&item.customer_id)
    };
    let billed: Vec<&Item> = set.items.iter().filter(of_po).collect();
    if billed.is_empty() {
        return Target::Unknown;
    }
    let payable = |item: &&Item| item.currency == cash.currency;
    let payable: Vec<&Item> = billed.into_iter().filter(payable).collect();
    if payable.is_empty() {
        return Target::Not(Reason::WrongCurrency, OTHER_CURRENCY);
    }
    let open = payable.into_iter().filter(|item| item.open_amount > 0);
    Target::Items(by_due_date(open))
}

/// Rule P6, and an invoice of which nothing is open.
fn refusal(cash: &Cash, item: &Item, line: &Line) -> Option<(Reason, &'static str)> {
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
