//! `ordermesh trace`.

use anyhow::Result;
use clap::Args;
use comfy_table::{Table, presets::NOTHING};
use control_tower::{Trace as Answer, TraceRequest};

use super::{Common, Ended};

/// Show what happened to one order
#[derive(Debug, Args)]
pub(crate) struct Trace {
    #[command(flatten)]
    common: Common,
    /// An order id, or a PO number
    order: String,
}

impl Trace {
    pub async fn run(self) -> Result<Ended> {
        let operator = self.common.operator().await?;
        let request = TraceRequest { order: self.order.clone() };
        match operator.find::<Answer>("trace", &request).await? {
            Some(trace) => {
                super::print(&self.common, &trace, text)?;
                Ok(Ended::Well)
            }
            None => {
                eprintln!("no order `{}`; name an order id or a PO number", self.order);
                Ok(Ended::NotFound)
            }
        }
    }
}

fn text(trace: &Answer) -> String {
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
    format!("order {} (PO {}) is {status}\n\n{table}", trace.order_id, trace.po_number)
}
