//! The state of an order. A buyer sees its own orders; ERPs and the operator see all.

use contracts::{
    OrderId, PoNumber, Role,
    question::{OrderState, OrderStatus, OrderStatusRequest, Question, TimelineEntry},
};
use futures::FutureExt as _;
use mesh::{Asker, DatabaseConnection, DbErr, Endpoint, QuestionError};
use serde_json::Value;

use super::request::{json, read};
use crate::{
    ControlTower,
    domain::{order::Order, record::Record, status::Stage},
    view::{self, TraceEntry},
};

pub const ENDPOINT: Endpoint<ControlTower> = Endpoint {
    question: OrderStatusRequest::NAME,
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// The aggregates that a buyer sees of its order. Ledger entries and cases are the seller's own.
const SHOWN_TO_BUYERS: &[&str] = &[
    "order",
    "inventory",
    "shipment",
    "invoice",
    "credit-memo",
    "payment",
    "receivable",
    "return",
];

async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let request: OrderStatusRequest = read(request)?;
    let limited = asker.partner().filter(|_| !asker.sees_all());
    if limited.is_some_and(|partner| !partner.has_role(Role::Buyer)) {
        return Err(QuestionError::not_allowed());
    }
    let buyer = limited.map(|partner| &partner.partner);
    let found = match request {
        OrderStatusRequest { po_number: Some(number), order_id: None } => match buyer {
            Some(buyer) => view::order(db, OrderId::of(buyer, &number)).await?,
            None => view::by_po_number(db, number.as_str()).await?.into_iter().next(),
        },
        OrderStatusRequest { po_number: None, order_id: Some(id) } => view::order(db, id).await?,
        OrderStatusRequest { .. } => {
            return Err(QuestionError::bad_request("say either `po_number` or `order_id`"));
        }
    };
    // Another buyer's order is answered like one that does not exist.
    let is_theirs = |order: &Order| buyer.is_none_or(|buyer| order.partner.as_ref() == Some(buyer));
    let found = found.filter(is_theirs).and_then(|order| Some((order.po_number.clone()?, order)));
    let (po_number, order) =
        found.ok_or_else(|| QuestionError::not_found("there is no such order"))?;
    json(order_status(db, asker, po_number, &order).await?)
}

async fn order_status(
    db: &DatabaseConnection,
    asker: &Asker,
    po_number: PoNumber,
    order: &Order,
) -> Result<OrderStatus, DbErr> {
    let mut records = view::records(db, order.order_id).await?;
    if !asker.sees_all() {
        records.retain(is_shown_to_buyers);
    }
    // The command that releases an order is the operator's business.
    let timeline = match asker {
        Asker::Operator => view::entries(db, order, records).await?,
        Asker::Partner(_) => records.into_iter().map(TraceEntry::from).collect(),
    };
    Ok(OrderStatus {
        order_id: order.order_id,
        po_number,
        status: state(order.stage),
        lines: view::lines(db, order.order_id).await?,
        timeline: timeline.into_iter().map(timeline_entry).collect(),
    })
}

/// A payment may pay another buyer's order too: events of several orders are not shown.
fn is_shown_to_buyers(record: &Record) -> bool {
    record.order_id.is_some() && SHOWN_TO_BUYERS.contains(&&*record.aggregate)
}

fn timeline_entry(entry: TraceEntry) -> TimelineEntry {
    let TraceEntry { occurred_at, aggregate, event, summary, .. } = entry;
    TimelineEntry { at: occurred_at, event: format!("{aggregate}.{event}"), text: summary }
}

/// The contract's word for a stage.
pub fn state(stage: Stage) -> OrderState {
    match stage {
        Stage::Held => OrderState::Held,
        Stage::Rejected => OrderState::Rejected,
        Stage::Completed => OrderState::Completed,
        Stage::Cancelled => OrderState::Cancelled,
        Stage::Accepted
        | Stage::Backordered
        | Stage::Allocated
        | Stage::PartiallyShipped
        | Stage::Shipped
        | Stage::Invoiced => OrderState::Accepted,
    }
}
