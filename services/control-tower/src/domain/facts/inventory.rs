//! What allocation says.

use contracts::event::{
    ExceptionKind, InventoryBackordered, InventoryDeclined, InventoryRecalled, InventoryReleased,
    InventoryReserved, InventoryShort, ReservedLine, StockAdjusted,
};

use super::{Change, Facts, Tell, words};
use crate::domain::order::Figure;

fn placed(lines: &[ReservedLine]) -> String {
    words::listed(lines.iter().map(|line| {
        let instead = if line.sku == line.ordered_sku {
            String::new()
        } else {
            format!(" for {}", line.ordered_sku)
        };
        format!("{} × {}{instead} at {}", line.quantity, line.sku, line.warehouse_id)
    }))
}

impl Tell for InventoryReserved {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.customer_id = Some(self.customer_id.clone());
        facts.changes.extend(self.lines.iter().map(|line| Change {
            line: line.line,
            sku: line.ordered_sku.clone(),
            figure: Figure::Reserved,
            quantity: line.quantity,
        }));
        facts.summary = format!("reserved {}", placed(&self.lines));
    }
}

impl Tell for InventoryBackordered {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.change(Figure::Waiting, &self.lines);
        facts.summary = format!("backordered {}", words::lines(&self.lines));
    }
}

impl Tell for InventoryDeclined {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.change(Figure::GivenUp, &self.lines);
        facts.summary = format!("not in stock: {}", words::lines(&self.lines));
    }
}

impl Tell for InventoryRecalled {
    fn tell(&self, facts: &mut Facts) {
        facts.summary = format!("wanted back: {}", placed(&self.lines));
    }
}

impl Tell for InventoryReleased {
    fn tell(&self, facts: &mut Facts) {
        facts.change(Figure::GivenUp, &self.lines);
        facts.summary = format!("set free {}", words::lines(&self.lines));
    }
}

impl Tell for InventoryShort {
    fn tell(&self, facts: &mut Facts) {
        let lost = words::lines(&self.lines);
        facts.summary = format!("{} is short of {lost}", self.warehouse_id);
        let reference = format!("{}/{}", self.order_id, self.warehouse_id);
        let message = format!("{}: {}", facts.summary, self.why);
        facts.raise(ExceptionKind::InventoryShort, reference, message);
    }
}

impl Tell for StockAdjusted {
    fn tell(&self, facts: &mut Facts) {
        let lines = self.lines.iter().map(|line| format!("{} × {}", line.change, line.sku));
        let source = self.source.as_ref().replace('_', " ");
        let (at, lines) = (&self.warehouse_id, words::listed(lines));
        facts.summary = format!("stock of {at} by {source}: {lines}");
        let lost = self.lines.iter().filter(|line| !line.written_off.is_zero());
        let lost: Vec<_> = lost.map(|line| (line.written_off, &line.sku)).collect();
        if !lost.is_empty() {
            let (lost, transfer) = (words::goods(lost), &self.reference);
            let message = format!("{lost} of transfer {transfer} left {at} and did not arrive");
            facts.summary.clone_from(&message);
            facts.raise(ExceptionKind::TransferLoss, format!("{at}/{transfer}"), message);
        }
    }
}
