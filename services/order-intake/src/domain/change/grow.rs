//! What a change adds to its order, where the customer's credit allows.

use contracts::{
    Money, OrderId, Quantity, Reason, ReasonLine,
    event::{OrderBody, OrderedLine},
};
use mesh::Json;

use crate::domain::{
    Set,
    credit::{is_active, over_limit},
    evaluate::{Amounts, add_up},
    exposure::{TooLarge, net_of, part},
    order::{Line, Order},
};

/// Adds what is asked for besides, and says how much of it has not left already; or says why not.
///
/// # Errors
/// When a sum of money is too large.
pub fn grow(
    set: &mut Set,
    order_id: OrderId,
    new: &OrderedLine,
) -> Result<Result<Quantity, ReasonLine>, TooLarge> {
    let nothing = Quantity::ZERO;
    let Some(mut order) = set.orders.get(&order_id).cloned() else { return Ok(Ok(nothing)) };
    let Some(Json(body)) = order.body.take() else { return Ok(Ok(nothing)) };
    let before = set.lines.get(&(order_id, new.line)).cloned();
    if before.as_ref().is_some_and(|before| before.ordered >= new.quantity) {
        return Ok(Ok(nothing));
    }
    let at_line = |reason: ReasonLine| ReasonLine { line: Some(new.line), ..reason };
    let with = with_line(&body, new);
    let Amounts { net, total } = match add_up(&with.lines, charges(&with)?) {
        Ok(amounts) => amounts,
        Err(reason) => return Ok(Err(at_line(reason))),
    };
    let none = OrderedLine { quantity: Quantity::ZERO, ..new.clone() };
    let mut row = before.unwrap_or_else(|| Line::new(order_id, &none));
    let open = row.open();
    row.ordered = new.quantity;
    if body.lines.iter().any(|line| line.line == new.line && !is_same_price(line, new)) {
        row.billed_net = net_of(new, row.billed, body.currency)?;
    }
    order.body = Some(Json(OrderBody { net_total: net, total, ..with }));
    if let Some(reason) = not_on_credit(set, &order, &row)? {
        return Ok(Err(at_line(reason)));
    }
    let to_serve = row.open().saturating_sub(open);
    set.orders.put(order);
    set.lines.put(row);
    Ok(Ok(to_serve))
}

fn is_same_price(a: &OrderedLine, b: &OrderedLine) -> bool {
    let price = |it: &OrderedLine| (it.unit_price, it.price_base_quantity, it.discount_percent);
    price(a) == price(b)
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

/// Why the customer does not get what an order with this line would use besides (O5); none where it
/// does. What other lines of the same change added is no part of the kept exposure yet.
fn not_on_credit(set: &Set, order: &Order, new: &Line) -> Result<Option<ReasonLine>, TooLarge> {
    let Some((customer_id, currency)) = order.account() else { return Ok(None) };
    let Some(customer) = set.customers.get(&customer_id) else { return Ok(None) };
    let customer = &customer.record.0;
    if !is_active(customer) {
        let text = format!("customer `{}` is blocked", customer.customer_id);
        return Ok(Some(ReasonLine::new(Reason::BlockedCustomer, text)));
    }
    let of_order = (order.order_id, 0)..=(order.order_id, u32::MAX);
    let others = set.lines.range(of_order).filter(|line| line.line != new.line);
    let exposure = part(order, others.chain([new]))?;
    let more = exposure.checked_sub(order.exposure).ok_or(TooLarge)?;
    Ok(if more > 0 { over_limit(set, customer, Money::new(more, currency)) } else { None })
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
