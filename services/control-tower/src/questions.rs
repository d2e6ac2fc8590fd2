//! Answers: a buyer sees its own orders, ERPs and the operator all; the rest is the operator's.

use contracts::{
    OrderId, Role,
    document::read_json,
    event::ExceptionKind,
    question::{OrderState, OrderStatus, OrderStatusRequest, Question, TimelineEntry},
};
use mesh::{Asker, DatabaseConnection, QuestionError};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    domain::{
        order::{Order, Stage},
        record::Record,
    },
    view::{self, Trace, TraceEntry},
};

/// What happened to an order?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceRequest {
    /// An order id, a PO number (of several buyers' orders the latest), or another number by which the
    /// order is known, such as an invoice's.
    pub order: String,
}

/// How does the mesh stand?
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusRequest {}

/// What has somebody to look at?
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionsRequest {
    /// Of one kind only.
    #[serde(default)]
    kind: Option<ExceptionKind>,
    /// The most that are wanted.
    #[serde(default)]
    limit: Option<u64>,
}

/// Who takes part?
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartnersRequest {}

/// Exceptions listed where nobody says how many.
pub const EXCEPTIONS: u64 = 200;
/// The most exceptions listed.
const MAX_EXCEPTIONS: u64 = 1_000;
/// What a buyer is told of its order. Ledger entries and cases are the seller's own.
const TOLD_TO_BUYERS: &[&str] = &[
    "order",
    "inventory",
    "shipment",
    "invoice",
    "credit-memo",
    "payment",
    "receivable",
    "return",
];

/// Answers one question.
pub async fn answer(
    db: &DatabaseConnection,
    question: &str,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    match question {
        OrderStatusRequest::NAME => json(order_status(db, asker, read(request)?).await?),
        "trace" => {
            operators_only(asker)?;
            json(trace(db, read(request)?).await?)
        }
        "status" => {
            operators_only(asker)?;
            let StatusRequest {} = read(request)?;
            json(view::status(db).await?)
        }
        "exceptions" => {
            operators_only(asker)?;
            let ExceptionsRequest { kind, limit } = read(request)?;
            let limit = limit.unwrap_or(EXCEPTIONS).clamp(1, MAX_EXCEPTIONS);
            json(view::exceptions(db, kind, limit).await?)
        }
        "partners" => {
            operators_only(asker)?;
            let PartnersRequest {} = read(request)?;
            json(mesh::partners(db).await?.into_values().collect::<Vec<_>>())
        }
        _ => Err(QuestionError::not_found(format!("there is no question {question}"))),
    }
}

fn json(answer: impl Serialize) -> Result<Value, QuestionError> {
    let failed = |error: serde_json::Error| QuestionError { code: 500, message: error.to_string() };
    serde_json::to_value(answer).map_err(failed)
}

/// A request; an empty one is one without fields.
fn read<T: DeserializeOwned>(request: &[u8]) -> Result<T, QuestionError> {
    let request = if request.is_empty() { b"{}" } else { request };
    read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))
}

fn operators_only(asker: &Asker) -> Result<(), QuestionError> {
    match asker {
        Asker::Operator => Ok(()),
        Asker::Partner(_) => Err(QuestionError::not_found("only the operator may ask this")),
    }
}

/// What is another buyer's is answered like what does not exist.
async fn order_status(
    db: &DatabaseConnection,
    asker: &Asker,
    request: OrderStatusRequest,
) -> Result<OrderStatus, QuestionError> {
    let buyer = match asker.partner().filter(|_| !asker.sees_all()) {
        Some(partner) if !partner.has_role(Role::Buyer) => return Err(QuestionError::not_allowed()),
        Some(partner) => Some(&partner.partner),
        None => None,
    };
    let found = match (request.po_number, request.order_id) {
        (Some(number), None) => match buyer {
            Some(buyer) => view::order(db, OrderId::of(buyer, &number)).await?,
            None => view::by_po_number(db, number.as_str()).await?.into_iter().next(),
        },
        (None, Some(order_id)) => view::order(db, order_id).await?,
        (Some(_), Some(_)) | (None, None) => {
            return Err(QuestionError::bad_request("say either `po_number` or `order_id`"));
        }
    };
    let is_theirs = |order: &Order| buyer.is_none_or(|buyer| order.partner.as_ref() == Some(buyer));
    let found = found.filter(is_theirs);
    let found = found.and_then(|order| Some((order.po_number.clone()?, order)));
    let (po_number, order) =
        found.ok_or_else(|| QuestionError::not_found("there is no such order"))?;
    let order_id = order.order_id;
    let mut records = view::records(db, order_id).await?;
    if buyer.is_some() {
        records.retain(is_told_to_buyers);
    }
    // How to release an order is the operator's business.
    let timeline = match asker {
        Asker::Operator => view::entries(db, &order, records).await?,
        Asker::Partner(_) => records.into_iter().map(TraceEntry::from).collect(),
    };
    Ok(OrderStatus {
        order_id,
        po_number,
        status: state(order.status),
        lines: view::lines(db, order_id).await?,
        timeline: timeline.into_iter().map(timeline_entry).collect(),
    })
}

/// A payment may pay another buyer's order too: what is about several orders is not told.
fn is_told_to_buyers(record: &Record) -> bool {
    record.order_id.is_some() && TOLD_TO_BUYERS.contains(&&*record.aggregate)
}

fn timeline_entry(entry: TraceEntry) -> TimelineEntry {
    let TraceEntry { occurred_at, aggregate, event, summary, .. } = entry;
    TimelineEntry { at: occurred_at, event: format!("{aggregate}.{event}"), text: summary }
}

/// The contract's few words for how an order stands.
fn state(stage: Stage) -> OrderState {
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

async fn trace(db: &DatabaseConnection, request: TraceRequest) -> Result<Trace, QuestionError> {
    let found = view::matching(db, &request.order).await?.into_iter().next();
    let order = found.ok_or_else(|| QuestionError::not_found("there is no such order"))?;
    let records = view::records(db, order.order_id).await?;
    let entries = view::entries(db, &order, records).await?;
    Ok(Trace {
        order_id: order.order_id,
        po_number: order.po_number.map(|number| number.to_string()).unwrap_or_default(),
        status: order.status,
        entries,
    })
}
