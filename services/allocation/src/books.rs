//! The books of allocation, page by page, for the operator's reconciliation: order lines first,
//! then stock.

use contracts::{
    OrderId, Sku, WarehouseId,
    document::read_json,
    question::{AllocationBooks, AllocationBooksRequest, AllocationLine, AllocationStock},
};
use mesh::{
    Asker, DatabaseConnection, QuestionError,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Cond, Expr, ExprTrait, Order as Direction, Value as Parameter},
};
use serde_json::Value;

use crate::domain::{order::Line, stock::Stock};

/// The question's name.
pub const QUESTION: &str = "allocation-books";
/// The most rows on a page.
const MAX_ROWS: u32 = 2_000;
/// Where the lines end.
const STOCK: &str = "stock";

/// One page: what comes after `after`, which is `line/<order id>/<line>`, `stock`, or
/// `stock/["<warehouse>","<sku>"]`.
pub async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    if !matches!(asker, Asker::Operator) {
        return Err(QuestionError::not_found("only the operator may see the books"));
    }
    let request: AllocationBooksRequest =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    let limit = request.limit.clamp(1, MAX_ROWS);
    let after = request.after.as_deref();
    let page = match after.and_then(|after| after.strip_prefix(STOCK)) {
        Some(place) => stock_page(db, place.strip_prefix('/'), limit).await?,
        None => line_page(db, after, limit).await?,
    };
    serde_json::to_value(page).map_err(|error| QuestionError::bad_request(error.to_string()))
}

fn no_page() -> QuestionError {
    QuestionError::bad_request("`after` is no `next` of an earlier page")
}

async fn line_page(
    db: &DatabaseConnection,
    after: Option<&str>,
    limit: u32,
) -> Result<AllocationBooks, QuestionError> {
    let key = after
        .map(|after| {
            let (order, line) = after.strip_prefix("line/")?.split_once('/')?;
            Some((order.parse::<OrderId>().ok()?, line.parse::<u32>().ok()?))
        })
        .map(|key| key.ok_or_else(no_page))
        .transpose()?;
    let key = key.map(|(order_id, line)| (order_id.value(), line.value()));
    let rows: Vec<Line> = page(db, ("order_id", "line"), key, limit).await?;
    let last = rows.last().filter(|_| rows.len() == limit as usize);
    let next = last
        .map_or_else(|| STOCK.to_owned(), |line| format!("line/{}/{}", line.order_id, line.line));
    let line = |line: Line| AllocationLine {
        order_id: line.order_id,
        line: line.line,
        reserved: line.reserved,
        backordered: line.backordered,
        consumed: line.consumed,
        declined: line.declined,
    };
    let lines = rows.into_iter().map(line).collect();
    Ok(AllocationBooks { lines, stock: Vec::new(), next: Some(next) })
}

async fn stock_page(
    db: &DatabaseConnection,
    after: Option<&str>,
    limit: u32,
) -> Result<AllocationBooks, QuestionError> {
    let key = after
        .map(|after| serde_json::from_str::<(WarehouseId, Sku)>(after).map_err(|_| no_page()))
        .transpose()?;
    let key = key.map(|(warehouse_id, sku)| (warehouse_id.value(), sku.value()));
    let rows: Vec<Stock> = page(db, ("warehouse_id", "sku"), key, limit).await?;
    let last = rows.last().filter(|_| rows.len() == limit as usize);
    let next = last.map(|stock| {
        let key = serde_json::json!([stock.warehouse_id, stock.sku]);
        format!("{STOCK}/{key}")
    });
    let stock = |stock: Stock| AllocationStock {
        warehouse_id: stock.warehouse_id,
        sku: stock.sku,
        on_hand: stock.on_hand,
        reserved: stock.reserved,
        received: stock.received,
        dispatched: stock.dispatched,
        restocked: stock.restocked,
    };
    Ok(AllocationBooks { lines: Vec::new(), stock: rows.into_iter().map(stock).collect(), next })
}

/// The rows behind a key of two columns.
async fn page<R: Row>(
    db: &DatabaseConnection,
    (first, second): (&'static str, &'static str),
    after: Option<(Parameter, Parameter)>,
    limit: u32,
) -> Result<Vec<R>, QuestionError> {
    let column = |name| Expr::col(Alias::new(name));
    let mut select = row::select::<R>();
    if let Some((one, two)) = after {
        let same = Cond::all().add(column(first).eq(one.clone())).add(column(second).gt(two));
        select.cond_where(Cond::any().add(column(first).gt(one)).add(same));
    }
    select.order_by(Alias::new(first), Direction::Asc);
    select.order_by(Alias::new(second), Direction::Asc);
    Ok(row::fetch(db, select.limit(limit.into())).await?)
}
