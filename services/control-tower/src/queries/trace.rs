//! The events of an order, each after its cause.

use futures::FutureExt as _;
use mesh::{Asker, DatabaseConnection, Endpoint, QuestionError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::request::{json, read_of_operator};
use crate::{
    ControlTower,
    view::{self, Trace},
};

pub const ENDPOINT: Endpoint<ControlTower> = Endpoint {
    question: "trace",
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// A request for the events of an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceRequest {
    /// An order id, a PO number (of several buyers' orders the latest), or another number by which
    /// the order is known, such as an invoice's.
    pub order: String,
}

async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let TraceRequest { order } = read_of_operator(asker, request)?;
    let found = view::matching(db, &order).await?.into_iter().next();
    let order = found.ok_or_else(|| QuestionError::not_found("there is no such order"))?;
    let records = view::records(db, order.order_id).await?;
    let entries = view::entries(db, &order, records).await?;
    json(Trace {
        order_id: order.order_id,
        po_number: order.po_number.map(|number| number.to_string()).unwrap_or_default(),
        status: order.stage,
        entries,
    })
}
