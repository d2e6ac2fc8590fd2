//! The books of invoicing, page by page, for the operator's reconciliation.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Currency, InvoiceNumber, Money, OrderId, Quantity,
    document::read_json,
    question::{
        AccountTotal, InvoicingBooks, InvoicingBooksRequest, InvoicingInvoice, InvoicingLine,
        Question,
    },
};
use mesh::{
    Asker, DatabaseConnection, DbErr, QuestionError,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Cond, Expr, ExprTrait, Func, Order as Direction, Query, SelectStatement},
};
use sea_orm::ConnectionTrait;
use serde_json::Value;

use crate::domain::{
    dispatch::{self, Waiting},
    invoice::Posted,
    journal,
    order::Line,
};

/// The question's name.
pub const QUESTION: &str = InvoicingBooksRequest::NAME;
/// The most rows on a page.
const MAX_ROWS: u32 = 2_000;

/// Where a page begins.
enum After {
    Line(OrderId, u32),
    Invoice(InvoiceNumber),
}

/// One page: order lines first, then invoices, and on the last page the accounts.
pub async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    if !matches!(asker, Asker::Operator) {
        return Err(QuestionError::not_found("only the operator may see the books"));
    }
    let request: InvoicingBooksRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    let limit = request.limit.clamp(1, MAX_ROWS);
    let after = request.after.as_deref().map(After::read).transpose()?;
    let page = page(db, after, limit).await?;
    serde_json::to_value(page).map_err(|error| QuestionError::bad_request(error.to_string()))
}

async fn page(
    db: &DatabaseConnection,
    after: Option<After>,
    limit: u32,
) -> Result<InvoicingBooks, QuestionError> {
    let mut page = InvoicingBooks {
        lines: Vec::new(),
        invoices: Vec::new(),
        accounts: Vec::new(),
        next: None,
    };
    let mut left = u64::from(limit);
    if !matches!(after, Some(After::Invoice(_))) {
        let lines: Vec<Line> = row::fetch(db, lines_after(after.as_ref()).limit(left)).await?;
        let billable = billable(db, &lines).await?;
        page.lines.extend(lines.iter().map(|line| {
            let key = (line.order_id, line.line);
            let Billable { granted, waiting, returned } =
                billable.get(&key).copied().unwrap_or_default();
            InvoicingLine {
                order_id: line.order_id,
                line: line.line,
                dispatched: line.dispatched,
                billed: line.billed,
                credited: line.credited,
                granted,
                waiting,
                returned_unbilled: returned,
            }
        }));
        left -= lines.len() as u64;
        if left == 0 {
            page.next = lines.last().map(|last| format!("line/{}/{}", last.order_id, last.line));
            return Ok(page);
        }
    }
    let invoices: Vec<Posted> = row::fetch(db, invoices_after(after.as_ref()).limit(left)).await?;
    page.invoices.extend(invoices.iter().map(|invoice| InvoicingInvoice {
        invoice_number: invoice.invoice_number.clone(),
        order_id: invoice.order_id,
        currency: invoice.currency,
        total: Money::new(invoice.total, invoice.currency).amount(),
        credited: Money::new(invoice.credited, invoice.currency).amount(),
    }));
    if invoices.len() as u64 == left {
        page.next = invoices.last().map(|last| format!("invoice/{}", last.invoice_number));
    } else {
        page.accounts = accounts(db).await?;
    }
    Ok(page)
}

/// What of a line's dispatches may be billed.
#[derive(Debug, Clone, Copy, Default)]
struct Billable {
    granted: Quantity,
    /// Of dispatches whose invoice waits.
    waiting: Quantity,
    /// Came back before it was billed.
    returned: Quantity,
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
    let left: Vec<dispatch::Line> = row::find(db, "order_id", orders).await?;
    let mut billable: BTreeMap<(OrderId, u32), Billable> = BTreeMap::new();
    for row in left {
        let sum = billable.entry((row.order_id, row.line)).or_default();
        sum.granted = [sum.granted, row.granted].into_iter().sum();
        sum.returned = [sum.returned, row.unbilled].into_iter().sum();
        if waiting.contains(&row.dispatch()) {
            sum.waiting = [sum.waiting, row.billable()].into_iter().sum();
        }
    }
    Ok(billable)
}

impl After {
    fn read(text: &str) -> Result<Self, QuestionError> {
        let read = || {
            let (kind, rest) = text.split_once('/')?;
            match kind {
                "line" => {
                    let (order, line) = rest.rsplit_once('/')?;
                    Some(Self::Line(order.parse().ok()?, line.parse().ok()?))
                }
                "invoice" => rest.parse().ok().map(Self::Invoice),
                _ => None,
            }
        };
        read().ok_or_else(|| QuestionError::bad_request("`after` is no `next` of an earlier page"))
    }
}

fn column(name: &str) -> Expr {
    Expr::col(Alias::new(name))
}

fn lines_after(after: Option<&After>) -> SelectStatement {
    let mut select = row::select::<Line>();
    if let Some(After::Line(order, line)) = after {
        let later_line = Cond::all()
            .add(column("order_id").eq(order.value()))
            .add(column("line").gt(line.value()));
        let later = Cond::any().add(column("order_id").gt(order.value())).add(later_line);
        select.cond_where(later);
    }
    select.order_by(Alias::new("order_id"), Direction::Asc);
    select.order_by(Alias::new("line"), Direction::Asc);
    select
}

fn invoices_after(after: Option<&After>) -> SelectStatement {
    let mut select = row::select::<Posted>();
    if let Some(After::Invoice(number)) = after {
        select.and_where(column("invoice_number").gt(number.value()));
    }
    select.order_by(Alias::new("invoice_number"), Direction::Asc);
    select
}

/// All that was debited and credited, re-added from the journal's lines.
async fn accounts(db: &DatabaseConnection) -> Result<Vec<AccountTotal>, QuestionError> {
    let sum = |name: &str| Func::cast_as(Func::sum(column(name)), Alias::new("BIGINT"));
    let mut select = Query::select();
    select
        .columns([Alias::new("account"), Alias::new("currency")])
        .expr_as(sum("debit"), Alias::new("debits"))
        .expr_as(sum("credit"), Alias::new("credits"))
        .from(Alias::new(journal::Line::TABLE))
        .group_by_columns([Alias::new("account"), Alias::new("currency")])
        .order_by(Alias::new("currency"), Direction::Asc)
        .order_by(Alias::new("account"), Direction::Asc);
    let total = |row: &mesh::QueryResult| -> Result<AccountTotal, DbErr> {
        let account: String = Cell::read(row, "account")?;
        let currency: Currency = Cell::read(row, "currency")?;
        let amount = |name| i64::read(row, name).map(|minor| Money::new(minor, currency).amount());
        let account = account.parse().map_err(|_| DbErr::Type(format!("no account {account}")))?;
        Ok(AccountTotal { account, currency, debit: amount("debits")?, credit: amount("credits")? })
    };
    let rows = db.query_all(&select).await?;
    Ok(rows.iter().map(total).collect::<Result<_, _>>()?)
}
