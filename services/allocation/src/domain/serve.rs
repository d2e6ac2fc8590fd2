//! Sets stock that is there aside for orders (A3, A4).

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    OrderId, Quantity, Sku,
    event::{InventoryReserved, ReservedLine},
};
use jiff::Timestamp;
use mesh::{Halt, Outputs, checked::beyond};

use super::{
    books, ledger,
    order::{Line, Order},
    plan::{Ask, Demand, Pick, plan, sum, takes_from},
    queue::{self, Held},
    settle::settle,
    whole,
};
use crate::unit_of_work::UnitOfWork;

/// Serves items at once, except those that are just being given out by rank, and those that may be
/// replaced by such: they stand in line (A6).
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn give_now(
    work: &mut UnitOfWork,
    order: &Order,
    skus: BTreeSet<Sku>,
    now: Timestamp,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let held = Held::all();
    let stays_whole = whole::is_whole(work, order);
    let skus = if stays_whole { waiting(work, order.order_id) } else { skus };
    let lines: BTreeMap<Sku, BTreeSet<Sku>> = skus
        .into_iter()
        .map(|sku| {
            let from = takes_from(work, order, &sku);
            let given = from.into_iter().filter(|sku| held.holds(work, sku)).collect();
            (sku, given)
        })
        .collect();
    let ready: BTreeSet<Sku> =
        lines.iter().filter(|(_, given)| given.is_empty()).map(|(sku, _)| sku.clone()).collect();
    for sku in lines.values().flatten() {
        queue::mark(work, sku, outputs);
    }
    if stays_whole && ready.len() < lines.len() {
        // All of it stands in line, whichever of its items is looked at first.
        ready.iter().for_each(|sku| queue::mark(work, sku, outputs));
        return Ok(());
    }
    serve(work, order.order_id, &ready, held, now, outputs)?;
    settle(work, order.order_id, &ready, held, outputs)
}

fn waiting(work: &UnitOfWork, order_id: OrderId) -> BTreeSet<Sku> {
    let lines = books::lines_of(work, order_id).filter(|line| line.waits());
    lines.map(|line| line.sku.clone()).collect()
}

/// Gives an order the stock of these items; of all its items, where it has to stay whole, and then
/// all at once.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn serve(
    work: &mut UnitOfWork,
    order_id: OrderId,
    skus: &BTreeSet<Sku>,
    held: Held<'_>,
    now: Timestamp,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let Some(order) = work.orders.get(&order_id).cloned() else { return Ok(()) };
    let stays_whole = whole::is_whole(work, &order);
    if whole::awaits_word(work, order_id) {
        return Ok(());
    }
    let asked = |line: &&Line| stays_whole || skus.contains(&line.sku);
    let demands = demands(work, books::lines_of(work, order_id).filter(asked))?;
    let place = order.ship_to.place();
    let ask = Ask {
        order_id: Some(order_id),
        place: &place,
        allow_substitutes: order.allow_substitutes,
        held,
    };
    let picks = plan(work, &ask, &demands)?;
    let wanted = sum(demands.iter().map(|demand| demand.quantity));
    let got = sum(picks.iter().map(|pick| pick.quantity));
    if got.is_zero() || (stays_whole && got < wanted) {
        return Ok(());
    }
    let why = why(&order, &picks, &format!("{got} of {wanted}"));
    for pick in &picks {
        let key = (order_id, pick.line, pick.sku.clone(), pick.warehouse_id.clone());
        ledger::reserve(work, &key, pick.quantity, &why, now)?;
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
    Ok(())
}

/// The units of lines that wait for stock, and not for the word of a warehouse.
fn demands<'a>(
    work: &UnitOfWork,
    lines: impl Iterator<Item = &'a Line>,
) -> Result<Vec<Demand>, Halt> {
    let mut demands = Vec::new();
    for line in lines {
        let in_doubt = books::in_doubt(work, line.order_id, line.line)?;
        let quantity = beyond(line.backordered, in_doubt);
        if !quantity.is_zero() {
            demands.push(Demand { line: line.line, sku: line.sku.clone(), quantity });
        }
    }
    Ok(demands)
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

fn why(order: &Order, picks: &[Pick], got: &str) -> String {
    let mut from: BTreeMap<&str, Vec<Quantity>> = BTreeMap::new();
    for pick in picks {
        from.entry(pick.warehouse_id.as_str()).or_default().push(pick.quantity);
    }
    let from = from.into_iter().map(|(id, units)| format!("{} from {id}", sum(units.into_iter())));
    let from: Vec<String> = from.collect();
    let mut why = format!("{got}: {} ({})", from.join(", "), order.said_rank());
    let instead = picks.iter().filter(|pick| pick.sku != pick.ordered);
    for pick in instead {
        let more = format!("; {} × `{}` instead of `{}`", pick.quantity, pick.sku, pick.ordered);
        why.push_str(&more);
    }
    why
}
