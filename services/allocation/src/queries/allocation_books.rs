//! The books of allocation, page by page, for the operator's reconciliation: order lines first, then
//! stock.

use contracts::question::{
    AllocationBooks, AllocationBooksRequest, AllocationLine, AllocationStock, Question,
};
use futures::FutureExt as _;
use mesh::{
    Asker, DatabaseConnection, Endpoint, QuestionError,
    books::{Page, answer as page_of, behind, request, rows_after, within},
};
use serde_json::Value;

use crate::{
    Allocation,
    domain::{order::Line, stock::Stock},
};

pub const ENDPOINT: Endpoint<Allocation> = Endpoint {
    question: AllocationBooksRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// A page of lines begins behind `line` and its place.
const LINE: &str = "line";
/// A page of stock begins behind `stock` and its place; the first has none.
const STOCK: &str = "stock";

async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    payload: &[u8],
) -> Result<Value, QuestionError> {
    let AllocationBooksRequest { after, limit } = request(asker, payload)?;
    let after = after.as_deref().unwrap_or_default();
    if let Some(place) = within(after, STOCK) {
        let page: Page<Stock> = rows_after(db, place, limit).await?;
        let next = page.next.map(|place| format!("{STOCK}{place}"));
        let stock = page.rows.into_iter().map(stock).collect();
        return page_of(&AllocationBooks { lines: Vec::new(), stock, next });
    }
    let page: Page<Line> = rows_after(db, behind(after, LINE)?, limit).await?;
    let next = page.next.map_or_else(|| STOCK.to_owned(), |place| format!("{LINE}{place}"));
    let lines = page.rows.into_iter().map(line).collect();
    page_of(&AllocationBooks { lines, stock: Vec::new(), next: Some(next) })
}

fn line(line: Line) -> AllocationLine {
    AllocationLine {
        order_id: line.order_id,
        line: line.line,
        reserved: line.reserved,
        backordered: line.backordered,
        consumed: line.consumed,
        declined: line.declined,
    }
}

fn stock(stock: Stock) -> AllocationStock {
    AllocationStock {
        warehouse_id: stock.warehouse_id,
        sku: stock.sku,
        on_hand: stock.on_hand,
        reserved: stock.reserved,
        received: stock.received,
        dispatched: stock.dispatched,
        restocked: stock.restocked,
    }
}
