//! How far an order is: what will not come, what has left, what was billed (O10).

use std::collections::BTreeSet;

use contracts::{
    Amount, Money, OrderId, Quantity, Reason, ReasonLine,
    document::{LineQuantity, OrderAckStatus},
    event::{
        InventoryDeclined, InvoicePosted, InvoiceReduced, OrderCancelled, OrderCompleted,
        ShipmentDispatched,
    },
};
use mesh::{Decision, Json, Outputs};

use super::{
    Set, cash,
    change::{self, is_pending},
    credit::follow,
    exposure::{TooLarge, net_of},
    ledger::Ledger,
    order::{Line, Status},
    receive::acknowledgement,
    tally::Sums,
};

/// What may not wait will not come: cancelled and acknowledged (A3, A4).
pub fn declined(set: &mut Set, declined: &InventoryDeclined) -> Decision {
    decline(set, declined).map_or_else(Decision::from, Decision::from)
}

fn decline(set: &mut Set, declined: &InventoryDeclined) -> Result<Outputs, TooLarge> {
    let order_id = declined.order_id;
    let mut outputs = Outputs::none();
    let Some(mut ledger) = Ledger::open(set, order_id)? else { return Ok(outputs) };
    let mut cancelled = Vec::new();
    for gone in &declined.lines {
        let taken = ledger.note(&mut set.lines, gone.line, |line| {
            let quantity = gone.quantity.min(line.open());
            line.cancelled = line.cancelled.checked_add(quantity).unwrap_or(line.ordered);
            quantity
        })?;
        if let Some(quantity) = taken.filter(|taken| !taken.is_zero()) {
            cancelled.push(LineQuantity { line: gone.line, sku: gone.sku.clone(), quantity });
        }
    }
    if cancelled.is_empty() {
        return Ok(outputs);
    }
    ledger.close(set)?;
    let Some(order) = set.orders.get_mut(&order_id) else { return Ok(outputs) };
    let Some(body) = order.body.clone() else { return Ok(outputs) };
    let gone: BTreeSet<u32> = body
        .lines
        .iter()
        .filter(|line| order.wanted(line).is_zero())
        .map(|line| line.line)
        .collect();
    let whole = gone.len() == body.lines.len();
    if whole {
        order.status = Status::Cancelled;
    }
    outputs.event(&OrderCancelled {
        order_id,
        partner: order.partner.clone(),
        po_number: order.po_number.clone(),
        lines: cancelled.clone(),
        whole,
        reason: Reason::OutOfStock,
    });
    let status = if whole { OrderAckStatus::Cancelled } else { OrderAckStatus::Accepted };
    let reasons = cancelled.iter().map(|gone| {
        let text =
            format!("{} of `{}` are not in stock, and may not wait", gone.quantity, gone.sku);
        ReasonLine::at(gone.line, Reason::OutOfStock, text)
    });
    let mut answer = acknowledgement(order_id, &body, status, reasons.collect());
    let partner = order.partner.clone();
    for line in &mut answer.lines {
        if gone.contains(&line.line) {
            line.status = OrderAckStatus::Cancelled;
        }
    }
    order.acknowledgement = Json(answer.clone());
    outputs.document(&partner, &answer);
    change::moved(set, order_id, &mut outputs)?;
    complete(set, order_id, &mut outputs);
    follow(set, order_id, &mut outputs)?;
    Ok(outputs)
}

/// Goods have left.
pub fn dispatched(set: &mut Set, dispatched: &ShipmentDispatched) -> Decision {
    let mut outputs = Outputs::none();
    let left = dispatched.lines.iter().map(|gone| (gone.line, gone.quantity));
    let noted = note(set, dispatched.order_id, left, |line, quantity| {
        line.dispatched = line.dispatched.checked_add(quantity).unwrap_or(line.dispatched);
    });
    if let Err(error) = noted.and_then(|()| change::dispatched(set, dispatched, &mut outputs)) {
        return error.into();
    }
    complete(set, dispatched.order_id, &mut outputs);
    followed(set, dispatched.order_id, outputs)
}

