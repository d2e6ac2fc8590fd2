//! Goods that came back: units sent for nothing come off first (rule I9), the others are credited
//! against the line's invoices, or taken off the waiting bills (rule I11).

use std::collections::BTreeMap;

use contracts::{
    OrderId, Quantity,
    document::LineQuantity,
    event::{CompletedLine, ReturnCompleted},
};
use mesh::{
    Halt,
    checked::{beyond, minus, plus, total},
    row::Row,
};

use super::{
    allowance,
    amounts::add,
    bill_state,
    credit_memo::Part,
    dispatch::{self, State, oldest_first},
};
use crate::unit_of_work::UnitOfWork;

/// Units that are to be credited, by their invoice's place in its series.
pub type Credited = BTreeMap<u64, Vec<Part>>;
/// Units that no invoice will bill, by the dispatch they were in.
pub type Reduced = BTreeMap<dispatch::Key, Vec<LineQuantity>>;

/// Returns the units that the seller keeps, which count as returned.
///
/// # Errors
/// Halts when the sum is out of range.
pub fn kept(line: &CompletedLine) -> Result<Quantity, Halt> {
    plus(line.restocked, line.scrapped)
}

/// Returns whether the dispatches of all that came back have been seen.
///
/// # Errors
/// Halts when a sum is out of range.
pub fn is_dispatched(work: &UnitOfWork, event: &ReturnCompleted) -> Result<bool, Halt> {
    let mut back: BTreeMap<u32, Quantity> = BTreeMap::new();
    for line in &event.lines {
        let sum = back.entry(line.line).or_default();
        *sum = plus(*sum, kept(line)?)?;
    }
    for (number, back) in back {
        let row = work.lines.get(&(event.order_id, number));
        let out = row.map_or(Ok(Quantity::ZERO), |row| row.out())?;
        if back > out {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Takes the units of one line back: off its invoices, then off its waiting bills.
///
/// # Errors
/// Halts when a figure is out of range.
pub fn take_back(
    work: &mut UnitOfWork,
    order_id: OrderId,
    back: &CompletedLine,
    credited: &mut Credited,
    reduced: &mut Reduced,
) -> Result<(), Halt> {
    let claimed = claimed(work, order_id, back)?;
    let left = credit_invoices(work, order_id, back, claimed, credited)?;
    reduce_waiting(work, order_id, back, left, reduced)?;
    if let Some(row) = work.lines.get_mut(&(order_id, back.line)) {
        row.returned = plus(row.returned, kept(back)?)?;
    }
    Ok(())
}

/// Rule I9: returns the units of these that are billed, or would be, above min(dispatched −
/// returned, ordered × (1 + tolerance)) without them. The others were sent for nothing.
fn claimed(work: &UnitOfWork, order_id: OrderId, back: &CompletedLine) -> Result<Quantity, Halt> {
    let kept = kept(back)?;
    let Some(line) = work.lines.get(&(order_id, back.line)) else { return Ok(Quantity::ZERO) };
    let out = minus(line.out()?, kept)?;
    let most = match allowance::allowed(work, order_id, back.line)? {
        Some(allowed) => allowed.min(out),
        None => out,
    };
    Ok(beyond(allowance::claimed(work, order_id, back.line)?, most).min(kept))
}

/// Credits so many units on the line's invoices, oldest first; returns the rest.
fn credit_invoices(
    work: &mut UnitOfWork,
    order_id: OrderId,
    back: &CompletedLine,
    mut left: Quantity,
    credited: &mut Credited,
) -> Result<Quantity, Halt> {
    let posted = |it: &dispatch::Dispatch| (it.state == State::Billed).then_some(it.place);
    let currency = work.orders.get(&order_id).map(|order| order.body.currency);
    let currency =
        currency.ok_or_else(|| Halt::broken(format!("order {order_id} is not in the books")))?;
    for row in rows(work, order_id, back, posted) {
        let standing = row.standing()?;
        let quantity = left.min(standing);
        if quantity.is_zero() {
            continue;
        }
        left = minus(left, quantity)?;
        // The last credit of the line takes what rounding has left of it.
        let rest = row.net - row.credited_net;
        let is_last = quantity == standing;
        let net = if is_last { rest } else { row.net_of(quantity, currency)?.min(rest) };
        let place = work.dispatches.get(&row.dispatch()).map_or(0, |dispatch| dispatch.place);
        if let Some(row) = work.dispatch_lines.get_mut(&row.key()) {
            row.credited = plus(row.credited, quantity)?;
            row.credited_net = add(row.credited_net, net)?;
        }
        if let Some(line) = work.lines.get_mut(&(order_id, back.line)) {
            line.credited = plus(line.credited, quantity)?;
        }
        credited.entry(place).or_default().push(Part { row, quantity, net });
    }
    Ok(left)
}

/// Rule I11: takes units off what waits to be billed.
fn reduce_waiting(
    work: &mut UnitOfWork,
    order_id: OrderId,
    back: &CompletedLine,
    mut left: Quantity,
    reduced: &mut Reduced,
) -> Result<(), Halt> {
    let waiting =
        |it: &dispatch::Dispatch| work.waiting.get(&it.id()).is_some().then_some(it.shipped_at);
    for row in rows(work, order_id, back, waiting) {
        let quantity = left.min(row.billable()?);
        if quantity.is_zero() {
            continue;
        }
        let line = LineQuantity { line: row.line, sku: row.sku.clone(), quantity };
        reduced.entry(row.dispatch()).or_default().push(line);
        if let Some(row) = work.dispatch_lines.get_mut(&row.key()) {
            row.unbilled = plus(row.unbilled, quantity)?;
        }
        left = minus(left, quantity)?;
    }
    Ok(())
}

fn rows<Age: Ord>(
    work: &UnitOfWork,
    order_id: OrderId,
    back: &CompletedLine,
    age: impl Fn(&dispatch::Dispatch) -> Option<Age>,
) -> Vec<dispatch::Line> {
    let item = (back.line, &back.sku);
    oldest_first(&work.dispatch_lines, &work.dispatches, order_id, item, age)
}

/// Closes the bills of waiting dispatches that came back whole (rule I7).
///
/// # Errors
/// Halts when a figure is out of range.
pub fn close_waiting(work: &mut UnitOfWork, order_id: OrderId) -> Result<(), Halt> {
    let waiting: Vec<dispatch::Dispatch> = work
        .dispatches
        .having("order_id", &order_id)
        .filter(|dispatch| work.waiting.get(&dispatch.id()).is_some())
        .cloned()
        .collect();
    for dispatch in waiting {
        let rows = dispatch::of_dispatch(&work.dispatch_lines, &dispatch);
        if total(rows.map(dispatch::Line::billable).collect::<Result<Vec<_>, _>>()?)?.is_zero() {
            bill_state::drop_bill(work, &dispatch.id(), order_id)?;
        }
    }
    Ok(())
}
