//! The books of invoicing, page by page, for the operator's reconciliation: order lines, then
//! invoices, then credit memos, then what the journal says.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Currency, Money, OrderId, Quantity,
    money::{AmountSum, Sum},
    question::{
        AccountTotal, InvoicingBooks, InvoicingBooksRequest, InvoicingCreditMemo,
        InvoicingDispatch, InvoicingInvoice, InvoicingJournalRequest, InvoicingLine, Question,
    },
};
use mesh::{
    Asker, DatabaseConnection, DbErr, QuestionError,
    books::{self, Page, rows_after},
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, Func, Order as Direction, Query},
};
use sea_orm::ConnectionTrait;
use serde_json::Value;

use crate::domain::{
    credit::Memo,
    dispatch::{self, Dispatch, Waiting},
    invoice::Posted,
    journal,
    order::Line,
};

/// The question's name.
pub const QUESTION: &str = InvoicingBooksRequest::NAME;
/// The name of the question for the journal.
pub const JOURNAL: &str = InvoicingJournalRequest::NAME;
/// A page of order lines begins behind `line` and its place.
const LINE: &str = "line";
/// A page of invoices begins behind `invoice` and its place; the first has none.
const INVOICE: &str = "invoice";
/// A page of credit memos begins behind `memo` and its place; the first has none.
const MEMO: &str = "memo";

/// A page of the journal.
pub async fn journal(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    books::journal::answer::<InvoicingJournalRequest>(db, asker, request).await
}

/// One page: order lines first, then invoices, then credit memos, and on the last page the accounts.
pub async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let InvoicingBooksRequest { after, limit } = books::request(asker, request)?;
    let after = after.as_deref().unwrap_or_default();
    if let Some(place) = books::within(after, MEMO) {
        let page: Page<Memo> = rows_after(db, place, limit).await?;
        let accounts = if page.next.is_none() { accounts(db).await? } else { Vec::new() };
        return books::answer(&InvoicingBooks {
            credit_memos: page.rows.into_iter().map(memo_row).collect(),
            accounts,
            next: page.next.map(|place| format!("{MEMO}{place}")),
            ..empty()
        });
    }
    if let Some(place) = books::within(after, INVOICE) {
        let page: Page<Posted> = rows_after(db, place, limit).await?;
        let next = page.next.map_or_else(|| MEMO.to_owned(), |place| format!("{INVOICE}{place}"));
        return books::answer(&InvoicingBooks {
            invoices: page.rows.into_iter().map(invoice_row).collect(),
            next: Some(next),
            ..empty()
        });
    }
    let page: Page<Line> = rows_after(db, books::behind(after, LINE)?, limit).await?;
    let mut billable = billable(db, &page.rows).await?;
    let lines = page.rows.iter().map(|line| {
        let key = (line.order_id, line.line);
        line_row(line, billable.remove(&key).unwrap_or_default())
    });
    let next = page.next.map_or_else(|| INVOICE.to_owned(), |place| format!("{LINE}{place}"));
    books::answer(&InvoicingBooks { lines: lines.collect(), next: Some(next), ..empty() })
}

fn empty() -> InvoicingBooks {
    InvoicingBooks {
        lines: Vec::new(),
        invoices: Vec::new(),
        credit_memos: Vec::new(),
        accounts: Vec::new(),
        next: None,
    }
}

fn line_row(line: &Line, billable: Billable) -> InvoicingLine {
    let Billable { granted, waiting, returned, dispatches } = billable;
    InvoicingLine {
        order_id: line.order_id,
        line: line.line,
        dispatched: line.dispatched,
        billed: line.billed,
        credited: line.credited,
        granted,
        waiting,
        returned_unbilled: returned,
        dispatches,
    }
}

fn invoice_row(invoice: Posted) -> InvoicingInvoice {
    InvoicingInvoice {
        order_id: invoice.order_id,
        currency: invoice.currency,
        total: Money::new(invoice.total, invoice.currency).amount(),
        credited: Money::new(invoice.credited, invoice.currency).amount(),
        invoice_number: invoice.invoice_number,
    }
}

fn memo_row(memo: Memo) -> InvoicingCreditMemo {
    let document = memo.document.0;
    InvoicingCreditMemo {
        credit_memo_number: memo.credit_memo_number,
        invoice_number: memo.invoice_number,
        currency: document.currency,
        total: document.total,
    }
}

