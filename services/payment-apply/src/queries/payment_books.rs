//! The books of payment-apply, page by page, for the operator's reconciliation: invoices, then
//! payments, then the sums of the journal.

use contracts::question::{
    PaymentBooks, PaymentBooksRequest, PaymentsInvoice, PaymentsPayment, Question,
};
use futures::FutureExt as _;
use mesh::{
    Asker, DatabaseConnection, Endpoint, QuestionError,
    books::{self, Page, rows_after},
};
use serde_json::Value;

use crate::{
    PaymentApply,
    domain::{cash::Cash, item::Item},
};

pub const ENDPOINT: Endpoint<PaymentApply> = Endpoint {
    question: PaymentBooksRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// A page of invoices begins behind `invoice` and its place.
const INVOICE: &str = "invoice";
/// A page of payments begins behind `payment` and its place; the first has none.
const PAYMENT: &str = "payment";

/// One page: invoices first, then payments, and on the last page the accounts.
async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let PaymentBooksRequest { after, limit } = books::request(asker, request)?;
    let after = after.as_deref().unwrap_or_default();
    if let Some(place) = books::within(after, PAYMENT) {
        let page: Page<Cash> = rows_after(db, place, limit).await?;
        let accounts = if page.next.is_none() { books::totals(db).await? } else { Vec::new() };
        return books::answer(&PaymentBooks {
            invoices: Vec::new(),
            payments: page.rows.into_iter().map(payment_row).collect(),
            accounts,
            next: page.next.map(|place| format!("{PAYMENT}{place}")),
        });
    }
    let page: Page<Item> = rows_after(db, books::behind(after, INVOICE)?, limit).await?;
    let next = page.next.map_or_else(|| PAYMENT.to_owned(), |place| format!("{INVOICE}{place}"));
    books::answer(&PaymentBooks {
        invoices: page.rows.into_iter().map(invoice_row).collect(),
        payments: Vec::new(),
        accounts: Vec::new(),
        next: Some(next),
    })
}

/// Cash owed back was never billed: against what was billed its total is nothing, and it is open
/// because more was paid out on it than came in.
fn invoice_row(item: Item) -> PaymentsInvoice {
    let billed = if item.order_id.is_some() { item.total } else { 0 };
    let paid = item.amount(item.paid - (item.total - billed));
    PaymentsInvoice {
        currency: item.currency,
        total: item.amount(billed),
        open: item.amount(item.open_amount),
        paid,
        discount: item.amount(item.discount),
        credited: item.amount(item.credited),
        written_off: item.amount(item.written_off),
        invoice_number: item.invoice_number,
    }
}

fn payment_row(cash: Cash) -> PaymentsPayment {
    PaymentsPayment {
        currency: cash.currency,
        amount: cash.amount_of(cash.amount),
        applied: cash.amount_of(cash.applied),
        unapplied: cash.amount_of(cash.unapplied),
        refunded: cash.amount_of(cash.refunded),
        reversed: cash.amount_of(cash.reversed),
        payment: cash.payment,
    }
}
