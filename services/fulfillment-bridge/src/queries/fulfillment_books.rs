//! The books of fulfillment-bridge, page by page, for the operator's reconciliation.

use contracts::question::{FulfillmentBooks, FulfillmentBooksRequest, FulfillmentLine, Question};
use futures::FutureExt as _;
use mesh::{
    Asker, DatabaseConnection, Endpoint, QuestionError,
    books::{self, rows_after},
};
use serde_json::Value;

use crate::{FulfillmentBridge, domain::order::Line};

pub const ENDPOINT: Endpoint<FulfillmentBridge> = Endpoint {
    question: FulfillmentBooksRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// One page of order lines.
async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let request: FulfillmentBooksRequest = books::request(asker, request)?;
    let page = rows_after::<Line>(db, request.after.as_deref(), request.limit).await?;
    let lines = page.rows.into_iter().map(|line| {
        let Line { order_id, line, requested, dispatched, short, cancelled, .. } = line;
        FulfillmentLine { order_id, line, requested, dispatched, short, cancelled }
    });
    books::answer(&FulfillmentBooks { lines: lines.collect(), next: page.next })
}
