//! `ordermesh trace`.

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

use super::{Common, Ended, outcome::chain};
use crate::{
    operator::Operator,
    table::{fields, fitted, table, when},
};

/// Show what happened to one order
#[derive(Debug, Args)]
pub(crate) struct Trace {
    #[command(flatten)]
    common: Common,
    /// An order id, or a PO number: of several buyers' orders the latest
    order: String,
}

/// What happened, and where the goods are.
#[derive(Debug, Serialize)]
struct Told {
    #[serde(flatten)]
    trace: Answer,
    /// What warehouses were asked; none when fulfillment-bridge does not answer.
    shipments: Option<Vec<ShipmentSummary>>,
}

impl Trace {
    pub async fn run(self) -> Result<Ended> {
        let operator = self.common.operator().await?;
        let request = TraceRequest { order: self.order.clone() };
        match operator.find::<Answer>("trace", &request).await? {
            Some(trace) => {
                // An order is looked at when something does not run.
                let shipments = match shipments(&operator, &trace).await {
                    Ok(shipments) => Some(shipments),
                    Err(error) => {
                        eprintln!("where its goods are is not known: {}", chain(&error));
                        None
                    }
                };
                super::print(&self.common, &Told { trace, shipments }, text)?;
                Ok(Ended::Well)
            }
            None => Ok(Ended::NotFound(format!(
                "no order `{}`; name an order id or a PO number",
                self.order
            ))),
        }
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

fn text(told: &Told) -> String {
    let Told { trace, shipments } = told;
    let (now, Answer { order_id, po_number, status, entries }) = (Timestamp::now(), trace);
    let mut happened = table(["time", "event (service)", "what"]);
    for it in entries {
        let event = format!("{}.{} ({})", it.aggregate, it.event, it.service);
        happened.add_row([when(it.occurred_at, now), event, it.summary.clone()]);
    }
    let head = format!("order {order_id} (PO {po_number}) is {status}");
    let shipments = shipments.iter().flatten().map(shipment);
    [head, fitted(happened)].into_iter().chain(shipments).collect::<Vec<_>>().join("\n\n")
}

/// One line each of an order; figures that are of none of them are left out.
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
