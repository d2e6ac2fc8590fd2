//! Serving orders: what is there is set aside for them (A3, A4).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    OrderId, Quantity, Sku,
    event::{InventoryReserved, OrderBody, ReservedLine},
};
use jiff::Timestamp;
use mesh::{Context, Decision, Outputs};

use super::{
    Set, ledger,
    order::{Line, Order},
    plan::{Ask, Demand, Pick, plan, with_substitutes},
    settle::settle,
    whole,
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

/// Serves items at once, but those that are just being given out by rank, and those that may be
/// replaced by such: they stand in line.
pub fn give_now(
    set: &mut Set,
    order: &Order,
    skus: BTreeSet<Sku>,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let given = ledger::being_given(set);
    let stays_whole = whole::is_whole(set, order);
    let skus = if stays_whole { waiting(set, order.order_id) } else { skus };
    let lines: BTreeMap<Sku, BTreeSet<Sku>> = skus
        .into_iter()
        .map(|sku| {
            let from = takes_from(set, order, &sku);
            let given = from.intersection(&given).cloned().collect();
            (sku, given)
        })
        .collect();
    let ready: BTreeSet<Sku> =
        lines.iter().filter(|(_, given)| given.is_empty()).map(|(sku, _)| sku.clone()).collect();
    for sku in lines.values().flatten() {
        ledger::mark(set, sku, outputs);
    }
    if stays_whole && ready.len() < lines.len() {
        // All of it stands in line, whichever of its items is looked at first.
        ready.iter().for_each(|sku| ledger::mark(set, sku, outputs));
    } else {
        serve(set, order.order_id, &ready, &given, now, outputs);
        settle(set, order.order_id, &ready, &given, outputs);
    }
}

fn waiting(set: &Set, order_id: OrderId) -> BTreeSet<Sku> {
    let waits = |line: &&Line| !line.backordered.is_zero();
    ledger::lines_of(set, order_id).filter(waits).map(|line| line.sku.clone()).collect()
}

/// Items that a line of an order may get for the one it ordered.
#[must_use]
pub fn takes_from(set: &Set, order: &Order, sku: &Sku) -> BTreeSet<Sku> {
    if order.allow_substitutes { with_substitutes(set, sku) } else { BTreeSet::from([sku.clone()]) }
}

/// Gives an order what is there of these items; of all its items, where it has to stay whole, and then
/// all at once. Nothing is given of items that are `held`.
pub fn serve(
    set: &mut Set,
    order_id: OrderId,
    skus: &BTreeSet<Sku>,
    held: &BTreeSet<Sku>,
    now: Timestamp,
    outputs: &mut Outputs,
) {
    let Some(order) = set.orders.get(&order_id).cloned() else { return };
    let stays_whole = whole::is_whole(set, &order);
    if whole::awaits_word(set, order_id) {
        return;
    }
    let asked = |line: &&Line| stays_whole || skus.contains(&line.sku);
    let demands: Vec<Demand> = ledger::lines_of(set, order_id)
        .filter(asked)
        .map(|line| Demand {
            line: line.line,
            sku: line.sku.clone(),
            quantity: line.backordered.saturating_sub(ledger::lost(set, order_id, line.line)),
        })
        .filter(|demand| !demand.quantity.is_zero())
        .collect();
    let place = order.ship_to.place();
    let ask = Ask {
        order_id: Some(order_id),
        place: &place,
        allow_substitutes: order.allow_substitutes,
        held,
    };
    let picks = plan(set, &ask, &demands);
    let wanted: Quantity = demands.iter().map(|demand| demand.quantity).sum();
    let got: Quantity = picks.iter().map(|pick| pick.quantity).sum();
    if got.is_zero() || (stays_whole && got < wanted) {
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
    let mut why = format!("{got} of {wanted}: {} ({})", from.join(", "), order.said_rank());
    let instead = picks.iter().filter(|pick| pick.sku != pick.ordered);
    for pick in instead {
        let more = format!("; {} × `{}` instead of `{}`", pick.quantity, pick.sku, pick.ordered);
        why.push_str(&more);
    }
    why
}
