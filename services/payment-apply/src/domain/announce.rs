//! Events of cash and receivables, for every service that follows them.

use std::collections::BTreeSet;

use contracts::{
    InvoiceNumber,
    event::{
        AppliedLine, DeductedLine, PaymentApplied, ReceivableReopened, ReceivableSettled,
        ReceivableWrittenOff,
    },
};
use mesh::Outputs;

use super::{
    Set,
    apply::Deduction,
    cash::Cash,
    item::{Item, Taken},
};

/// Rule P5: what payers keep back, and what is open of the invoice after that.
fn deducted(set: &Set, deductions: &[Deduction]) -> Vec<DeductedLine> {
    let line = |it: &Deduction| {
        let item = set.items.get(&it.invoice_number)?;
        Some(DeductedLine {
            invoice_number: it.invoice_number.clone(),
            order_id: item.order_id?,
            amount: item.amount(it.amount),
            open_amount: item.amount(item.open_amount),
            reason: it.reason.clone(),
        })
    };
    deductions.iter().filter_map(line).collect()
}

/// What cash pays now, and what its payer keeps back.
pub fn pays(
    set: &Set,
    cash: &Cash,
    now: &[(InvoiceNumber, Taken)],
    deductions: &[Deduction],
    outputs: &mut Outputs,
) {
    outputs.event(&PaymentApplied {
        payment: cash.payment.clone(),
        bank: cash.bank.clone(),
        payment_id: cash.payment_id.clone(),
        customer_id: cash.customer_id.clone(),
        currency: cash.currency,
        applied: lines(set, cash, now.iter().map(|(number, taken)| (number, *taken))),
        unapplied_amount: cash.amount_of(cash.unapplied),
        deductions: deducted(set, deductions),
    });
}

/// Names the order of the invoices, where they are of one.
pub fn about(set: &Set, lines: &[(InvoiceNumber, Taken)], outputs: &mut Outputs) {
    let items = lines.iter().filter_map(|(number, _)| set.items.get(number));
    let orders: BTreeSet<_> = items.filter_map(|item| item.order_id).collect();
    if let (Some(order), 1) = (orders.first(), orders.len()) {
        outputs.about(*order);
    }
}

/// What is paid of invoices, as events say it; what no order stands behind is left out.
pub fn lines<'a>(
    set: &Set,
    cash: &Cash,
    taken: impl Iterator<Item = (&'a InvoiceNumber, Taken)>,
) -> Vec<AppliedLine> {
    let line = |(number, taken): (&InvoiceNumber, Taken)| {
        Some(AppliedLine {
            invoice_number: number.clone(),
            order_id: set.items.get(number)?.order_id?,
            amount: cash.amount_of(taken.amount),
            discount: cash.amount_of(taken.discount),
        })
    };
    taken.filter_map(line).collect()
}

/// Says that nothing of an invoice is open.
pub fn settled(set: &Set, number: &InvoiceNumber, outputs: &mut Outputs) {
    let Some(item) = set.items.get(number) else { return };
    let Some(order_id) = item.order_id else { return };
    outputs.event(&ReceivableSettled {
        invoice_number: number.clone(),
        order_id,
        customer_id: item.customer_id.clone(),
        currency: item.currency,
        total: item.amount(item.total),
    });
}

/// Says that so much of an item was given up; below zero, that a credit memo took it back.
pub fn given_up(item: &Item, amount: i64, outputs: &mut Outputs) {
    outputs.event(&ReceivableWrittenOff {
        invoice_number: item.invoice_number.clone(),
        order_id: item.order_id,
        customer_id: item.customer_id.clone(),
        currency: item.currency,
        amount: item.amount(amount),
        open_amount: item.amount(item.open_amount),
    });
}

/// Says that a settled invoice is open again.
pub fn reopened(set: &Set, number: &InvoiceNumber, outputs: &mut Outputs) {
    let Some(item) = set.items.get(number) else { return };
    let Some(order_id) = item.order_id else { return };
    outputs.event(&ReceivableReopened {
        invoice_number: number.clone(),
        order_id,
        customer_id: item.customer_id.clone(),
        currency: item.currency,
        open_amount: item.amount(item.open_amount),
    });
}
