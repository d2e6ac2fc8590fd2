//! How far an order is: what will not come, what has left, what was billed (O10).

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
    order::{Line, Status},
    receive::acknowledgement,
};

/// What may not wait will not come: cancelled and acknowledged (A3, A4).
pub fn declined(set: &mut Set, declined: &InventoryDeclined) -> Decision {
    let order_id = declined.order_id;
    let mut cancelled = Vec::new();
    for gone in &declined.lines {
        let Some(line) = set.lines.get_mut(&(order_id, gone.line)) else { continue };
        let quantity = gone.quantity.min(line.open());
        line.cancelled = line.cancelled.checked_add(quantity).unwrap_or(line.ordered);
        if !quantity.is_zero() {
            cancelled.push(LineQuantity { line: gone.line, sku: gone.sku.clone(), quantity });
        }
    }
    let mut outputs = Outputs::none();
    if cancelled.is_empty() {
        return outputs.into();
    }
    let whole = lines_of(set, order_id).all(|line| line.cancelled == line.ordered);
    let Some(order) = set.orders.get_mut(&order_id) else { return outputs.into() };
    let Some(body) = order.body.clone() else { return outputs.into() };
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
        let gone =
            set.lines.get(&(order_id, line.line)).is_some_and(|row| row.cancelled == row.ordered);
        if gone {
            line.status = OrderAckStatus::Cancelled;
        }
    }
    if let Some(order) = set.orders.get_mut(&order_id) {
        order.acknowledgement = Json(answer.clone());
    }
    outputs.document(&partner, &answer);
    if let Err(error) = change::moved(set, order_id, &mut outputs) {
        return error.into();
    }
    complete(set, order_id, &mut outputs);
    followed(set, order_id, outputs)
}

/// Goods have left.
pub fn dispatched(set: &mut Set, dispatched: &ShipmentDispatched) -> Decision {
    let mut outputs = Outputs::none();
    for gone in &dispatched.lines {
        if let Some(line) = set.lines.get_mut(&(dispatched.order_id, gone.line)) {
            line.dispatched = line.dispatched.checked_add(gone.quantity).unwrap_or(line.dispatched);
        }
    }
    if let Err(error) = change::dispatched(set, dispatched, &mut outputs) {
        return error.into();
    }
    complete(set, dispatched.order_id, &mut outputs);
    followed(set, dispatched.order_id, outputs)
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
    for billed in &invoice.lines {
        let price = set.orders.get(&order_id).and_then(|order| order.line(billed.line));
        let Some(price) = price else { continue };
        // Billed before the line got the price that it has now, it takes its part off all the same.
        let net = net_of(price, billed.quantity, invoice.currency)?;
        let Some(line) = set.lines.get_mut(&(order_id, billed.line)) else { continue };
        line.billed = line.billed.checked_add(billed.quantity).ok_or(TooLarge)?;
        line.billed_net = line.billed_net.checked_add(net).ok_or(TooLarge)?;
    }
    if let Some(order) = set.orders.get_mut(&order_id) {
        let charges = minor(invoice.charge_total)?;
        order.billed_charges = order.billed_charges.checked_add(charges).ok_or(TooLarge)?;
    }
    Ok(())
}

/// Units came back before they were billed: no invoice will bill them (I11).
pub fn reduced(set: &mut Set, reduced: &InvoiceReduced) -> Decision {
    let order_id = reduced.order_id;
    for back in &reduced.lines {
        if let Some(line) = set.lines.get_mut(&(order_id, back.line)) {
            line.waived = line.waived.checked_add(back.quantity).unwrap_or(line.waived);
        }
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
    let done = lines_of(set, order_id).all(Line::is_done);
    let shipped = lines_of(set, order_id).any(|line| line.dispatched > Quantity::ZERO);
    let Some(order) = set.orders.get(&order_id) else { return };
    if !done || !shipped || order.status != Status::Accepted || is_pending(set, order_id) {
        return;
    }
    let (partner, po_number) = (order.partner.clone(), order.po_number.clone());
    if let Some(order) = set.orders.get_mut(&order_id) {
        order.status = Status::Completed;
    }
    outputs.event(&OrderCompleted { order_id, partner, po_number });
}

fn lines_of(set: &Set, order_id: OrderId) -> impl Iterator<Item = &Line> {
    set.lines.range((order_id, 0)..=(order_id, u32::MAX))
}
