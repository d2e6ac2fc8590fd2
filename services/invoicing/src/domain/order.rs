//! What was ordered, and how far each line is billed.

use contracts::{
    OrderId, PartnerName, Percent, PoNumber, Quantity,
    document::LineQuantity,
    event::{InvoiceReduced, OrderBody, OrderCancelled, OrderChanged, OrderedLine},
};
use mesh::{Decision, Json, Outputs, row::Row};
use rust_decimal::{Decimal, RoundingStrategy};

use super::{
    Fault, Set, charges,
    dispatch::{self, State, Waiting},
    supplement,
};

/// An order as it stands.
#[derive(Debug, Clone)]
pub struct Order {
    /// Which.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Prices, terms, charges and tolerance.
    pub body: Json<OrderBody>,
}

/// How far one line is, in stock units. There is a row once something happened to it.
#[derive(Debug, Clone)]
pub struct Line {
    /// Of which order.
    pub order_id: OrderId,
    /// The order line.
    pub line: u32,
    /// Will not come.
    pub cancelled: Quantity,
    /// Left a warehouse.
    pub dispatched: Quantity,
    /// Ordered × (1 + tolerance) when it was last billed: what rule I1 allows.
    pub allowed: Quantity,
    /// On invoices.
    pub billed: Quantity,
    /// On credit memos.
    pub credited: Quantity,
    /// Came back for good: restocked or scrapped.
    pub returned: Quantity,
}

mesh::row!(Order in "orders" by (order_id: OrderId) { order_id, partner, po_number, body });
mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) {
    order_id, line, cancelled, dispatched, allowed, billed, credited, returned
});

impl Order {
    /// The order's line of that number.
    #[must_use]
    pub fn line(&self, line: u32) -> Option<&OrderedLine> {
        self.body.lines.iter().find(|ordered| ordered.line == line)
    }
}

impl Line {
    /// A line to which nothing has happened.
    #[must_use]
    pub fn new(order_id: OrderId, line: u32) -> Self {
        let none = Quantity::ZERO;
        Self {
            order_id,
            line,
            cancelled: none,
            dispatched: none,
            allowed: none,
            billed: none,
            credited: none,
            returned: none,
        }
    }

    /// Billed and not credited: what the buyer is asked to pay.
    #[must_use]
    pub fn standing(&self) -> Quantity {
        self.billed.saturating_sub(self.credited)
    }
}

/// Units of a line that are still wanted.
#[must_use]
pub fn wanted(set: &Set, order_id: OrderId, ordered: &OrderedLine) -> Quantity {
    let cancelled = set.lines.get(&(order_id, ordered.line)).map(|line| line.cancelled);
    ordered.quantity.saturating_sub(cancelled.unwrap_or_default())
}

/// So much may be billed of `quantity` ordered (F5, I1): with the tolerance, and whole units of
/// what comes in whole units alone.
///
/// # Errors
/// When it is too large.
pub fn with_tolerance(
    quantity: Quantity,
    tolerance: Percent,
    whole_units: bool,
) -> Result<Quantity, Fault> {
    let scaled = quantity.get().checked_mul(Decimal::ONE_HUNDRED + tolerance.get());
    let exact = scaled.ok_or(Fault::TooLarge)? / Decimal::ONE_HUNDRED;
    let digits = if whole_units && quantity.is_whole() { 0 } else { contracts::decimal::SCALE };
    let cut = exact.round_dp_with_strategy(digits, RoundingStrategy::ToZero);
    Quantity::new(cut).map_err(|_| Fault::TooLarge)
}

/// So much of a line may be billed as the order stands now; `None` of a line that it does not have.
///
/// # Errors
/// When it is too large.
pub fn allowed(set: &Set, order_id: OrderId, number: u32) -> Result<Option<Quantity>, Fault> {
    let Some(order) = set.orders.get(&order_id) else { return Ok(None) };
    let Some(ordered) = order.line(number) else { return Ok(None) };
    let whole = |row: &dispatch::Line| set.items.get(&row.sku).is_some_and(|it| it.whole_units);
    let whole = dispatch::of_order(set, order_id).filter(|it| it.line == number).all(whole);
    let tolerance = order.body.over_ship_tolerance_percent;
    with_tolerance(wanted(set, order_id, ordered), tolerance, whole).map(Some)
}

/// The order as it stands now: its prices, terms and charges are what will be billed.
///
/// # Errors
/// When a figure is too large.
pub fn stands(set: &mut Set, order_id: OrderId, body: &OrderBody) -> Result<Decision, Fault> {
    let known = set.orders.get(&order_id).is_some();
    set.orders.put(Order {
        order_id,
        partner: body.partner.clone(),
        po_number: body.po_number.clone(),
        body: Json(body.clone()),
    });
    let mut outputs = Outputs::none();
    if known {
        grow(set, order_id, body, &mut outputs)?;
        charges::lapse(set, order_id)?;
    }
    Ok(outputs.into())
}

/// The order as it stands after a change, which says all that is cancelled of it.
///
/// # Errors
/// When a figure is too large.
pub fn changed(set: &mut Set, event: &OrderChanged) -> Result<Decision, Fault> {
    let order_id = event.order_id;
    for ordered in &event.order.lines {
        let gone = event.cancelled.iter().filter(|gone| gone.line == ordered.line);
        let gone: Quantity = gone.map(|gone| gone.quantity).sum();
        let key = (order_id, ordered.line);
        if set.lines.get(&key).map(|line| line.cancelled).unwrap_or_default() != gone {
            let line = set.lines.get_or_put(&key, || Line::new(key.0, key.1));
            line.cancelled = gone;
        }
    }
    stands(set, order_id, &event.order)
}

