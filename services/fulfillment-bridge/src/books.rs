//! The books of fulfillment-bridge, page by page, for the operator's reconciliation.

use contracts::question::{FulfillmentBooks, FulfillmentBooksRequest, FulfillmentLine, Question};
use mesh::{
    Asker, DatabaseConnection, QuestionError,
    books::{self, rows_after},
};
use serde_json::Value;

use crate::domain::order::Line;

/// The question's name.
pub const QUESTION: &str = FulfillmentBooksRequest::NAME;

/// One page of order lines.
pub async fn answer(
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
