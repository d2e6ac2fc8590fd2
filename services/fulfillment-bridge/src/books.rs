//! The books of fulfillment-bridge, page by page, for the operator's reconciliation.

use contracts::{
    OrderId,
    document::read_json,
    question::{FulfillmentBooks, FulfillmentBooksRequest, FulfillmentLine, Question},
};
use mesh::{
    Asker, DatabaseConnection, QuestionError,
    column::Cell,
    row,
    sea_query::{Alias, Cond, Expr, ExprTrait, Order as Direction},
};
use serde_json::Value;

use crate::domain::order::Line;

/// The question's name.
pub const QUESTION: &str = FulfillmentBooksRequest::NAME;
/// The most rows on a page.
const MAX_ROWS: u32 = 2_000;

/// One page: the lines after `after`, which is `<order id>/<line>`.
pub async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    if !matches!(asker, Asker::Operator) {
        return Err(QuestionError::not_found("only the operator may see the books"));
    }
    let request: FulfillmentBooksRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    let limit = request.limit.clamp(1, MAX_ROWS);
    let lines = lines_after(db, request.after.as_deref(), limit).await?;
    let full = lines.len() == limit as usize;
    let last = lines.last().filter(|_| full);
    let next = last.map(|line| format!("{}/{}", line.order_id, line.line));
    let rows = lines.into_iter().map(|line| {
        let Line { order_id, line, requested, dispatched, short, cancelled, .. } = line;
        FulfillmentLine { order_id, line, requested, dispatched, short, cancelled }
    });
    let page = FulfillmentBooks { lines: rows.collect(), next };
    serde_json::to_value(page).map_err(|error| QuestionError::bad_request(error.to_string()))
}

async fn lines_after(
    db: &DatabaseConnection,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Line>, QuestionError> {
    let mut select = row::select::<Line>();
    if let Some(after) = after {
        let (order, line) = after
            .rsplit_once('/')
            .and_then(|(order, line)| {
                Some((order.parse::<OrderId>().ok()?, line.parse::<u32>().ok()?))
            })
            .ok_or_else(|| QuestionError::bad_request("`after` is no `next` of an earlier page"))?;
        let column = |name| Expr::col(Alias::new(name));
        let later_line = Cond::all()
            .add(column("order_id").eq(order.value()))
            .add(column("line").gt(line.value()));
        let later = Cond::any().add(column("order_id").gt(order.value())).add(later_line);
        select.cond_where(later);
    }
    select.order_by(Alias::new("order_id"), Direction::Asc);
    select.order_by(Alias::new("line"), Direction::Asc);
    Ok(row::fetch(db, select.limit(limit.into())).await?)
}
