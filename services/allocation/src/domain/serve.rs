//! Serving orders: what is there is set aside for them (A3, A4).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    OrderId, Quantity, Sku,
    event::{InventoryReserved, OrderBody, ReservedLine},
};
use jiff::Timestamp;
use mesh::{Context, Decision, Key, Outputs};

use super::{
    Set, ledger,
    order::{Line, Order},
    plan::{Demand, Pick, plan},
    settle::settle,
};

/// An order is to be served. Items whose freed stock is just being given out are given to it
/// together with those who wait, by rank (A6).
pub fn accepted(
    set: &mut Set,
    order_id: OrderId,
    body: &OrderBody,
    context: &Context<'_>,
) -> Decision {
    let mut outputs = Outputs::none();
    if set.orders.get(&order_id).is_some() {
        return outputs.into();
    }
    let age = context.inbound.map(|inbound| (inbound.stored_at, inbound.stream_sequence));
    let order = Order::accepted(order_id, body, age.unwrap_or((context.now, 0)));
    set.orders.put(order.clone());
    for line in &body.lines {
        ledger::add_line(set, &order, line.line, &line.sku, line.quantity);
    }
    let skus = body.lines.iter().map(|line| line.sku.clone()).collect();
    give_now(set, &order, skus, context.now, &mut outputs);
    outputs.into()
}

/// Lines that grew, and new ones, wait and are served like a new order's. What became less was
/// given back before (O7).
pub fn changed(
    set: &mut Set,
    order_id: OrderId,
    body: &OrderBody,
    context: &Context<'_>,
) -> Decision {
    let mut outputs = Outputs::none();
    let Some(order) = set.orders.get(&order_id).cloned() else {
        return Decision::Wait(Key::new("order", order_id));
    };
    let mut grown = BTreeSet::new();
    for wanted in &body.lines {
        let before = set.lines.get(&(order_id, wanted.line)).map(|line| line.ordered);
        let Some(before) = before else {
            ledger::add_line(set, &order, wanted.line, &wanted.sku, wanted.quantity);
            grown.insert(wanted.sku.clone());
            continue;
        };
        let more = wanted.quantity.saturating_sub(before);
        ledger::change_line(set, order_id, wanted.line, |line| {
            line.ordered = wanted.quantity;
            line.backordered = ledger::plus(line.backordered, more);
        });
        if !more.is_zero() {
            grown.insert(wanted.sku.clone());
        }
    }
    give_now(set, &order, grown, context.now, &mut outputs);
    outputs.into()
}

/// Serves items at once, but those whose freed stock is just being given out by rank.
fn give_now(
    set: &mut Set,
    order: &Order,
    skus: BTreeSet<Sku>,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let (freed, ready): (BTreeSet<Sku>, BTreeSet<Sku>) =
        skus.into_iter().partition(|sku| set.queues.get(sku).is_some_and(|queue| queue.freed));
    freed.iter().for_each(|sku| ledger::mark(set, sku, outputs));
    if order.ship_complete && !freed.is_empty() {
        // All of it stands in line, whichever of its items is looked at first.
        ready.iter().for_each(|sku| ledger::mark(set, sku, outputs));
    } else {
        serve(set, order.order_id, &ready, now, outputs);
        settle(set, order.order_id, &ready, outputs);
    }
}

/// Gives an order what is there of these items; of all its items, where it is shipped complete.
pub fn serve(
    set: &mut Set,
    order_id: OrderId,
    skus: &BTreeSet<Sku>,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let Some(order) = set.orders.get(&order_id).cloned() else { return };
    let asked = |line: &&Line| order.ship_complete || skus.contains(&line.sku);
    let demands: Vec<Demand> = ledger::lines_of(set, order_id)
        .filter(asked)
        .map(|line| Demand {
            line: line.line,
            sku: line.sku.clone(),
            quantity: line.backordered.saturating_sub(ledger::lost(set, order_id, line.line)),
        })
        .filter(|demand| !demand.quantity.is_zero())
        .collect();
    let picks = plan(set, &order, &demands);
    let wanted: Quantity = demands.iter().map(|demand| demand.quantity).sum();
    let got: Quantity = picks.iter().map(|pick| pick.quantity).sum();
    if got.is_zero() || (order.ship_complete && got < wanted) {
        return;
    }
    let why = why(&order, &picks, got, wanted);
    for pick in &picks {
        let key = (order_id, pick.line, pick.sku.clone(), pick.warehouse_id.clone());
        ledger::reserve(set, &key, pick.quantity, &why, now);
    }
    outputs.event(&InventoryReserved {
        order_id,
        partner: order.partner,
        po_number: order.po_number,
        customer_id: order.customer_id,
        ship_to: order.ship_to.0,
        requested_ship_date: order.requested_ship_date,
        lines: picks.into_iter().map(reserved_line).collect(),
        why,
    });
}

fn reserved_line(pick: Pick) -> ReservedLine {
    ReservedLine {
        line: pick.line,
        sku: pick.sku,
        ordered_sku: pick.ordered,
        warehouse_id: pick.warehouse_id,
        quantity: pick.quantity,
    }
}

fn why(order: &Order, picks: &[Pick], got: Quantity, wanted: Quantity) -> String {
    let mut from: BTreeMap<&str, Quantity> = BTreeMap::new();
    for pick in picks {
        let sum = from.entry(pick.warehouse_id.as_str()).or_default();
        *sum = ledger::plus(*sum, pick.quantity);
    }
    let from: Vec<String> = from.iter().map(|(id, units)| format!("{units} from {id}")).collect();
    let rank = format!("priority {}, ordered {}", order.priority, order.order_date);
    let mut why = format!("{got} of {wanted}: {} ({rank})", from.join(", "));
    let instead = picks.iter().filter(|pick| pick.sku != pick.ordered);
    for pick in instead {
        let more = format!("; {} × `{}` instead of `{}`", pick.quantity, pick.sku, pick.ordered);
        why.push_str(&more);
    }
    why
}
