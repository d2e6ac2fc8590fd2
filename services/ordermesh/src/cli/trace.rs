use anyhow::Result;
use clap::Args;
use contracts::{
    PoNumber, Quantity,
    question::{
        Question as _, ShipmentLine, ShipmentStatus, ShipmentStatusRequest, ShipmentSummary,
    },
};
use control_tower::{Trace as Answer, TraceRequest};
use jiff::Timestamp;
use serde::Serialize;

use super::{
    common::CommonArgs,
    operator_command::{OrderOfBuyer, OrderRef},
    outcome::{Outcome, chain},
};
use crate::{
    operator::Operator,
    table::{fields, fitted, table, when},
};

/// Show what happened to one order
#[derive(Debug, Args)]
#[command(mut_arg("order", |order| order.help(
    "An order id, a PO number (of several buyers' orders the latest), or the number of an invoice, a \
     shipment, a payment or a return")))]
pub(crate) struct Trace {
    #[command(flatten)]
    common: CommonArgs,
    #[command(flatten)]
    order: OrderRef,
}

/// An order's history, and the state of its shipments.
#[derive(Debug, Serialize)]
struct OrderHistory {
    #[serde(flatten)]
    trace: Answer,
    /// The shipments requested from warehouses; none if fulfillment-bridge does not answer.
    shipments: Option<Vec<ShipmentSummary>>,
    /// Other buyers' orders with the same PO number, if a PO number was given.
    others: Vec<OrderOfBuyer>,
}

impl Trace {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.common.operator().await?;
        let request = TraceRequest { order: self.order.named()? };
        let Some(trace) = operator.find::<Answer>("trace", &request).await? else {
            let order = &self.order.order;
            return Ok(Outcome::NotFound(format!(
                "no order `{order}`, or it is not answered yet; name an order id or a PO number"
            )));
        };
        // The order is shown even if a service is down: that is when people look at it.
        let shipments = match shipments(&operator, &trace).await {
            Ok(shipments) => Some(shipments),
            Err(error) => {
                eprintln!("where its goods are is not known: {}", chain(&error));
                None
            }
        };
        let mut others = Vec::new();
        if request.order == trace.po_number {
            others = self.order.used(&operator).await?;
            others.retain(|used| used.order_id != trace.order_id);
        }
        self.common.print(&OrderHistory { trace, shipments, others }, text)?;
        Ok(Outcome::Success)
    }
}

async fn shipments(operator: &Operator, trace: &Answer) -> Result<Vec<ShipmentSummary>> {
    let Ok(po_number) = PoNumber::new(&trace.po_number) else { return Ok(Vec::new()) };
    let request = ShipmentStatusRequest { po_number };
    let status: Option<ShipmentStatus> =
        operator.find(ShipmentStatusRequest::NAME, &request).await?;
    let mut shipments = status.map_or_else(Vec::new, |status| status.shipments);
    shipments.retain(|shipment| shipment.order_id == trace.order_id);
    Ok(shipments)
}

fn text(history: &OrderHistory) -> String {
    let OrderHistory { trace, shipments, others } = history;
    let (now, Answer { order_id, po_number, status, entries }) = (Timestamp::now(), trace);
    let mut happened = table(["time", "event (service)", "what"]);
    for it in entries {
        let event = format!("{}.{} ({})", it.aggregate, it.event, it.service);
        happened.add_row([when(it.occurred_at, now), event, it.summary.clone()]);
    }
    let mut head = format!("order {order_id} (PO {po_number}) is {status}");
    if !others.is_empty() {
        let others: Vec<_> =
            others.iter().map(|it| format!("{} ({})", it.partner, it.order_id)).collect();
        head += &format!(
            "\n{po_number} is also an order of {}; say whose with --buyer",
            others.join(", ")
        );
    }
    let shipments = shipments.iter().flatten().map(shipment);
    [head, fitted(happened)].into_iter().chain(shipments).collect::<Vec<_>>().join("\n\n")
}

/// Returns a table with a row per line; columns that are empty in all rows are left out.
fn shipment(it: &ShipmentSummary) -> String {
    type Figure = fn(&ShipmentLine) -> Quantity;
    const FIGURES: [(&str, Figure); 5] = [
        ("asked", |line| line.requested),
        ("left", |line| line.dispatched),
        ("short", |line| line.short),
        ("taken back", |line| line.cancelled),
        ("sent with another", |line| line.covered),
    ];
    let always = |name| ["asked", "left"].contains(&name);
    let any = |of: &Figure| it.lines.iter().any(|line| !of(line).is_zero());
    let shown = FIGURES.into_iter().filter(|(name, of)| always(*name) || any(of));
    let shown: Vec<_> = shown.collect();
    let mut lines = fields();
    lines.set_header(["line", "item"].into_iter().chain(shown.iter().map(|(name, _)| *name)));
    for line in &it.lines {
        let figures = shown.iter().map(|(_, of)| of(line).to_string());
        lines.add_row([line.line.to_string(), line.sku.to_string()].into_iter().chain(figures));
    }
    let head = format!("shipment {} of {} is {}", it.shipment_id, it.warehouse_id, it.status);
    format!("{head}\n{}", fitted(lines))
}
