//! The books of returns, page by page, for the operator's reconciliation.

use contracts::{
    OrderId, Quantity,
    document::read_json,
    question::{ReturnsBooks, ReturnsBooksRequest, ReturnsLine},
};
use mesh::{
    Asker, DatabaseConnection, QuestionError,
    column::Cell,
    row,
    sea_query::{Alias, Cond, Expr, ExprTrait, Order as Direction},
};
use serde_json::Value;

/// The question's name.
pub const QUESTION: &str = "returns-books";
/// The most rows on a page.
const MAX_ROWS: u32 = 2_000;

/// All returns of an order line: a view of the lines of authorisations.
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

/// One page: the lines after `after`, which is `<order id>/<line>`.
pub async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    if !matches!(asker, Asker::Operator) {
        return Err(QuestionError::not_found("only the operator may see the books"));
    }
    let request: ReturnsBooksRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    let limit = request.limit.clamp(1, MAX_ROWS);
    let totals = totals_after(db, request.after.as_deref(), limit).await?;
    let full = totals.len() == limit as usize;
    let last = totals.last().filter(|_| full);
    let next = last.map(|total| format!("{}/{}", total.order_id, total.line));
    let lines = totals.into_iter().map(|total| ReturnsLine {
        order_id: total.order_id,
        line: total.line,
        authorized: total.authorized,
        restocked: total.restocked,
        scrapped: total.scrapped,
        returned_to_customer: total.returned_to_customer,
        completed: total.completed,
    });
    let page = ReturnsBooks { lines: lines.collect(), next };
    serde_json::to_value(page).map_err(|error| QuestionError::bad_request(error.to_string()))
}

async fn totals_after(
    db: &DatabaseConnection,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Total>, QuestionError> {
    let mut select = row::select::<Total>();
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
        select.cond_where(Cond::any().add(column("order_id").gt(order.value())).add(later_line));
    }
    select.order_by(Alias::new("order_id"), Direction::Asc);
    select.order_by(Alias::new("line"), Direction::Asc);
    Ok(row::fetch(db, select.limit(limit.into())).await?)
}
