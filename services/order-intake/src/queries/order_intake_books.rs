//! `order-intake-books`: the books of order-intake, page by page, for the operator's reconciliation: order lines first,
//! then customers' credit.

use std::collections::BTreeMap;

use contracts::{
    Currency, OrderId,
    money::Sum,
    question::{IntakeBooks, IntakeBooksRequest, IntakeCredit, IntakeLine, Question},
};
use futures::FutureExt as _;
use mesh::{
    Asker, DatabaseConnection, Endpoint, QuestionError,
    books::{self, Page},
    row::{self, Row},
};
use serde_json::Value;

use crate::{
    OrderIntake,
    domain::{credit::Credit, line::Line, order::Order},
    store::anew,
};

pub const ENDPOINT: Endpoint<OrderIntake> = Endpoint {
    question: IntakeBooksRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// The beginning of a place behind the lines.
const CREDIT: &str = "credit";
/// Customers on a page: each is added up anew.
const CUSTOMERS: u32 = 200;

/// One page: everything behind `after`, which is the place of a line, or that of a customer behind
/// `credit`.
async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let IntakeBooksRequest { after, limit } = books::request(asker, request)?;
    let page = match after.as_deref().and_then(|after| books::within(after, CREDIT)) {
        Some(place) => credit_page(db, place, limit).await?,
        None => line_page(db, after.as_deref(), limit).await?,
    };
    books::answer(&page)
}

async fn line_page(
    db: &DatabaseConnection,
    after: Option<&str>,
    limit: u32,
) -> Result<IntakeBooks, QuestionError> {
    let Page { rows, next } = books::rows_after::<Line>(db, after, limit).await?;
    let ids = rows.iter().map(|line| line.order_id);
    let orders: Vec<Order> = row::find(db, "order_id", ids).await?;
    let status: BTreeMap<OrderId, String> =
        orders.into_iter().map(|order| (order.order_id, order.status().to_string())).collect();
    let lines = rows.into_iter().filter_map(|line| {
        let status = status.get(&line.order_id)?.parse().ok()?;
        let Line { order_id, line, ordered, cancelled, dispatched, billed, .. } = line;
        Some(IntakeLine { order_id, line, ordered, cancelled, dispatched, billed, status })
    });
    let next = next.unwrap_or_else(|| CREDIT.to_owned());
    Ok(IntakeBooks { lines: lines.collect(), credit: Vec::new(), next: Some(next) })
}

async fn credit_page(
    db: &DatabaseConnection,
    after: Option<&str>,
    limit: u32,
) -> Result<IntakeBooks, QuestionError> {
    let Page { rows, next } = books::rows_after::<Credit>(db, after, limit.min(CUSTOMERS)).await?;
    let mut credit = Vec::new();
    for row in rows {
        let account = row.key();
        let on_order = anew::on_order(db, &account).await?;
        let owed = anew::owed(db, &account).await?;
        credit.push(figures(&row, on_order, owed));
    }
    if next.is_none() {
        let nobodys = anew::nobodys(db).await?;
        credit.extend(nobodys.into_iter().map(|(currency, owed)| nobody(currency, owed)));
    }
    let next = next.map(|place| format!("{CREDIT}{place}"));
    Ok(IntakeBooks { lines: Vec::new(), credit, next })
}

fn figures(kept: &Credit, on_order: i128, owed: i128) -> IntakeCredit {
    let amount = |minor| Sum::new(minor, kept.currency).amount();
    IntakeCredit {
        customer_id: Some(kept.customer_id.clone()),
        currency: kept.currency,
        on_order: amount(kept.on_order),
        on_order_of_lines: amount(on_order),
        owed: amount(kept.owed),
        owed_of_documents: amount(owed),
    }
}

/// Cash that is in nobody's account has no figure kept.
fn nobody(currency: Currency, owed: i128) -> IntakeCredit {
    let (none, owed) = (Sum::zero(currency).amount(), Sum::new(owed, currency).amount());
    IntakeCredit {
        customer_id: None,
        currency,
        on_order: none,
        on_order_of_lines: none,
        owed,
        owed_of_documents: owed,
    }
}
