//! `ordermesh trace`.

use anyhow::Result;
use clap::Args;
use comfy_table::{Table, presets::NOTHING};
use contracts::{
    PoNumber,
    question::{
        Question as _, ShipmentLine, ShipmentStatus, ShipmentStatusRequest, ShipmentSummary,
    },
};
use control_tower::{Trace as Answer, TraceRequest};
use serde::Serialize;

use super::{Common, Ended};
use crate::operator::Operator;

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
                        eprintln!("where its goods are is not known: {error:#}");
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
    let mut table = Table::new();
    table.load_style(NOTHING).set_header(["time", "service", "event", "what"]);
    for entry in &trace.entries {
        let event = format!("{}.{}", entry.aggregate, entry.event);
        table.add_row([
            entry.occurred_at.to_string(),
            entry.service.clone(),
            event,
            entry.summary.clone(),
        ]);
    }
    let status = &trace.status;
    let mut text =
        format!("order {} (PO {}) is {status}\n\n{table}", trace.order_id, trace.po_number);
    let mut table = Table::new();
    table.load_style(NOTHING).set_header([
        "shipment",
        "warehouse",
        "is",
        "line: item, asked and left",
    ]);
    for it in shipments.iter().flatten() {
        let lines: Vec<_> = it.lines.iter().map(line).collect();
        let (warehouse, status) = (it.warehouse_id.to_string(), it.status.to_string());
        table.add_row([it.shipment_id.to_string(), warehouse, status, lines.join("; ")]);
    }
    if !table.is_empty() {
        text = format!("{text}\n\n{table}");
    }
    text
}

fn line(line: &ShipmentLine) -> String {
    let ShipmentLine { line, sku, requested, dispatched, short, cancelled } = line;
    let mut text = format!("{line}: {sku}, {requested} asked, {dispatched} left");
    for (quantity, what) in [(short, "short"), (cancelled, "taken back")] {
        if !quantity.is_zero() {
            text = format!("{text}, {quantity} {what}");
        }
    }
    text
}
