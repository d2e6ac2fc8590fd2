//! Rule O6: held orders go on, by themselves when there is room for them, or by an operator's word.

use contracts::{
    Money, OrderId, Reason, ReasonLine,
    command::{HeldPrice, ReleaseOrder},
    document::OrderAckStatus,
    event::{OrderBody, OrderHeld, OrderReleased},
};
use mesh::{Context, Decision, Json, Outputs, command::OldStop as Stop};

use super::{
    Set,
    change::present,
    command::once,
    credit::{Account, follow, is_active, over_limit},
    exposure::TooLarge,
    order::{Order, Status},
    reprice::reprice,
    tally::Tally,
};

/// An order that waits for credit, where it fits now. One that does not fit goes on waiting; those
/// behind it are looked at all the same.
pub fn by_itself(set: &mut Set, order_id: OrderId) -> Decision {
    let Some(order) = set.orders.get(&order_id).filter(|order| order.waits_for_credit) else {
        return Outputs::none().into();
    };
    let fits = |order: &Order| {
        let (customer_id, currency) = order.account()?;
        let customer = &set.customers.get(&customer_id)?.record.0;
        let more = Money::new(order.total, currency);
        Some(is_active(customer) && over_limit(set, customer, more).is_none())
    };
    if fits(order) != Some(true) {
        return Outputs::none().into();
    }
    let released = release(set, order_id, None);
    let more = released.map(|mut outputs| {
        // There may be more of them than one step takes.
        outputs.more_due();
        outputs
    });
    more.map_or_else(Decision::from, Decision::from)
}

/// Nobody who waits for credit fits, as things stood after so many changes.
pub fn looked_at(set: &mut Set, account: &Account, changes: u64) -> Decision {
    let current = set.credit.get(account).is_some_and(|credit| credit.changes == changes);
    if current && let Some(credit) = set.credit.get_mut(account) {
        credit.recheck = false;
    }
    Outputs::none().into()
}

/// An operator lets a held order go on. What it was held for is decided by that; a limit that it
/// was not held for is looked at now.
pub fn by_operator(set: &mut Set, command: &ReleaseOrder, context: &Context<'_>) -> Decision {
    once(set, command, context, |set| {
        let order_id = command.order_id;
        let order = held(set, order_id)?.clone();
        let (Some(body), Some((customer_id, currency))) = (&order.body, order.account()) else {
            return Err(not_held(&order).into());
        };
        let customer = set.customers.get(&customer_id).map(|row| row.record.0.clone());
        let customer = customer.filter(is_active).ok_or_else(|| {
            let text = format!("customer `{customer_id}` is blocked");
            ReasonLine::new(Reason::BlockedCustomer, text)
        })?;
        let for_price =
            |hold: &ReasonLine| matches!(hold.code, Reason::PriceMismatch | Reason::NoPrice);
        let mut body = body.0.clone();
        if order.holds.iter().any(for_price) {
            body = reprice(set, &order, &customer, price_of(command)?)?;
        }
        let total = Money::of(body.total, currency).map_err(|_| Stop::Fault(TooLarge))?;
        let seen = order.holds.iter().any(|hold| hold.code == Reason::CreditLimit);
        let over = if seen { None } else { over_limit(set, &customer, total) };
        put(set, order_id, body).map_err(Stop::Fault)?;
        let outputs = match over {
            Some(reason) => hold(set, order_id, vec![reason]),
            None => release(set, order_id, Some(command.operator.clone())),
        };
        outputs.map_err(Stop::Fault)
    })
}

/// The order at other prices: every line of it was loaded.
fn put(set: &mut Set, order_id: OrderId, body: OrderBody) -> Result<(), TooLarge> {
    let tally = Tally::of(&body, set.lines.range((order_id, 0)..=(order_id, u32::MAX)))?;
    if let Some(order) = set.orders.get_mut(&order_id) {
        (order.body, order.tally) = (Some(Json(body)), Json(tally));
    }
    Ok(())
}

/// A price hold has to say whose price counts.
fn price_of(command: &ReleaseOrder) -> Result<HeldPrice, ReasonLine> {
    command.price.ok_or_else(|| {
        let text = "the order is held for its prices; say `price`: `order` or `list`";
        ReasonLine::new(Reason::PriceChoiceNeeded, text)
    })
}

fn held(set: &Set, order_id: OrderId) -> Result<&Order, ReasonLine> {
    let order = set.orders.get(&order_id).ok_or_else(|| {
        ReasonLine::new(Reason::UnknownOrder, format!("there is no order {order_id}"))
    })?;
    if order.status == Status::Held { Ok(order) } else { Err(not_held(order)) }
}

fn not_held(order: &Order) -> ReasonLine {
    ReasonLine::new(Reason::NotHeld, format!("PO {} is {}", order.po_number, order.status))
}

/// A held order goes on as accepted.
///
/// # Errors
/// When a sum of money is too large.
pub fn release(set: &mut Set, order_id: OrderId, by: Option<String>) -> Result<Outputs, TooLarge> {
    let mut outputs = Outputs::none();
    let Some(order) = set.orders.get_mut(&order_id) else { return Ok(outputs) };
    let Some(body) = order.body.as_ref().map(|body| body.0.clone()) else { return Ok(outputs) };
    order.status = Status::Accepted;
    order.holds = Json(Vec::new());
    let partner = order.partner.clone();
    outputs.event(&OrderReleased { order_id, order: body, released_by: by });
    if let Some(answer) = present(set, order_id, OrderAckStatus::Accepted, Vec::new()) {
        outputs.document(&partner, &answer);
    }
    follow(set, order_id, &mut outputs)?;
    Ok(outputs)
}

/// A held order goes on waiting, for what is said here.
///
/// # Errors
/// When a sum of money is too large.
pub fn hold(set: &mut Set, order_id: OrderId, holds: Vec<ReasonLine>) -> Result<Outputs, TooLarge> {
    let mut outputs = Outputs::none();
    let Some(order) = set.orders.get_mut(&order_id) else { return Ok(outputs) };
    let Some(body) = order.body.as_ref().map(|body| body.0.clone()) else { return Ok(outputs) };
    order.holds = Json(holds.clone());
    let partner = order.partner.clone();
    outputs.event(&OrderHeld { order_id, order: body, reasons: holds.clone() });
    if let Some(answer) = present(set, order_id, OrderAckStatus::Held, holds) {
        outputs.document(&partner, &answer);
    }
    follow(set, order_id, &mut outputs)?;
    Ok(outputs)
}
