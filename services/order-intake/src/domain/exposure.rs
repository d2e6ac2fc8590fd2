//! The part of a customer's exposure that is an order's: what was accepted and is neither
//! cancelled nor billed, without tax (O5).
//!
//! A line's part is the net of the units to be billed less the nets of those that were: an invoice
//! takes off exactly what it adds, so the exposure changes by its tax alone. Nets of parts do not
//! always add up to the net of the whole; once nothing of a line is open its part is nothing. What
//! was billed counts at the line's present price, for a line that grows may get another one, and
//! what is not billed yet is all at that. The figure follows from sums alone: it does not depend on
//! the order in which units were billed and cancelled.

use contracts::{
    Currency, Money, Quantity,
    event::{OrderBody, OrderedLine},
};

use super::{
    evaluate::line_net,
    order::{Line, Order, Status},
    tally::{Sums, Tally},
};

/// A sum of money is beyond what can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sum of money is beyond 18 digits")]
pub struct TooLarge;

/// The part of an order, in minor units, by what is kept of its lines. Held orders do not count
/// until they are released.
///
/// # Errors
/// When it is beyond 18 digits, which the order was checked for.
pub fn part(order: &Order) -> Result<i64, TooLarge> {
    let Some(body) = &order.body else { return Ok(0) };
    part_of(order, order.tally.sums, charges_of(body)?)
}

/// The same, by the lines themselves.
///
/// # Errors
/// When it is beyond 18 digits.
pub fn part_anew<'a>(
    order: &Order,
    lines: impl Iterator<Item = &'a Line>,
) -> Result<i64, TooLarge> {
    let Some(body) = &order.body else { return Ok(0) };
    part_of(order, Tally::of(body, lines)?.sums, charges_of(body)?)
}

/// The part of an order whose lines come to `sums`: their value, and charges as long as anything is
/// to be billed.
///
/// # Errors
/// When it is beyond 18 digits.
pub fn part_of(order: &Order, sums: Sums, charges: Money) -> Result<i64, TooLarge> {
    let counts = match order.status {
        Status::Accepted => sums.unbilled > 0,
        Status::Rejected | Status::Held | Status::Cancelled | Status::Completed => false,
    };
    if !counts {
        return Ok(0);
    }
    let charges = charges.minor.checked_sub(order.billed_charges).ok_or(TooLarge)?;
    sums.left.checked_add(charges.max(0)).ok_or(TooLarge)
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

/// All charges.
///
/// # Errors
/// When the sum is too large.
pub fn charges_of(body: &OrderBody) -> Result<Money, TooLarge> {
    body.charges.iter().try_fold(Money::zero(body.currency), |sum, charge| {
        let amount = Money::of(charge.amount, body.currency).map_err(|_| TooLarge)?;
        sum.checked_add(amount).map_err(|_| TooLarge)
    })
}
