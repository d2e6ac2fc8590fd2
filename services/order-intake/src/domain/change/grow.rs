//! What a change adds to its order, where the customer's credit allows.

use contracts::{
    Money, OrderId, Quantity, Reason, ReasonLine,
    event::{OrderBody, OrderedLine},
};
use mesh::Json;

use crate::domain::{
    Set,
    credit::{is_active, over_limit},
    evaluate::{Amounts, add_up, line_net},
    exposure::TooLarge,
    order::Line,
};

/// What a line adds to its order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Growth {
    /// How much of it has not left already.
    pub to_serve: Quantity,
    /// What it adds to the order's value, in minor units.
    pub value: i64,
}

/// Adds what is asked for besides, or says why not. `added` is what the change has added before.
///
/// # Errors
/// When a sum of money is too large.
pub fn grow(
    set: &mut Set,
    order_id: OrderId,
    new: &OrderedLine,
    added: i64,
) -> Result<Result<Growth, ReasonLine>, TooLarge> {
    let nothing = Growth::default();
    let Some(order) = set.orders.get(&order_id) else { return Ok(Ok(nothing)) };
    let Some(Json(body)) = order.body.clone() else { return Ok(Ok(nothing)) };
    let there = set.lines.get(&(order_id, new.line)).map(|row| row.ordered);
    if there.is_some_and(|there| there >= new.quantity) {
        return Ok(Ok(nothing));
    }
    let at_line = |reason: ReasonLine| ReasonLine { line: Some(new.line), ..reason };
    let with = with_line(&body, new);
    let Amounts { net, total } = match add_up(&with.lines, charges(&with)?) {
        Ok(amounts) => amounts,
        Err(reason) => return Ok(Err(at_line(reason))),
    };
    let value = value(&body, new)?;
    if let Some(reason) = not_on_credit(set, &body, value, added)? {
        return Ok(Err(at_line(reason)));
    }
    if let Some(order) = set.orders.get_mut(&order_id) {
        order.body = Some(Json(OrderBody { net_total: net, total, ..with }));
    }
    let none = OrderedLine { quantity: Quantity::ZERO, ..new.clone() };
    let row = set.lines.get_or_put(&(order_id, new.line), || Line::new(order_id, &none));
    let open = row.open();
    row.ordered = new.quantity;
    Ok(Ok(Growth { to_serve: row.open().saturating_sub(open), value }))
}

/// What a line adds to an order's value, in minor units.
fn value(body: &OrderBody, new: &OrderedLine) -> Result<i64, TooLarge> {
    let net = |line: &OrderedLine| line_net(line, body.currency).ok_or(TooLarge);
    let before = body.lines.iter().find(|line| line.line == new.line).map(net).transpose()?;
    let before = before.unwrap_or(Money::zero(body.currency));
    net(new)?.checked_sub(before).map(|more| more.minor).map_err(|_| TooLarge)
}

/// The order with a line in place of the one of its number, or added.
pub fn with_line(body: &OrderBody, new: &OrderedLine) -> OrderBody {
    let mut with = body.clone();
    match with.lines.iter_mut().find(|line| line.line == new.line) {
        Some(line) => line.clone_from(new),
        None => {
            with.lines.push(new.clone());
            with.lines.sort_by_key(|line| line.line);
        }
    }
    with
}

/// Why the customer does not get what a line adds (O5); none where it does.
fn not_on_credit(
    set: &Set,
    body: &OrderBody,
    value: i64,
    added: i64,
) -> Result<Option<ReasonLine>, TooLarge> {
    let Some(customer) = set.customers.get(&body.customer_id) else { return Ok(None) };
    let customer = &customer.record.0;
    if !is_active(customer) {
        let text = format!("customer `{}` is blocked", customer.customer_id);
        return Ok(Some(ReasonLine::new(Reason::BlockedCustomer, text)));
    }
    let more = Money::new(added.checked_add(value).ok_or(TooLarge)?, body.currency);
    Ok(if value > 0 { over_limit(set, customer, more) } else { None })
}

/// All charges.
///
/// # Errors
/// When the sum is too large.
pub fn charges(body: &OrderBody) -> Result<Money, TooLarge> {
    body.charges.iter().try_fold(Money::zero(body.currency), |sum, charge| {
        let amount = Money::of(charge.amount, body.currency).map_err(|_| TooLarge)?;
        sum.checked_add(amount).map_err(|_| TooLarge)
    })
}
