//! What a change adds to its order, where the customer's credit allows.

use contracts::{
    Money, OrderId, Quantity, Reason, ReasonLine,
    document::{self, LineQuantity},
    event::OrderedLine,
};

use super::judge::{too_many_lines, wrong_currency};
use crate::domain::{
    Set,
    credit::{is_active, over_limit},
    evaluate::MAX_LINES,
    exposure::{TooLarge, net_of},
    ledger::{Ledger, With},
    order::Line,
};

/// What became of the lines that were to grow.
#[derive(Debug, Default)]
pub struct Grown {
    /// Whether any was taken.
    pub any: bool,
    /// How much of them has not left already.
    pub to_serve: Vec<LineQuantity>,
    /// Why others were not.
    pub refused: Vec<ReasonLine>,
}

/// Adds what is asked for besides, line by line as far as it can be.
///
/// # Errors
/// When a sum of money is too large.
pub fn grow<'a>(
    set: &mut Set,
    order_id: OrderId,
    wanted: impl Iterator<Item = &'a OrderedLine>,
) -> Result<Grown, TooLarge> {
    let mut grown = Grown::default();
    let Some(mut ledger) = Ledger::open(set, order_id)? else { return Ok(grown) };
    for new in wanted {
        match line(&mut ledger, set, new)? {
            Ok(quantity) => {
                grown.any = true;
                let (line, sku) = (new.line, new.sku.clone());
                let served = (!quantity.is_zero()).then_some(LineQuantity { line, sku, quantity });
                grown.to_serve.extend(served);
            }
            Err(reason) => grown.refused.push(reason),
        }
    }
    ledger.close(set)?;
    Ok(grown)
}

/// Adds one line, or more of it, and says how much has to be served; or says why not.
fn line(
    ledger: &mut Ledger,
    set: &mut Set,
    new: &OrderedLine,
) -> Result<Result<Quantity, ReasonLine>, TooLarge> {
    let order_id = ledger.order.order_id;
    let before = set.lines.get(&(order_id, new.line)).cloned();
    if before.as_ref().is_some_and(|before| before.ordered >= new.quantity) {
        return Ok(Ok(Quantity::ZERO));
    }
    if before.is_none() && ledger.body().lines.len() >= MAX_LINES {
        return Ok(Err(too_many_lines(new.line)));
    }
    let none = OrderedLine { quantity: Quantity::ZERO, ..new.clone() };
    let mut row = before.unwrap_or_else(|| Line::new(order_id, &none));
    let open = row.open();
    row.ordered = new.quantity;
    let Some(with) = reckoned(ledger, set, new, &mut row) else {
        return Ok(Err(too_large(new.line)));
    };
    if let Some(reason) = not_on_credit(set, ledger, &with, new.line)? {
        return Ok(Err(ReasonLine { line: Some(new.line), ..reason }));
    }
    let to_serve = row.open().saturating_sub(open);
    ledger.put(&mut set.lines, with, new.clone(), row);
    Ok(Ok(to_serve))
}

/// What the order comes to with the line; none where that cannot be told (D2).
fn reckoned(ledger: &Ledger, set: &Set, new: &OrderedLine, row: &mut Line) -> Option<With> {
    if ledger.line(new.line).is_some_and(|line| !is_same_price(line, new)) {
        row.billed_net = net_of(new, row.billed, ledger.body().currency).ok()?;
    }
    let with = ledger.with(&set.lines, new, row).ok()?;
    ledger.is_tellable(&with).then_some(with)
}

/// Why a line is refused that makes the order's own amount too large (D2).
pub fn too_large(line: u32) -> ReasonLine {
    ReasonLine::at(line, Reason::InvalidValue, "the order's value is beyond 18 digits")
}

fn is_same_price(a: &OrderedLine, b: &OrderedLine) -> bool {
    let price = |it: &OrderedLine| (it.unit_price, it.price_base_quantity, it.discount_percent);
    price(a) == price(b)
}

/// Why the customer does not get what an order with this line would use besides (O5); none where it
/// does. What other lines of the same change added is no part of the kept exposure yet.
fn not_on_credit(
    set: &Set,
    ledger: &Ledger,
    with: &With,
    line: u32,
) -> Result<Option<ReasonLine>, TooLarge> {
    let Some(customer) = set.customers.get(&ledger.body().customer_id) else { return Ok(None) };
    let customer: &document::Customer = &customer.record;
    if !is_active(customer) {
        let text = format!("customer `{}` is blocked", customer.customer_id);
        return Ok(Some(ReasonLine::new(Reason::BlockedCustomer, text)));
    }
    let currency = ledger.body().currency;
    if customer.currency != currency {
        return Ok(Some(wrong_currency(customer, ledger.body(), line)));
    }
    let more = ledger.more_credit(with)?;
    Ok(if more > 0 { over_limit(set, customer, Money::new(more, currency)) } else { None })
}
