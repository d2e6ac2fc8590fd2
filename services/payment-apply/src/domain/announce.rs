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
    apply::Deduction,
    cash::Cash,
    item::{Item, Taken},
};
use crate::unit_of_work::UnitOfWork;

/// The parts that payers keep back, and what is open of the invoice after that (rule P5).
fn deducted(work: &UnitOfWork, deductions: &[Deduction]) -> Vec<DeductedLine> {
    let line = |it: &Deduction| {
        let item = work.items.get(&it.invoice_number)?;
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

/// Announces what cash pays now, and what its payer keeps back.
pub fn pays(
    work: &UnitOfWork,
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
        applied: lines(work, cash, now.iter().map(|(number, taken)| (number, *taken))),
        unapplied_amount: cash.amount_of(cash.unapplied),
        deductions: deducted(work, deductions),
    });
}

/// Names the order of the invoices, where they are of one.
pub fn about(work: &UnitOfWork, lines: &[(InvoiceNumber, Taken)], outputs: &mut Outputs) {
    let items = lines.iter().filter_map(|(number, _)| work.items.get(number));
    let orders: BTreeSet<_> = items.filter_map(|item| item.order_id).collect();
    if let (Some(order), 1) = (orders.first(), orders.len()) {
        outputs.about(*order);
    }
}

/// The parts paid of invoices, as events say them. Items that no order stands behind are left out.
pub fn lines<'a>(
    work: &UnitOfWork,
    cash: &Cash,
    taken: impl Iterator<Item = (&'a InvoiceNumber, Taken)>,
) -> Vec<AppliedLine> {
    let line = |(number, taken): (&InvoiceNumber, Taken)| {
        Some(AppliedLine {
            invoice_number: number.clone(),
            order_id: work.items.get(number)?.order_id?,
            amount: cash.amount_of(taken.amount),
            discount: cash.amount_of(taken.discount),
        })
    };
    taken.filter_map(line).collect()
}

/// Announces that nothing of an invoice is open.
pub fn settled(work: &UnitOfWork, number: &InvoiceNumber, outputs: &mut Outputs) {
    let Some(item) = work.items.get(number) else { return };
    let Some(order_id) = item.order_id else { return };
    outputs.event(&ReceivableSettled {
        invoice_number: number.clone(),
        order_id,
        customer_id: item.customer_id.clone(),
        currency: item.currency,
        total: item.amount(item.total),
    });
}

/// Announces that so much of an item was given up; below zero, that a credit memo took it back.
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

/// Announces that a settled invoice is open again.
pub fn reopened(work: &UnitOfWork, number: &InvoiceNumber, outputs: &mut Outputs) {
    let Some(item) = work.items.get(number) else { return };
    let Some(order_id) = item.order_id else { return };
    outputs.event(&ReceivableReopened {
        invoice_number: number.clone(),
        order_id,
        customer_id: item.customer_id.clone(),
        currency: item.currency,
        open_amount: item.amount(item.open_amount),
    });
}
