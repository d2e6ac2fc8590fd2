//! The books of returns, page by page, for the operator's reconciliation.

use contracts::{
    OrderId, Quantity,
    question::{Question, ReturnsBooks, ReturnsBooksRequest, ReturnsLine},
};
use futures::FutureExt as _;
use mesh::{
    Asker, DatabaseConnection, Endpoint, QuestionError,
    books::{self, rows_after},
};
use serde_json::Value;

use crate::Returns;

pub const ENDPOINT: Endpoint<Returns> = Endpoint {
    question: ReturnsBooksRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// The totals of all returns of an order line, from a view of the lines of authorisations.
#[derive(Debug, Clone)]
struct Total {
    order_id: OrderId,
    line: u32,
    authorized: Quantity,
    restocked: Quantity,
    scrapped: Quantity,
    returned_to_customer: Quantity,
    completed: Quantity,
}

mesh::row!(Total in "return_totals" by (order_id: OrderId, line: u32) {
    order_id, line, authorized, restocked, scrapped, returned_to_customer, completed
});

/// Returns one page of order lines.
async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let request: ReturnsBooksRequest = books::request(asker, request)?;
    let page = rows_after::<Total>(db, request.after.as_deref(), request.limit).await?;
    let lines = page.rows.into_iter().map(|total| ReturnsLine {
        order_id: total.order_id,
        line: total.line,
        authorized: total.authorized,
        restocked: total.restocked,
        scrapped: total.scrapped,
        returned_to_customer: total.returned_to_customer,
        completed: total.completed,
    });
    books::answer(&ReturnsBooks { lines: lines.collect(), next: page.next })
}
