//! Units that a change adds to its order, where the customer's credit allows.

use contracts::{
    Money, OrderId, Quantity, ReasonLine,
    document::{self, LineQuantity},
    event::OrderedLine,
};

use mesh::{Halt, checked::beyond};

use super::judge::wrong_currency;
use crate::{
    domain::{
        amounts::{net_of, value_too_large},
        credit::{blocked, is_active},
        exposure::over_limit,
        ledger::{Ledger, With},
        line::{Line, MAX_LINES, too_many_lines},
    },
    unit_of_work::UnitOfWork,
};

/// The result for the lines that were to grow.
#[derive(Debug, Default)]
pub struct Grown {
    pub any: bool,
    /// Units of them that have not left already.
    pub to_serve: Vec<LineQuantity>,
    pub refused: Vec<ReasonLine>,
}

/// Adds lines and units, line by line as far as it can be done.
///
/// # Errors
/// When a sum of money is too large.
pub fn grow<'a>(
    work: &mut UnitOfWork,
    order_id: OrderId,
    wanted: impl Iterator<Item = &'a OrderedLine>,
) -> Result<Grown, Halt> {
    let mut grown = Grown::default();
    let Some(mut ledger) = Ledger::open(work, order_id)? else { return Ok(grown) };
    for new in wanted {
        match line(&mut ledger, work, new)? {
            Ok(quantity) => {
                grown.any = true;
                let (line, sku) = (new.line, new.sku.clone());
                let served = (!quantity.is_zero()).then_some(LineQuantity { line, sku, quantity });
                grown.to_serve.extend(served);
            }
            Err(reason) => grown.refused.push(reason),
        }
    }
    ledger.close(work)?;
    Ok(grown)
}

/// Adds one line, or more of it, and returns the units to be served, or the reason why not.
fn line(
    ledger: &mut Ledger,
    work: &mut UnitOfWork,
    new: &OrderedLine,
) -> Result<Result<Quantity, ReasonLine>, Halt> {
    let order_id = ledger.order_id;
    let before = work.lines.get(&(order_id, new.line)).cloned();
    if before.as_ref().is_some_and(|before| before.ordered >= new.quantity) {
        return Ok(Ok(Quantity::ZERO));
    }
    if before.is_none() && ledger.body().lines.len() >= MAX_LINES {
        return Ok(Err(too_many_lines(new.line)));
    }
    let none = OrderedLine { quantity: Quantity::ZERO, ..new.clone() };
    let mut row = before.unwrap_or_else(|| Line::new(order_id, &none));
    let open = row.open()?;
    row.ordered = new.quantity;
    let Some(with) = reckoned(ledger, work, new, &mut row) else {
        return Ok(Err(value_too_large(new.line)));
    };
    if let Some(reason) = not_on_credit(work, ledger, &with, new.line)? {
        return Ok(Err(ReasonLine { line: Some(new.line), ..reason }));
    }
    let to_serve = beyond(row.open()?, open);
    ledger.put(&mut work.lines, with, new.clone(), row)?;
    Ok(Ok(to_serve))
}

/// The figures of the order with the line; `None` where they cannot be written (D2).
fn reckoned(ledger: &Ledger, work: &UnitOfWork, new: &OrderedLine, row: &mut Line) -> Option<With> {
    if ledger.line(new.line).is_some_and(|line| !is_same_price(line, new)) {
        row.billed_net = net_of(new, row.billed, ledger.body().currency).ok()?;
    }
    let with = ledger.with(&work.lines, new, row).ok()?;
    ledger.is_tellable(&with).then_some(with)
}

fn is_same_price(a: &OrderedLine, b: &OrderedLine) -> bool {
    let price = |it: &OrderedLine| (it.unit_price, it.price_base_quantity, it.discount_percent);
    price(a) == price(b)
}

/// The reason why the customer's credit does not cover an order with this line (O5); `None` where it
/// does. Lines that the same change added before are no part of the kept exposure yet.
fn not_on_credit(
    work: &UnitOfWork,
    ledger: &Ledger,
    with: &With,
    line: u32,
) -> Result<Option<ReasonLine>, Halt> {
    let customer_id = &ledger.body().customer_id;
    let Some(customer) = work.customers.get(customer_id) else {
        return Err(Halt::broken(format!("customer `{customer_id}` has orders and no record")));
    };
    let customer: &document::Customer = &customer.record;
    if !is_active(customer) {
        return Ok(Some(blocked(&customer.customer_id)));
    }
    let currency = ledger.body().currency;
    if customer.currency != currency {
        return Ok(Some(wrong_currency(customer, ledger.body(), line)));
    }
    let more = ledger.more_credit(with)?;
    Ok(if more > 0 { over_limit(work, customer, Money::new(more, currency)) } else { None })
}