/// Changes how far lines of an order are.
fn note(
    set: &mut Set,
    order_id: OrderId,
    units: impl Iterator<Item = (u32, Quantity)>,
    change: impl Fn(&mut Line, Quantity),
) -> Result<(), TooLarge> {
    let Some(mut ledger) = Ledger::open(set, order_id)? else { return Ok(()) };
    for (line, quantity) in units {
        ledger.note(&mut set.lines, line, |row| change(row, quantity))?;
    }
    ledger.close(set)
}

/// They were billed. An invoice may be seen before the dispatch it bills: shipment and invoice are
/// two aggregates. It waits.
pub fn billed(set: &mut Set, posted: &InvoicePosted) -> Decision {
    let order_id = posted.order_id;
    let owing = cash::invoice(posted);
    if set.owed.get(&owing.source().to_owned()).is_some() {
        return Outputs::none().into();
    }
    let early = posted.invoice.lines.iter().any(|billed| {
        set.lines.get(&(order_id, billed.line)).is_some_and(|line| {
            line.billed.checked_add(billed.quantity).is_none_or(|sum| sum > line.dispatched)
        })
    });
    if early {
        return Decision::Wait(mesh::Key::new("shipment", posted.invoice.shipment_id));
    }
    let mut outputs = match take_off(set, posted) {
        Ok(()) => Outputs::none(),
        Err(error) => return error.into(),
    };
    complete(set, order_id, &mut outputs);
    // What is billed is owed from now on, and no part of the order any more: one change.
    match cash::changed(set, &owing) {
        Decision::Done(owed) => outputs.extend(owed),
        other @ (Decision::Wait(_) | Decision::Poison { .. }) => return other,
    };
    followed(set, order_id, outputs)
}

/// Notes what an invoice bills of the order.
fn take_off(set: &mut Set, posted: &InvoicePosted) -> Result<(), TooLarge> {
    let (order_id, invoice) = (posted.order_id, &posted.invoice);
    let minor = |amount: Amount| {
        Money::of(amount, invoice.currency).map(|money| money.minor).map_err(|_| TooLarge)
    };
    let Some(mut ledger) = Ledger::open(set, order_id)? else { return Ok(()) };
    for billed in &invoice.lines {
        let Some(price) = ledger.line(billed.line) else { continue };
        // Billed before the line got the price that it has now, it takes its part off all the same.
        let net = net_of(price, billed.quantity, invoice.currency)?;
        let noted = ledger.note(&mut set.lines, billed.line, |line| {
            line.billed = line.billed.checked_add(billed.quantity)?;
            line.billed_net = line.billed_net.checked_add(net)?;
            Some(())
        })?;
        if noted == Some(None) {
            return Err(TooLarge);
        }
    }
    let charges = minor(invoice.charge_total)?;
    let billed = &mut ledger.order.billed_charges;
    *billed = billed.checked_add(charges).ok_or(TooLarge)?;
    ledger.close(set)
}

/// Units came back before they were billed: no invoice will bill them (I11).
pub fn reduced(set: &mut Set, reduced: &InvoiceReduced) -> Decision {
    let order_id = reduced.order_id;
    let back = reduced.lines.iter().map(|back| (back.line, back.quantity));
    let noted = note(set, order_id, back, |line, quantity| {
        line.waived = line.waived.checked_add(quantity).unwrap_or(line.waived);
    });
    if let Err(error) = noted {
        return error.into();
    }
    let mut outputs = Outputs::none();
    complete(set, order_id, &mut outputs);
    followed(set, order_id, outputs)
}

/// The customer's credit follows the order.
fn followed(set: &mut Set, order_id: OrderId, mut outputs: Outputs) -> Decision {
    match follow(set, order_id, &mut outputs) {
        Ok(()) => outputs.into(),
        Err(error) => error.into(),
    }
}

/// Rule O10: nothing of it is open, and nothing that was asked of it is undecided.
pub fn complete(set: &mut Set, order_id: OrderId, outputs: &mut Outputs) {
    let Some(order) = set.orders.get(&order_id) else { return };
    let Sums { open, shipped, .. } = order.tally.sums;
    if open > 0 || shipped == 0 || order.status != Status::Accepted || is_pending(set, order_id) {
        return;
    }
    let (partner, po_number) = (order.partner.clone(), order.po_number.clone());
    if let Some(order) = set.orders.get_mut(&order_id) {
        order.status = Status::Completed;
    }
    outputs.event(&OrderCompleted { order_id, partner, po_number });
}
