//! The books of payment-apply, page by page, for the operator's reconciliation: invoices, then
//! payments, then what the journal says.

use contracts::{
    Currency, Money,
    document::read_json,
    question::{AccountTotal, PaymentBooks, PaymentBooksRequest, PaymentsInvoice, PaymentsPayment},
};
use mesh::{
    Asker, DatabaseConnection, QuestionError,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order},
};
use serde_json::Value;

use crate::domain::{cash::Cash, item::Item};

/// The question's name.
pub const QUESTION: &str = "payment-apply-books";
/// The most rows on a page.
const MAX_ROWS: u32 = 2_000;

/// What was ever booked to an account in a currency.
#[derive(Debug, Clone)]
struct Total {
    account: String,
    currency: Currency,
    debit: i64,
    credit: i64,
}

mesh::row!(Total in "journal_totals" by (account: String, currency: Currency) {
    account, currency, debit, credit
});

/// One page: what comes after `after`, which is `invoice/<number>` or `payment/<key>`.
pub async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    if !matches!(asker, Asker::Operator) {
        return Err(QuestionError::not_found("only the operator may see the books"));
    }
    let request: PaymentBooksRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    let page = page(db, request.after.as_deref(), request.limit.clamp(1, MAX_ROWS)).await?;
    serde_json::to_value(page).map_err(|error| QuestionError::bad_request(error.to_string()))
}

async fn page(
    db: &DatabaseConnection,
    after: Option<&str>,
    limit: u32,
) -> Result<PaymentBooks, QuestionError> {
    let wrong = || QuestionError::bad_request("`after` is no `next` of an earlier page");
    let (invoice, payment) = match after.map(|after| after.split_once('/')) {
        None => (None, None),
        Some(Some(("invoice", number))) => (Some(number), None),
        Some(Some(("payment", key))) => (None, Some(key)),
        Some(_) => return Err(wrong()),
    };
    let mut items: Vec<Item> = Vec::new();
    if payment.is_none() {
        items = rows_after(db, "invoice_number", invoice, limit).await?;
    }
    let room = limit.saturating_sub(u32::try_from(items.len()).unwrap_or(limit));
    if room == 0 {
        let next = items.last().map(|item| format!("invoice/{}", item.invoice_number));
        let invoices = items.into_iter().map(invoice_row).collect();
        return Ok(PaymentBooks { invoices, payments: Vec::new(), accounts: Vec::new(), next });
    }
    let cash: Vec<Cash> = rows_after(db, "payment", payment, room).await?;
    let last = cash.last().filter(|_| cash.len() == room as usize);
    let next = last.map(|cash| format!("payment/{}", cash.payment));
    let accounts = if next.is_none() { totals(db).await? } else { Vec::new() };
    Ok(PaymentBooks {
        invoices: items.into_iter().map(invoice_row).collect(),
        payments: cash.into_iter().map(payment_row).collect(),
        accounts,
        next,
    })
}

async fn rows_after<R: Row>(
    db: &DatabaseConnection,
    key: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<R>, QuestionError> {
    let mut select = row::select::<R>();
    if let Some(after) = after {
        select.and_where(Expr::col(Alias::new(key)).gt(after));
    }
    select.order_by(Alias::new(key), Order::Asc).limit(limit.into());
    Ok(row::fetch(db, &select).await?)
}

async fn totals(db: &DatabaseConnection) -> Result<Vec<AccountTotal>, QuestionError> {
    let totals: Vec<Total> = row::fetch(db, &row::select::<Total>()).await?;
    let total = |Total { account, currency, debit, credit }| {
        let account = account.parse().map_err(|_| QuestionError {
            code: 500,
            message: format!("there is no account {account}"),
        })?;
        let amount = |minor| Money::new(minor, currency).amount();
        Ok(AccountTotal { account, currency, debit: amount(debit), credit: amount(credit) })
    };
    totals.into_iter().map(total).collect()
}

/// Cash owed back was never billed: against what was billed its total is nothing, and it is open
/// because more was paid out on it than came in.
fn invoice_row(item: Item) -> PaymentsInvoice {
    let billed = if item.order_id.is_some() { item.total } else { 0 };
    let never_billed = item.total.saturating_sub(billed);
    let paid = item.amount(item.paid.saturating_sub(never_billed));
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