/// Units of a line that are billed and not credited, or wait to be billed.
#[must_use]
pub fn claimed(set: &Set, order_id: OrderId, number: u32) -> Quantity {
    let rows = dispatch::of_order(set, order_id).filter(|row| row.line == number);
    rows.flat_map(|row| [row.standing(), row.billable()]).sum()
}

/// So many more units of a line may be billed: what is claimed may grow to min(dispatched −
/// returned, ordered × (1 + tolerance)), in whatever order those are heard of (I1, I9).
///
/// # Errors
/// When it is too large.
pub fn unclaimed(set: &Set, order_id: OrderId, number: u32) -> Result<Quantity, Fault> {
    let Some(allowed) = allowed(set, order_id, number)? else { return Ok(Quantity::ZERO) };
    let Some(line) = set.lines.get(&(order_id, number)) else { return Ok(Quantity::ZERO) };
    let out = line.dispatched.saturating_sub(line.returned);
    Ok(allowed.min(out).saturating_sub(claimed(set, order_id, number)))
}

/// Units that were above the order when they left are within it now, or the change that allowed
/// them is seen late: they may be billed, on an invoice of their own where their dispatch has one
/// already. Those of them that came back meanwhile are not (I11).
fn grow(
    set: &mut Set,
    order_id: OrderId,
    body: &OrderBody,
    outputs: &mut Outputs,
) -> Result<(), Fault> {
    let over: Vec<dispatch::Line> = dispatch::of_order(set, order_id)
        .filter(|row| row.granted < row.quantity)
        .cloned()
        .collect();
    for row in over {
        let more = unclaimed(set, order_id, row.line)?;
        let back = never_granted(set, order_id, row.line)?.saturating_sub(more);
        let open = row.quantity.saturating_sub(row.granted);
        let back = back.min(open);
        let more = more.min(open.saturating_sub(back));
        if !back.is_zero() {
            let of = [back, more].into_iter().sum();
            reduce(set, &row, (back, of), body, outputs)?;
        }
        if !more.is_zero() && grant(set, &row, more)? {
            outputs.more_due();
        }
    }
    Ok(())
}

/// Units of a line that left, are within the order, and were never said to be: they are to be
/// billed, or told of where they are back.
fn never_granted(set: &Set, order_id: OrderId, number: u32) -> Result<Quantity, Fault> {
    let Some(allowed) = allowed(set, order_id, number)? else { return Ok(Quantity::ZERO) };
    let Some(line) = set.lines.get(&(order_id, number)) else { return Ok(Quantity::ZERO) };
    let of_line = dispatch::of_order(set, order_id).filter(|it| it.line == number);
    let granted = of_line.map(|it| it.granted).sum();
    Ok(allowed.min(line.dispatched).saturating_sub(granted))
}

/// Rule I11: of these that are within the order now, so many are back: no invoice will bill them.
fn reduce(
    set: &mut Set,
    row: &dispatch::Line,
    (back, of): (Quantity, Quantity),
    body: &OrderBody,
    outputs: &mut Outputs,
) -> Result<(), Fault> {
    if let Some(row) = set.dispatch_lines.get_mut(&row.key()) {
        row.granted = row.granted.checked_add(back).ok_or(Fault::TooLarge)?;
        row.unbilled = row.unbilled.checked_add(back).ok_or(Fault::TooLarge)?;
    }
    let missing = || Fault::Missing(format!("a dispatch of order {}", row.order_id));
    let dispatch = set.dispatches.get(&row.dispatch()).ok_or_else(missing)?;
    outputs.event(&InvoiceReduced {
        invoice: dispatch.bill(),
        order_id: row.order_id,
        partner: body.partner.clone(),
        lines: vec![LineQuantity { line: row.line, sku: row.sku.clone(), quantity: back }],
        nothing_left: back == of && set.waiting.get(&row.dispatch()).is_none(),
    });
    Ok(())
}

/// Lets more of what left be billed; says whether there is something to bill.
fn grant(set: &mut Set, row: &dispatch::Line, more: Quantity) -> Result<bool, Fault> {
    let billed = |it: &dispatch::Dispatch| it.state == State::Billed;
    if set.dispatches.get(&row.dispatch()).is_some_and(billed) {
        // As it stands now: some of it may have come back.
        let row = set.dispatch_lines.get(&row.key()).cloned().unwrap_or_else(|| row.clone());
        return supplement::split(set, &row, more);
    }
    if let Some(row) = set.dispatch_lines.get_mut(&row.key()) {
        row.granted = row.granted.checked_add(more).ok_or(Fault::TooLarge)?;
    }
    let (shipment_id, confirmation_id) = row.dispatch();
    set.waiting.put(Waiting { shipment_id, confirmation_id, order_id: row.order_id, tried: 0 });
    Ok(true)
}

/// Units that will not come: they count neither as wanted nor for the shares of charges.
///
/// # Errors
/// When the sum is too large.
pub fn cancelled(set: &mut Set, event: &OrderCancelled) -> Result<Decision, Fault> {
    for gone in &event.lines {
        let key = (event.order_id, gone.line);
        let line = set.lines.get_or_put(&key, || Line::new(key.0, key.1));
        line.cancelled = line.cancelled.checked_add(gone.quantity).ok_or(Fault::TooLarge)?;
    }
    charges::lapse(set, event.order_id)?;
    Ok(Outputs::none().into())
}
