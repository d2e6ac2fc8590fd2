//! What came back: units sent for nothing come off first (I9), the others are credited against the
//! line's invoices, or taken off what is billed (I11).

use std::collections::BTreeMap;

use contracts::{
    OrderId, Quantity, RmaNumber,
    document::LineQuantity,
    event::{CompletedLine, InvoiceReduced, ReturnCompleted},
};
use mesh::{Context, Decision, Key, Outputs, row::Row};

use super::{
    Fault, Set, bill,
    credit::{self, Part},
    dispatch::{self, State, dispatches_of},
    order,
    restocked::{self, Costs},
};
use crate::config::Config;

/// A return that was taken up.
#[derive(Debug, Clone)]
pub struct Return {
    /// Which.
    pub rma_number: RmaNumber,
    /// Of which order.
    pub order_id: OrderId,
}

mesh::row!(Return in "returns" by (rma_number: RmaNumber) { rma_number, order_id });

/// Nothing more of a return will come. It waits for the dispatches of what came back: shipment and
/// return are two aggregates.
///
/// # Errors
/// When a figure is too large, or a law would be broken.
pub fn completed(
    set: &mut Set,
    config: &Config,
    event: &ReturnCompleted,
    context: &Context<'_>,
) -> Result<Decision, Fault> {
    let order_id = event.order_id;
    if set.returns.get(&event.rma_number).is_some() {
        return Ok(Outputs::none().into());
    }
    if set.orders.get(&order_id).is_none() {
        return Ok(Decision::Wait(Key::new("order", order_id)));
    }
    if !is_dispatched(set, event) {
        return Ok(Decision::Wait(dispatches_of(order_id)));
    }
    let rma_number = event.rma_number.clone();
    set.returns.put(Return { rma_number, order_id });
    let mut parts: BTreeMap<u64, Vec<Part>> = BTreeMap::new();
    let (mut costs, mut reduced) = (Costs::new(), Reduced::new());
    for line in &event.lines {
        let claimed = claimed(set, order_id, line)?;
        let left = credit_invoices(set, order_id, line, claimed, &mut parts)?;
        reduce_waiting(set, order_id, line, left, &mut reduced)?;
        if let Some(row) = set.lines.get_mut(&(order_id, line.line)) {
            row.returned = row.returned.checked_add(kept(line)).ok_or(Fault::TooLarge)?;
        }
        restocked::reverse(set, order_id, line, &mut costs)?;
    }
    close_waiting(set, order_id)?;
    let mut outputs = Outputs::none();
    outputs.about(order_id);
    for (key, lines) in reduced {
        let missing = || Fault::Missing(format!("dispatch {}/{}", key.0, key.1));
        let dispatch = set.dispatches.get(&key).ok_or_else(missing)?;
        outputs.event(&InvoiceReduced {
            invoice: dispatch.bill(),
            order_id,
            partner: event.partner.clone(),
            lines,
            nothing_left: !waits(set, dispatch),
        });
    }
    for parts in parts.into_values() {
        credit::post(set, config, event, &parts, &mut outputs, context)?;
    }
    restocked::post(set, config, event, costs, &mut outputs, context)?;
    Ok(outputs.into())
}

/// What the seller keeps: it counts as returned.
fn kept(line: &CompletedLine) -> Quantity {
    [line.restocked, line.scrapped].into_iter().sum()
}

/// Rule I9: units of these that are billed, or would be, above min(dispatched − returned, ordered ×
/// (1 + tolerance)) without them. The others were sent for nothing.
fn claimed(set: &Set, order_id: OrderId, back: &CompletedLine) -> Result<Quantity, Fault> {
    let kept = kept(back);
    let Some(line) = set.lines.get(&(order_id, back.line)) else { return Ok(Quantity::ZERO) };
    let out = line.dispatched.saturating_sub(line.returned).saturating_sub(kept);
    let most = match order::allowed(set, order_id, back.line)? {
        Some(allowed) => allowed.min(out),
        None => out,
    };
    Ok(order::claimed(set, order_id, back.line).saturating_sub(most).min(kept))
}

/// Whether the dispatches of all that came back have been seen.
fn is_dispatched(set: &Set, event: &ReturnCompleted) -> bool {
    let mut back: BTreeMap<u32, Quantity> = BTreeMap::new();
    for line in &event.lines {
        let sum = back.entry(line.line).or_default();
        *sum = [*sum, kept(line)].into_iter().sum();
    }
    back.into_iter().all(|(number, back)| {
        let row = set.lines.get(&(event.order_id, number));
        let out = row.map(|row| row.dispatched.saturating_sub(row.returned)).unwrap_or_default();
        back <= out
    })
}

