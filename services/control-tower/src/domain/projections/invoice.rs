//! The facts of events of invoicing.

use contracts::event::{
    CreditMemoPosted, ExceptionKind, InvoicePosted, InvoiceReduced, InvoiceWaiting, JournalPosted,
};

use crate::domain::{
    facts::{Change, Facts},
    line::Figure,
    projection::{OfEvent, Projection},
    words,
};

pub const PROJECTIONS: &[&dyn Projection] = &[
    &OfEvent(invoice_posted),
    &OfEvent(invoice_waiting),
    &OfEvent(invoice_reduced),
    &OfEvent(credit_memo_posted),
    &OfEvent(journal_posted),
];

/// The dispatch that an invoice bills, as [`InvoiceWaiting::invoice`] names it.
pub fn dispatch(posted: &InvoicePosted) -> String {
    format!("{}/{}", posted.invoice.shipment_id, posted.invoice.confirmation_id)
}

fn invoice_posted(event: &InvoicePosted, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.invoice.po_number);
    facts.customer_id = Some(event.invoice.customer_id.clone());
    facts.invoices = 1;
    facts.name(&event.invoice_number);
    facts.changes.extend(event.invoice.lines.iter().map(|line| Change {
        line: line.line,
        sku: line.sku.clone(),
        figure: Figure::Invoiced,
        quantity: line.quantity,
    }));
    facts.settle(ExceptionKind::InvoiceWaiting, dispatch(event));
    if let Some(why) = &event.tax_fallback {
        let number = event.invoice_number.to_string();
        facts.raise(ExceptionKind::TaxFallback, number, why.clone());
    }
    let (total, currency) = (event.invoice.total, event.invoice.currency);
    let due = event.invoice.due_date;
    facts.summary = format!("{}: {total} {currency}, due {due}", event.invoice_number);
}

fn invoice_waiting(event: &InvoiceWaiting, facts: &mut Facts) {
    facts.partner = Some(event.partner.clone());
    facts.summary = format!("can not be billed yet: {}", words::code(event.reason));
    facts.raise(ExceptionKind::InvoiceWaiting, event.invoice.clone(), event.message.clone());
}

fn invoice_reduced(event: &InvoiceReduced, facts: &mut Facts) {
    facts.partner = Some(event.partner.clone());
    if event.nothing_left {
        facts.settle(ExceptionKind::InvoiceWaiting, event.invoice.clone());
    }
    let goods = words::lines(&event.lines);
    facts.summary = format!("{goods} came back before they were billed, and will not be");
}

fn credit_memo_posted(event: &CreditMemoPosted, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.credit_memo.po_number);
    let (memo, number) = (&event.credit_memo, &event.credit_memo_number);
    facts.name(number);
    let (total, currency) = (memo.total, memo.currency);
    facts.summary = format!("{number}: {total} {currency} off {}", memo.invoice_number);
}

fn journal_posted(event: &JournalPosted, facts: &mut Facts) {
    facts.summary = format!("booked {}", event.source);
}
