//! The facts of events of order-intake.

use std::collections::BTreeMap;

use contracts::{
    Quantity,
    document::LineQuantity,
    event::{
        ExceptionKind, OrderAccepted, OrderBody, OrderCancelled, OrderChangeRequested,
        OrderChanged, OrderCompleted, OrderHeld, OrderRejected, OrderReleased,
    },
};

use crate::domain::{
    facts::{Change, Facts},
    line::Figure,
    projection::{OfEvent, Projection},
    status::OrderStatus,
    words,
};

pub const PROJECTIONS: &[&dyn Projection] = &[
    &OfEvent(order_accepted),
    &OfEvent(order_held),
    &OfEvent(order_released),
    &OfEvent(order_rejected),
    &OfEvent(order_change_requested),
    &OfEvent(order_changed),
    &OfEvent(order_cancelled),
    &OfEvent(order_completed),
];

impl Facts {
    /// Takes over the whole order. `cancelled` is the part of its lines that will not come.
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

fn order_accepted(event: &OrderAccepted, facts: &mut Facts) {
    facts.body(&event.order, &[]);
    facts.status = Some(OrderStatus::Accepted);
    facts.summary = format!("accepted {}", goods(&event.order));
}

fn order_held(event: &OrderHeld, facts: &mut Facts) {
    facts.body(&event.order, &[]);
    facts.status = Some(OrderStatus::Held);
    facts.summary = format!("held: {}", words::reasons(&event.reasons));
    let message = words::sentences(event.reasons.iter().map(|reason| &reason.message));
    facts.raise(ExceptionKind::OrderHeld, event.order_id.to_string(), message);
}

fn order_released(event: &OrderReleased, facts: &mut Facts) {
    facts.body(&event.order, &[]);
    facts.status = Some(OrderStatus::Accepted);
    let by = event.released_by.as_ref().map(|operator| format!(" by {operator}"));
    facts.summary = format!("released{}", by.unwrap_or_default());
}

fn order_rejected(event: &OrderRejected, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.status = Some(OrderStatus::Rejected);
    facts.summary = format!("rejected: {}", words::reasons(&event.reasons));
}

fn order_change_requested(event: &OrderChangeRequested, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    let lines = event.lines.iter();
    let changes = lines.map(|line| format!("{} → {} × {}", line.from, line.to, line.sku));
    let what = match event.change_number {
        Some(number) => format!("change {number}"),
        None => format!("cancellation ({})", words::code(event.reason)),
    };
    facts.summary = format!("{what} asked for: {}", words::listed(changes));
}

fn order_changed(event: &OrderChanged, facts: &mut Facts) {
    facts.body(&event.order, &event.cancelled);
    // Goods that left after an order was closed open it again.
    facts.status = Some(OrderStatus::Accepted);
    facts.summary = format!("changed to {}", goods(&event.order));
}

fn order_cancelled(event: &OrderCancelled, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.change(Figure::Cancelled, &event.lines);
    facts.status = event.whole.then_some(OrderStatus::Cancelled);
    let lines = words::lines(&event.lines);
    facts.summary = format!("cancelled {lines}: {}", words::code(event.reason));
}

fn order_completed(event: &OrderCompleted, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.status = Some(OrderStatus::Completed);
    facts.summary = "completed".to_owned();
}