/// The rows of an order line that have an age, the item that came back first, then oldest first.
pub fn rows(
    set: &Set,
    order_id: OrderId,
    back: &CompletedLine,
    age: impl Fn(&dispatch::Dispatch) -> Option<i64>,
) -> Vec<dispatch::Line> {
    let mut rows: Vec<(bool, i64, dispatch::Line)> = dispatch::of_order(set, order_id)
        .filter(|row| row.line == back.line)
        .filter_map(|row| {
            let age = set.dispatches.get(&row.dispatch()).and_then(&age)?;
            Some((row.sku != back.sku, age, row.clone()))
        })
        .collect();
    rows.sort_by_key(|row| (row.0, row.1));
    rows.into_iter().map(|(.., row)| row).collect()
}

/// Credits so many units on the line's invoices, oldest first; returns what is left.
fn credit_invoices(
    set: &mut Set,
    order_id: OrderId,
    back: &CompletedLine,
    mut left: Quantity,
    parts: &mut BTreeMap<u64, Vec<Part>>,
) -> Result<Quantity, Fault> {
    let posted = |dispatch: &dispatch::Dispatch| {
        (dispatch.state == State::Billed).then(|| i64::try_from(dispatch.place).unwrap_or(i64::MAX))
    };
    let currency = set.orders.get(&order_id).map(|order| order.body.currency);
    let currency = currency.ok_or_else(|| Fault::Missing(format!("order {order_id}")))?;
    for row in rows(set, order_id, back, posted) {
        let quantity = left.min(row.standing());
        if quantity.is_zero() {
            continue;
        }
        left = left.saturating_sub(quantity);
        // The last credit of the line takes what rounding has left of it.
        let rest = row.net - row.credited_net;
        let last = quantity == row.standing();
        let net = if last { rest } else { bill::net(&row, quantity, currency)?.min(rest) };
        let place = set.dispatches.get(&row.dispatch()).map_or(0, |dispatch| dispatch.place);
        if let Some(row) = set.dispatch_lines.get_mut(&row.key()) {
            row.credited = row.credited.checked_add(quantity).ok_or(Fault::TooLarge)?;
            row.credited_net += net;
        }
        if let Some(line) = set.lines.get_mut(&(order_id, back.line)) {
            line.credited = line.credited.checked_add(quantity).ok_or(Fault::TooLarge)?;
        }
        parts.entry(place).or_default().push(Part { row, quantity, net });
    }
    Ok(left)
}

/// Units that no invoice will bill, by the dispatch they were in.
type Reduced = BTreeMap<dispatch::Key, Vec<LineQuantity>>;

/// Whether something of a dispatch is to be billed that is not billed yet.
fn waits(set: &Set, dispatch: &dispatch::Dispatch) -> bool {
    set.waiting.get(&dispatch.id()).is_some()
}

/// Rule I11: takes units off what waits to be billed.
fn reduce_waiting(
    set: &mut Set,
    order_id: OrderId,
    back: &CompletedLine,
    mut left: Quantity,
    reduced: &mut Reduced,
) -> Result<(), Fault> {
    let waiting = |dispatch: &dispatch::Dispatch| {
        waits(set, dispatch).then(|| dispatch.shipped_at.as_microsecond())
    };
    for row in rows(set, order_id, back, waiting) {
        let quantity = left.min(row.billable());
        if quantity.is_zero() {
            continue;
        }
        let line = LineQuantity { line: row.line, sku: row.sku.clone(), quantity };
        reduced.entry(row.dispatch()).or_default().push(line);
        if let Some(row) = set.dispatch_lines.get_mut(&row.key()) {
            row.unbilled = row.unbilled.checked_add(quantity).ok_or(Fault::TooLarge)?;
        }
        left = left.saturating_sub(quantity);
    }
    Ok(())
}

/// What waited and came back whole will never be billed (I7).
fn close_waiting(set: &mut Set, order_id: OrderId) -> Result<(), Fault> {
    let empty = |it: &&dispatch::Dispatch| {
        it.order_id == order_id
            && waits(set, it)
            && dispatch::of_dispatch(set, it).all(|row| row.billable().is_zero())
    };
    let done: Vec<dispatch::Key> =
        set.dispatches.iter().filter(empty).map(dispatch::Dispatch::id).collect();
    done.iter().try_for_each(|key| bill::nothing(set, key, order_id))
}
