//! The facts of events of allocation.

use contracts::event::{
    ExceptionKind, InventoryBackordered, InventoryDeclined, InventoryRecalled, InventoryReleased,
    InventoryReserved, InventoryShort, ReservedLine, StockAdjusted,
};

use crate::domain::{
    facts::{Change, Facts},
    line::Figure,
    projection::{OfEvent, Projection},
    words,
};

pub const PROJECTIONS: &[&dyn Projection] = &[
    &OfEvent(inventory_reserved),
    &OfEvent(inventory_backordered),
    &OfEvent(inventory_declined),
    &OfEvent(inventory_recalled),
    &OfEvent(inventory_released),
    &OfEvent(inventory_short),
    &OfEvent(stock_adjusted),
];

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

fn inventory_reserved(event: &InventoryReserved, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.customer_id = Some(event.customer_id.clone());
    facts.changes.extend(event.lines.iter().map(|line| Change {
        line: line.line,
        sku: line.ordered_sku.clone(),
        figure: Figure::Reserved,
        quantity: line.quantity,
    }));
    facts.summary = format!("reserved {}", placed(&event.lines));
}

fn inventory_backordered(event: &InventoryBackordered, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.change(Figure::Waiting, &event.lines);
    facts.summary = format!("backordered {}", words::lines(&event.lines));
}

fn inventory_declined(event: &InventoryDeclined, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.change(Figure::GivenUp, &event.lines);
    facts.summary = format!("not in stock: {}", words::lines(&event.lines));
}

fn inventory_recalled(event: &InventoryRecalled, facts: &mut Facts) {
    facts.summary = format!("wanted back: {}", placed(&event.lines));
}

fn inventory_released(event: &InventoryReleased, facts: &mut Facts) {
    facts.change(Figure::GivenUp, &event.lines);
    facts.summary = format!("set free {}", words::lines(&event.lines));
}

fn inventory_short(event: &InventoryShort, facts: &mut Facts) {
    let lost = words::lines(&event.lines);
    facts.summary = format!("{} is short of {lost}", event.warehouse_id);
    let reference = format!("{}/{}", event.order_id, event.warehouse_id);
    let message = format!("{}: {}", facts.summary, event.why);
    facts.raise(ExceptionKind::InventoryShort, reference, message);
}

fn stock_adjusted(event: &StockAdjusted, facts: &mut Facts) {
    let lines = event.lines.iter().map(|line| format!("{} × {}", line.change, line.sku));
    let source = event.source.as_ref().replace('_', " ");
    let (at, lines) = (&event.warehouse_id, words::listed(lines));
    facts.summary = format!("stock of {at} by {source}: {lines}");
    let lost = event.lines.iter().filter(|line| !line.written_off.is_zero());
    let lost: Vec<_> = lost.map(|line| (line.written_off, &line.sku)).collect();
    if !lost.is_empty() {
        let (lost, transfer) = (words::goods(lost), &event.reference);
        let message = format!("{lost} of transfer {transfer} left {at} and did not arrive");
        facts.summary.clone_from(&message);
        facts.raise(ExceptionKind::TransferLoss, format!("{at}/{transfer}"), message);
    }
}
