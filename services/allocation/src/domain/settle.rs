//! The units that an order has not got: it waits and is told so, or may not wait and is declined (A3,
//! A4).

use std::collections::BTreeSet;

use contracts::{
    OrderId, Sku,
    document::{BackorderNotice, LineQuantity},
    event::{InventoryBackordered, InventoryDeclined, InventoryRecalled},
};
use mesh::{
    Halt, Outputs,
    checked::{beyond, minus, plus},
};

use super::{
    books, ledger,
    order::{Line, Order},
    queue::Held,
    whole,
};
use crate::unit_of_work::UnitOfWork;

/// Announces the units of these items that an order has to wait for, or declines those that may not
/// wait. Nothing is announced twice. An order that has to stay whole is recalled where it cannot, and
/// waits, or is declined, once the warehouses have answered.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn settle(
    work: &mut UnitOfWork,
    order_id: OrderId,
    skus: &BTreeSet<Sku>,
    held: Held<'_>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let Some(order) = work.orders.get(&order_id).cloned() else { return Ok(()) };
    let stays_whole = whole::is_whole(work, &order);
    let unnotified: Vec<Line> = books::lines_of(work, order_id)
        .filter(|line| line.is_unnotified() && (stays_whole || skus.contains(&line.sku)))
        .cloned()
        .collect();
    if unnotified.is_empty() {
        return Ok(());
    }
    let recalled = whole::keep(work, order_id, held)?;
    if !recalled.is_empty() {
        outputs.event(&InventoryRecalled { order_id, lines: recalled });
    }
    if whole::awaits_word(work, order_id) {
        for line in unnotified {
            ledger::change_line(work, order_id, line.line, |line| {
                line.notified = line.backordered;
                Ok(())
            })?;
        }
        return Ok(());
    }
    let lines = settle_lines(work, &order, unnotified)?;
    if !lines.is_empty() && order.allow_backorder {
        announce_backordered(&order, lines, outputs);
    } else if !lines.is_empty() {
        announce_declined(&order, lines, outputs);
    }
    Ok(())
}

/// Notes what is announced of each line: that its units wait, or that they are declined.
fn settle_lines(
    work: &mut UnitOfWork,
    order: &Order,
    unnotified: Vec<Line>,
) -> Result<Vec<LineQuantity>, Halt> {
    let mut announced = Vec::new();
    for line in unnotified {
        let quantity = if order.allow_backorder {
            minus(line.backordered, line.notified)?
        } else {
            // What a warehouse may still ship is not given up before it has said so.
            beyond(line.backordered, books::in_doubt(work, order.order_id, line.line)?)
        };
        ledger::change_line(work, order.order_id, line.line, |line| {
            if !order.allow_backorder {
                line.backordered = minus(line.backordered, quantity)?;
                line.declined = plus(line.declined, quantity)?;
            }
            line.notified = line.backordered;
            Ok(())
        })?;
        if !quantity.is_zero() {
            announced.push(LineQuantity { line: line.line, sku: line.sku, quantity });
        }
    }
    Ok(announced)
}

fn announce_backordered(order: &Order, lines: Vec<LineQuantity>, outputs: &mut Outputs) {
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

fn announce_declined(order: &Order, lines: Vec<LineQuantity>, outputs: &mut Outputs) {
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
