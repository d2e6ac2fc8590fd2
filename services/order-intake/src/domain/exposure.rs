//! The part of a customer's exposure that is an order's: what was accepted and is neither
//! cancelled nor billed, without tax (O5).
//!
//! A line's part is the net of the units to be billed less the nets of those that were: an invoice
//! takes off exactly what it adds, so the exposure changes by its tax alone. Nets of parts do not
//! always add up to the net of the whole; once nothing of a line is open its part is nothing. What
//! was billed counts at the line's present price, for a line that grows may get another one, and
//! what is not billed yet is all at that. The figure follows from sums alone: it does not depend on
//! the order in which units were billed and cancelled.

use std::collections::BTreeMap;

use contracts::{Currency, Money, Quantity, event::OrderedLine};

use super::{
    evaluate::line_net,
    order::{Line, Order, Status},
};

/// A sum of money is beyond what can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sum of money is beyond 18 digits")]
pub struct TooLarge;

/// The part of an order, in minor units. Held orders do not count until they are released.
///
/// # Errors
/// When it is beyond 18 digits, which the order was checked for.
pub fn part<'a>(order: &Order, lines: impl Iterator<Item = &'a Line>) -> Result<i64, TooLarge> {
    let counts = match order.status {
        Status::Accepted => true,
        Status::Rejected | Status::Held | Status::Cancelled | Status::Completed => false,
    };
    let Some(body) = order.body.as_ref().filter(|_| counts) else { return Ok(0) };
    let prices: BTreeMap<u32, &OrderedLine> =
        body.lines.iter().map(|line| (line.line, line)).collect();
    let mut sum = Money::zero(body.currency);
    let mut open = false;
    for line in lines.filter(|line| !line.unbilled().is_zero()) {
        open = true;
        let Some(price) = prices.get(&line.line) else { continue };
        let net = net_of(price, line.billable(), body.currency)?;
        let left = net.checked_sub(line.billed_net).ok_or(TooLarge)?.max(0);
        sum = sum.checked_add(Money::new(left, body.currency)).map_err(|_| TooLarge)?;
    }
    if open {
        let billed = Money::new(order.billed_charges, body.currency);
        let left = charges(order)?.checked_sub(billed).map_err(|_| TooLarge)?;
        let left = Money::new(left.minor.max(0), body.currency);
        sum = sum.checked_add(left).map_err(|_| TooLarge)?;
    }
    Ok(sum.minor)
}

/// The net of so many units of a line at its price, in minor units.
///
/// # Errors
/// When it is beyond 18 digits.
pub fn net_of(
    price: &OrderedLine,
    quantity: Quantity,
    currency: Currency,
) -> Result<i64, TooLarge> {
    let units = OrderedLine { quantity, ..price.clone() };
    line_net(&units, currency).map(|net| net.minor).ok_or(TooLarge)
}

/// All charges of an order that has a body.
fn charges(order: &Order) -> Result<Money, TooLarge> {
    let body = order.body.as_ref().ok_or(TooLarge)?;
    body.charges.iter().try_fold(Money::zero(body.currency), |sum, charge| {
        let amount = Money::of(charge.amount, body.currency).map_err(|_| TooLarge)?;
        sum.checked_add(amount).map_err(|_| TooLarge)
    })
}
