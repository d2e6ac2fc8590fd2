//! What an order has not got: it waits and is told so, or may not wait and is declined (A3, A4).

use std::collections::BTreeSet;

use contracts::{
    OrderId, Quantity, Sku,
    document::{BackorderNotice, LineQuantity},
    event::{InventoryBackordered, InventoryDeclined, InventoryRecalled},
};
use mesh::Outputs;

use super::{
    Set, ledger,
    order::{Line, Order},
    whole,
};

/// Says what of these items an order has to wait for, or declines what may not wait. Nothing is
/// said twice. An order that has to stay whole is recalled where it cannot, and waits, or is declined,
/// once the warehouses have answered.
pub fn settle(
    set: &mut Set,
    order_id: OrderId,
    skus: &BTreeSet<Sku>,
    held: &BTreeSet<Sku>,
    outputs: &mut Outputs,
) {
    let Some(order) = set.orders.get(&order_id).cloned() else { return };
    let stays_whole = whole::is_whole(set, &order);
    let untold: Vec<Line> = ledger::lines_of(set, order_id)
        .filter(|line| line.is_untold() && (stays_whole || skus.contains(&line.sku)))
        .cloned()
        .collect();
    if untold.is_empty() {
        return;
    }
    let recalled = whole::keep(set, order_id, held);
    if !recalled.is_empty() {
        outputs.event(&InventoryRecalled { order_id, lines: recalled });
    }
    if whole::awaits_word(set, order_id) {
        for line in untold {
            ledger::change_line(set, order_id, line.line, |line| line.told = line.backordered);
        }
    } else {
        say(set, &order, untold, outputs);
    }
}

fn say(set: &mut Set, order: &Order, untold: Vec<Line>, outputs: &mut Outputs) {
    let order_id = order.order_id;
    let mut said = Vec::new();
    for line in untold {
        // What a warehouse may still ship is not given up before it has said so.
        let held = if order.allow_backorder {
            Quantity::ZERO
        } else {
            ledger::lost(set, order_id, line.line)
        };
        let told = if order.allow_backorder { line.told } else { held };
        let quantity = line.backordered.saturating_sub(told);
        ledger::change_line(set, order_id, line.line, |line| {
            if !order.allow_backorder {
                line.backordered = line.backordered.saturating_sub(quantity);
                line.declined = ledger::plus(line.declined, quantity);
            }
            line.told = line.backordered;
        });
        if !quantity.is_zero() {
            said.push(LineQuantity { line: line.line, sku: line.sku, quantity });
        }
    }
    if said.is_empty() {
        return;
    }
    if order.allow_backorder {
        backordered(order, said, outputs);
    } else {
        declined(order, said, outputs);
    }
}

fn backordered(order: &Order, lines: Vec<LineQuantity>, outputs: &mut Outputs) {
    let reason = if order.ship_complete {
        "not all of the order is free at once, and it is shipped complete"
    } else {
        "not enough is free"
    };
    let (priority, date) = (order.priority, order.order_date);
    outputs.event(&InventoryBackordered {
        order_id: order.order_id,
        partner: order.partner.clone(),
        po_number: order.po_number.clone(),
        lines: lines.clone(),
        why: format!("{reason}; it waits by priority {priority}, order date {date} and age"),
    });
    outputs.document(
        &order.partner,
        &BackorderNotice { po_number: order.po_number.clone(), order_id: order.order_id, lines },
    );
}

fn declined(order: &Order, lines: Vec<LineQuantity>, outputs: &mut Outputs) {
    let why = if order.ship_complete {
        "not all of the order is free at once, it is shipped complete and may not wait"
    } else {
        "not enough is free, and the order may not wait"
    };
    outputs.event(&InventoryDeclined {
        order_id: order.order_id,
        partner: order.partner.clone(),
        po_number: order.po_number.clone(),
        lines,
        why: why.to_owned(),
    });
}