/// What left at no cost was not booked. Cost is booked under the warehouse's confirmation, whatever
/// was split off of it since.
fn dispatch_row(left: &dispatch::Line, of: &Dispatch) -> Option<InvoicingDispatch> {
    let amount = |minor| Money::new(minor, left.cost_currency).amount();
    (left.cost > 0).then(|| InvoicingDispatch {
        shipment_id: left.shipment_id,
        confirmation_id: of.confirmation.clone(),
        currency: left.cost_currency,
        cost: amount(left.cost),
        restocked: amount(left.cost_reversed),
    })
}

/// A line's dispatches, and what of them may be billed.
#[derive(Debug, Default)]
struct Billable {
    granted: Quantity,
    /// Of dispatches whose invoice waits.
    waiting: Quantity,
    /// Came back before it was billed.
    returned: Quantity,
    dispatches: Vec<InvoicingDispatch>,
}

/// Re-added from what left.
async fn billable(
    db: &DatabaseConnection,
    lines: &[Line],
) -> Result<BTreeMap<(OrderId, u32), Billable>, QuestionError> {
    let orders: BTreeSet<OrderId> = lines.iter().map(|line| line.order_id).collect();
    let waiting: Vec<Waiting> = row::find(db, "order_id", orders.iter().copied()).await?;
    let waiting: BTreeSet<dispatch::Key> =
        waiting.into_iter().map(|it| (it.shipment_id, it.confirmation_id)).collect();
    let dispatches: Vec<Dispatch> = row::find(db, "order_id", orders.iter().copied()).await?;
    let dispatches: BTreeMap<dispatch::Key, Dispatch> =
        dispatches.into_iter().map(|it| (it.id(), it)).collect();
    let left: Vec<dispatch::Line> = row::find(db, "order_id", orders).await?;
    let mut billable: BTreeMap<(OrderId, u32), Billable> = BTreeMap::new();
    for row in left {
        let sum = billable.entry((row.order_id, row.line)).or_default();
        let of = dispatches.get(&row.dispatch());
        sum.dispatches.extend(of.and_then(|of| dispatch_row(&row, of)));
        sum.granted = [sum.granted, row.granted].into_iter().sum();
        sum.returned = [sum.returned, row.unbilled].into_iter().sum();
        if waiting.contains(&row.dispatch()) {
            sum.waiting = [sum.waiting, row.billable()].into_iter().sum();
        }
    }
    Ok(billable)
}

/// A sum is added up in thousand millions and what is below, for one that is added up whole is
/// wider than a column can be (rule D2).
const PART: i64 = 1_000_000_000;

/// All that was debited and credited, re-added from the journal's lines.
async fn accounts(db: &DatabaseConnection) -> Result<Vec<AccountTotal>, QuestionError> {
    let sum = |part: String| Func::cast_as(Func::sum(Expr::cust(part)), Alias::new("BIGINT"));
    let mut select = Query::select();
    select.columns([Alias::new("account"), Alias::new("currency")]);
    for side in ["debit", "credit"] {
        select
            .expr_as(sum(format!("{side} / {PART}")), Alias::new(format!("{side}_parts")))
            .expr_as(sum(format!("{side} % {PART}")), Alias::new(format!("{side}_rest")));
    }
    select
        .from(Alias::new(journal::Line::TABLE))
        .group_by_columns([Alias::new("account"), Alias::new("currency")])
        .order_by(Alias::new("currency"), Direction::Asc)
        .order_by(Alias::new("account"), Direction::Asc);
    let rows = db.query_all(&select).await?;
    Ok(rows.iter().map(total).collect::<Result<_, _>>()?)
}

fn total(row: &mesh::QueryResult) -> Result<AccountTotal, DbErr> {
    let account: String = Cell::read(row, "account")?;
    let currency: Currency = Cell::read(row, "currency")?;
    let sum = |side: &str| -> Result<AmountSum, DbErr> {
        let part = |name| i64::read(row, &format!("{side}_{name}")).map(i128::from);
        Ok(Sum::new(part("parts")? * i128::from(PART) + part("rest")?, currency).amount())
    };
    let account = account.parse().map_err(|_| DbErr::Type(format!("no account {account}")))?;
    Ok(AccountTotal { account, currency, debit: sum("debit")?, credit: sum("credit")? })
}
