//! `inventory.declined`: units that may not wait will not come. They are cancelled, and the buyer is
//! told (A3, A4).

use std::collections::BTreeSet;

use contracts::{
    Reason, ReasonLine,
    document::{LineQuantity, OrderAckStatus},
    event::{InventoryDeclined, OrderCancelled},
};
use mesh::{Context, Halt, Handler, OnEvent, Outputs, checked::plus};

use crate::{
    OrderIntake,
    domain::{
        acknowledgement::acknowledgement,
        change::advance::{Growth, advance},
        complete::complete,
        exposure::follow,
        ledger::Ledger,
        order::{Standing, Taken},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnEvent { keys, decide };

fn keys(declined: &InventoryDeclined, keys: &mut Keys) {
    keys.units(declined.order_id, &declined.lines);
}

fn decide(
    _: &OrderIntake,
    declined: &InventoryDeclined,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = declined.order_id;
    let mut outputs = Outputs::none();
    let Some(mut ledger) = Ledger::open(work, order_id)? else { return Ok(outputs) };
    let cancelled = cancel(&mut ledger, work, declined)?;
    if cancelled.is_empty() {
        return Ok(outputs);
    }
    let gone = gone(&ledger.order)?;
    let whole = gone.len() == ledger.body().lines.len();
    if whole {
        ledger.order.standing = Standing::Cancelled;
    }
    let body = ledger.body().clone();
    ledger.close(work)?;
    let Some(order) = work.orders.get_mut(&order_id) else { return Ok(outputs) };
    outputs.event(&OrderCancelled {
        order_id,
        partner: order.partner.clone(),
        po_number: order.po_number.clone(),
        lines: cancelled.clone(),
        whole,
        reason: Reason::OutOfStock,
    });
    let status = if whole { OrderAckStatus::Cancelled } else { OrderAckStatus::Accepted };
    let reasons = cancelled.iter().map(not_in_stock).collect();
    let mut answer = acknowledgement(order_id, &body, status, reasons);
    for line in answer.lines.iter_mut().filter(|line| gone.contains(&line.line)) {
        line.status = OrderAckStatus::Cancelled;
    }
    outputs.document(&order.partner, &answer);
    order.acknowledgement = answer;
    advance(work, order_id, Growth::Later, &mut outputs)?;
    complete(work, order_id, &mut outputs);
    follow(work, order_id, &mut outputs)?;
    Ok(outputs)
}

/// Cancels what is still open of the declined units.
fn cancel(
    ledger: &mut Ledger,
    work: &mut UnitOfWork,
    declined: &InventoryDeclined,
) -> Result<Vec<LineQuantity>, Halt> {
    let mut cancelled = Vec::new();
    for gone in &declined.lines {
        let taken = ledger.note(&mut work.lines, gone.line, |line| {
            let quantity = gone.quantity.min(line.open()?);
            line.cancelled = plus(line.cancelled, quantity)?;
            Ok(quantity)
        })?;
        if let Some(quantity) = taken.filter(|taken| !taken.is_zero()) {
            cancelled.push(LineQuantity { line: gone.line, sku: gone.sku.clone(), quantity });
        }
    }
    Ok(cancelled)
}

/// Lines of which nothing is wanted any more.
fn gone(order: &Taken) -> Result<BTreeSet<u32>, Halt> {
    let mut gone = BTreeSet::new();
    for line in &order.body.lines {
        if order.wanted(line)?.is_zero() {
            gone.insert(line.line);
        }
    }
    Ok(gone)
}

fn not_in_stock(gone: &LineQuantity) -> ReasonLine {
    let text = format!("{} of `{}` are not in stock, and may not wait", gone.quantity, gone.sku);
    ReasonLine::at(gone.line, Reason::OutOfStock, text)
}
