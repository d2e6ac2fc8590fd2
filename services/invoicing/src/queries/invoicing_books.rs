//! The books of invoicing, page by page, for the operator's reconciliation: order lines, then
//! invoices, then credit memos, then the journal's accounts.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Money, OrderId, Quantity,
    question::{
        InvoicingBooks, InvoicingBooksRequest, InvoicingCreditMemo, InvoicingDispatch,
        InvoicingInvoice, InvoicingLine, Question,
    },
};
use futures::FutureExt as _;
use mesh::{
    Asker, DatabaseConnection, Endpoint, Halt, QuestionError,
    books::{self, Page, rows_after, totals},
    checked::plus,
    row,
};
use serde_json::Value;

use crate::{
    Invoicing,
    domain::{
        credit_memo::Memo,
        dispatch::{self, Dispatch, Waiting},
        invoice::Posted,
        order::Line,
    },
};

pub const ENDPOINT: Endpoint<Invoicing> = Endpoint {
    question: InvoicingBooksRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// A page of order lines begins behind `line` and its place.
const LINE: &str = "line";
/// A page of invoices begins behind `invoice` and its place; the first has none.
const INVOICE: &str = "invoice";
/// A page of credit memos begins behind `memo` and its place; the first has none.
const MEMO: &str = "memo";

/// Returns one page; the accounts stand on the last one.
async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let InvoicingBooksRequest { after, limit } = books::request(asker, request)?;
    let after = after.as_deref().unwrap_or_default();
    if let Some(place) = books::within(after, MEMO) {
        let page: Page<Memo> = rows_after(db, place, limit).await?;
        let accounts = if page.next.is_none() { totals(db).await? } else { Vec::new() };
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

/// Goods that left at no cost were not booked. Cost is booked under the warehouse's confirmation,
/// whatever was split off of it since.
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

/// A line's dispatches, and the parts of them that may be billed.
#[derive(Debug, Default)]
struct Billable {
    granted: Quantity,
    /// The billable part of dispatches whose invoice waits.
    waiting: Quantity,
    /// The part that came back before it was billed.
    returned: Quantity,
    dispatches: Vec<InvoicingDispatch>,
}

/// Adds up the lines that left.
async fn billable(
    db: &DatabaseConnection,
    lines: &[Line],
) -> Result<BTreeMap<(OrderId, u32), Billable>, QuestionError> {
    let orders: BTreeSet<OrderId> = lines.iter().map(|line| line.order_id).collect();
    let waiting: Vec<Waiting> = row::find(db, "order_id", orders.iter().copied()).await?;
    let waiting: BTreeSet<dispatch::Key> =
        waiting.into_iter().map(|it| (it.order_id, it.shipment_id, it.confirmation_id)).collect();
    let dispatches: Vec<Dispatch> = row::find(db, "order_id", orders.iter().copied()).await?;
    let dispatches: BTreeMap<dispatch::Key, Dispatch> =
        dispatches.into_iter().map(|it| (it.id(), it)).collect();
    let left: Vec<dispatch::Line> = row::find(db, "order_id", orders).await?;
    let mut billable: BTreeMap<(OrderId, u32), Billable> = BTreeMap::new();
    for row in left {
        let sum = billable.entry((row.order_id, row.line)).or_default();
        let of = dispatches.get(&row.dispatch());
        sum.dispatches.extend(of.and_then(|of| dispatch_row(&row, of)));
        sum.granted = plus(sum.granted, row.granted).map_err(broken)?;
        sum.returned = plus(sum.returned, row.unbilled).map_err(broken)?;
        if waiting.contains(&row.dispatch()) {
            let more = row.billable().map_err(broken)?;
            sum.waiting = plus(sum.waiting, more).map_err(broken)?;
        }
    }
    Ok(billable)
}

fn broken(halt: Halt) -> QuestionError {
    QuestionError { code: 500, message: format!("the books do not add up: {halt:?}") }
}
