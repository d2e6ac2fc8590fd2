//! What order-intake says.

use std::collections::BTreeMap;

use contracts::{
    Quantity,
    document::LineQuantity,
    event::{
        ExceptionKind, OrderAccepted, OrderBody, OrderCancelled, OrderChangeRequested,
        OrderChanged, OrderCompleted, OrderHeld, OrderRejected, OrderReleased,
    },
};

use super::{Change, Facts, Tell, words};
use crate::domain::order::{Figure, Standing};

impl Facts {
    /// The order as it stands, and what of its lines' quantities is cancelled.
    fn body(&mut self, order: &OrderBody, cancelled: &[LineQuantity]) {
        self.buyer(&order.partner, &order.po_number);
        self.customer_id = Some(order.customer_id.clone());
        self.ship_date = Some(order.requested_ship_date);
        self.tolerance = Some(order.over_ship_tolerance_percent);
        let gone: BTreeMap<u32, Quantity> =
            cancelled.iter().map(|gone| (gone.line, gone.quantity)).collect();
        self.changes.extend(order.lines.iter().map(|line| {
            let cancelled = gone.get(&line.line).copied().unwrap_or_default();
            let figure = Figure::Ordered { cancelled };
            Change { line: line.line, sku: line.sku.clone(), figure, quantity: line.quantity }
        }));
    }
}

fn goods(order: &OrderBody) -> String {
    let goods = words::goods(order.lines.iter().map(|line| (line.quantity, &line.sku)));
    format!("{goods} for {} {}", order.total, order.currency)
}

impl Tell for OrderAccepted {
    fn tell(&self, facts: &mut Facts) {
        facts.body(&self.order, &[]);
        facts.standing = Some(Standing::Accepted);
        facts.summary = format!("accepted {}", goods(&self.order));
    }
}

impl Tell for OrderHeld {
    fn tell(&self, facts: &mut Facts) {
        facts.body(&self.order, &[]);
        facts.standing = Some(Standing::Held);
        facts.summary = format!("held: {}", words::reasons(&self.reasons));
        let message = words::sentences(self.reasons.iter().map(|reason| &reason.message));
        facts.raise(ExceptionKind::OrderHeld, self.order_id.to_string(), message);
    }
}

impl Tell for OrderReleased {
    fn tell(&self, facts: &mut Facts) {
        facts.body(&self.order, &[]);
        facts.standing = Some(Standing::Accepted);
        let by = self.released_by.as_ref().map(|operator| format!(" by {operator}"));
        facts.summary = format!("released{}", by.unwrap_or_default());
    }
}

impl Tell for OrderRejected {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.standing = Some(Standing::Rejected);
        facts.summary = format!("rejected: {}", words::reasons(&self.reasons));
    }
}

impl Tell for OrderChangeRequested {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        let lines = self.lines.iter();
        let changes = lines.map(|line| format!("{} → {} × {}", line.from, line.to, line.sku));
        let what = match self.change_number {
            Some(number) => format!("change {number}"),
            None => format!("cancellation ({})", words::said(self.reason)),
        };
        facts.summary = format!("{what} asked for: {}", words::listed(changes));
    }
}

impl Tell for OrderChanged {
    fn tell(&self, facts: &mut Facts) {
        facts.body(&self.order, &self.cancelled);
        // Goods that left after an order was closed open it again.
        facts.standing = Some(Standing::Accepted);
        facts.summary = format!("changed to {}", goods(&self.order));
    }
}

impl Tell for OrderCancelled {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.change(Figure::Cancelled, &self.lines);
        facts.standing = self.whole.then_some(Standing::Cancelled);
        let lines = words::lines(&self.lines);
        facts.summary = format!("cancelled {lines}: {}", words::said(self.reason));
    }
}

impl Tell for OrderCompleted {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.standing = Some(Standing::Completed);
        facts.summary = "completed".to_owned();
    }
}
