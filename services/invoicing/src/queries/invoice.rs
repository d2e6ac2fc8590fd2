//! Invoices and their credit memos, for those whose they are.

use contracts::{
    OrderId, PoNumber,
    document::read_json,
    question::{InvoiceAnswer, InvoiceRequest, Question},
};
use futures::FutureExt as _;
use mesh::{Asker, DatabaseConnection, Endpoint, QuestionError, row};
use serde_json::Value;

use crate::{
    Invoicing,
    domain::{credit_memo::Memo, invoice::Posted, order::Order},
};

pub const ENDPOINT: Endpoint<Invoicing> = Endpoint {
    question: InvoiceRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// Finds them by an invoice's number or by the buyer's. A buyer sees its own alone; another's is
/// answered like one that does not exist.
async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let asks = |partner: &contracts::Partner| partner.has_any_role(InvoiceRequest::ROLES);
    if !asker.partner().is_none_or(asks) {
        return Err(QuestionError::not_allowed());
    }
    let request: InvoiceRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    let (mut invoices, mut memos) = match (request.invoice_number, request.po_number) {
        (Some(number), None) => {
            let invoices: Vec<Posted> = row::find(db, "invoice_number", [number.clone()]).await?;
            let none = || QuestionError::not_found(format!("there is no invoice {number}"));
            let invoice = invoices.into_iter().find(|it| sees(asker, it)).ok_or_else(none)?;
            let mut memos: Vec<Memo> = row::find(db, "order_id", [invoice.order_id]).await?;
            memos.retain(|memo| memo.invoice_number == invoice.invoice_number);
            (vec![invoice], memos)
        }
        (None, Some(number)) => of_po_number(db, asker, number).await?,
        (Some(_), Some(_)) | (None, None) => {
            let text = "give either `invoice_number` or `po_number`";
            return Err(QuestionError::bad_request(text));
        }
    };
    invoices.sort_by_key(|invoice| invoice.place);
    memos.sort_by_key(|memo| memo.place);
    let answer = InvoiceAnswer {
        invoices: invoices.into_iter().map(|invoice| invoice.document.0).collect(),
        credit_memos: memos.into_iter().map(|memo| memo.document.0).collect(),
    };
    serde_json::to_value(answer).map_err(|error| QuestionError::bad_request(error.to_string()))
}

/// Returns everything of the orders of that number; nothing yet where none of it has left.
async fn of_po_number(
    db: &DatabaseConnection,
    asker: &Asker,
    number: PoNumber,
) -> Result<(Vec<Posted>, Vec<Memo>), QuestionError> {
    let orders: Vec<Order> = row::find(db, "po_number", [number.clone()]).await?;
    let own = |order: &Order| {
        asker.sees_all() || asker.partner().is_some_and(|it| it.partner == order.partner)
    };
    let orders: Vec<OrderId> =
        orders.iter().filter(|order| own(order)).map(|order| order.order_id).collect();
    if orders.is_empty() {
        return Err(QuestionError::not_found(format!("there is no order {number}")));
    }
    let invoices = row::find(db, "order_id", orders.iter().copied()).await?;
    Ok((invoices, row::find(db, "order_id", orders).await?))
}

fn sees(asker: &Asker, invoice: &Posted) -> bool {
    asker.sees_all() || asker.partner().is_some_and(|it| it.partner == invoice.partner)
}
