//! The books of payment-apply, page by page, for the operator's reconciliation: invoices, then
//! payments, then what the journal says.

use contracts::{
    Currency,
    money::Sum,
    question::{
        AccountTotal, PaymentBooks, PaymentBooksRequest, PaymentJournalRequest, PaymentsInvoice,
        PaymentsPayment, Question,
    },
};
use mesh::{
    Asker, DatabaseConnection, QuestionError,
    books::{self, Page, rows_after},
    row,
};
use serde_json::Value;

use crate::domain::{cash::Cash, figures::joined, item::Item};

/// The question's name.
pub const QUESTION: &str = PaymentBooksRequest::NAME;
/// The name of the question for the journal.
pub const JOURNAL: &str = PaymentJournalRequest::NAME;
/// A page of invoices begins behind `invoice` and its place.
const INVOICE: &str = "invoice";
/// A page of payments begins behind `payment` and its place; the first has none.
const PAYMENT: &str = "payment";

/// What was ever booked to an account in a currency: sums that 64 bits may not hold, in two parts
/// each (D2).
#[derive(Debug, Clone)]
struct Total {
    account: String,
    currency: Currency,
    debit_high: i64,
    debit_low: i64,
    credit_high: i64,
    credit_low: i64,
}

mesh::row!(Total in "journal_totals" by (account: String, currency: Currency) {
    account, currency, debit_high, debit_low, credit_high, credit_low
});

/// A page of the journal.
pub async fn journal(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    books::journal::answer::<PaymentJournalRequest>(db, asker, request).await
}

/// One page: invoices first, then payments, and on the last page the accounts.
pub async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let PaymentBooksRequest { after, limit } = books::request(asker, request)?;
    let after = after.as_deref().unwrap_or_default();
    if let Some(place) = books::within(after, PAYMENT) {
        let page: Page<Cash> = rows_after(db, place, limit).await?;
        let accounts = if page.next.is_none() { totals(db).await? } else { Vec::new() };
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

async fn totals(db: &DatabaseConnection) -> Result<Vec<AccountTotal>, QuestionError> {
    let totals: Vec<Total> = row::fetch(db, &row::select::<Total>()).await?;
    let total = |it: Total| {
        let account = it.account.parse().map_err(|_| QuestionError {
            code: 500,
            message: format!("there is no account {}", it.account),
        })?;
        let currency = it.currency;
        let amount = |high, low| Sum::new(joined(high, low), currency).amount();
        Ok(AccountTotal {
            account,
            currency,
            debit: amount(it.debit_high, it.debit_low),
            credit: amount(it.credit_high, it.credit_low),
        })
    };
    totals.into_iter().map(total).collect()
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
