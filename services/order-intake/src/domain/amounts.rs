//! Amounts of lines and orders, and whether they can be written (D2, I2).

use contracts::{
    Amount, Currency, Money, Quantity, Reason, ReasonLine, document,
    event::{OrderBody, OrderedLine},
};
use mesh::Halt;

/// The amounts of an order.
#[derive(Debug, Clone, Copy)]
pub struct Amounts {
    /// The sum of the lines.
    pub net: Amount,
    /// Net and charges, without tax.
    pub total: Amount,
}

/// The sums of lines and charges.
///
/// # Errors
/// Says why, where they are beyond what the wire holds.
pub fn add_up(lines: &[OrderedLine], charges: Money) -> Result<Amounts, ReasonLine> {
    let mut net = Money::zero(charges.currency);
    for line in lines {
        let amount = line_net(line, charges.currency);
        net = amount
            .and_then(|amount| net.checked_add(amount).ok())
            .ok_or_else(|| value_too_large(line.line))?;
    }
    amounts(net, charges)
}

/// The amounts of an order from the net of its lines and its charges.
///
/// # Errors
/// Says why, where they are beyond what the wire holds.
pub fn amounts(net: Money, charges: Money) -> Result<Amounts, ReasonLine> {
    let total = net.checked_add(charges).ok().filter(|total| is_tellable(*total));
    let text = "the order's value is too large";
    let total = total.ok_or_else(|| ReasonLine::new(Reason::InvalidValue, text))?;
    Ok(Amounts { net: net.amount(), total: total.amount() })
}

/// Returns whether ten times the amount can still be written and read: taxes come on top of it.
fn is_tellable(total: Money) -> bool {
    let more = total.minor.checked_mul(10).map(|minor| Money::new(minor, total.currency));
    more.is_some_and(|more| more.amount().to_string().parse::<Amount>().is_ok())
}

/// Rule I2: quantity ÷ price base × unit price × (1 − discount), rounded once.
#[must_use]
pub fn line_net(line: &OrderedLine, currency: Currency) -> Option<Money> {
    contracts::money::line_net(
        line.quantity,
        line.unit_price,
        line.price_base_quantity,
        line.discount_percent,
        currency,
    )
    .ok()
}

/// The net of so many units of a line at its price, in minor units.
///
/// # Errors
/// When it is beyond 18 digits.
pub fn net_of(price: &OrderedLine, quantity: Quantity, currency: Currency) -> Result<i64, Halt> {
    let units = OrderedLine { quantity, ..price.clone() };
    line_net(&units, currency).map(|net| net.minor).ok_or_else(too_large)
}

/// The sum of an order's charges.
///
/// # Errors
/// When it is beyond 18 digits.
pub fn charges_of(body: &OrderBody) -> Result<Money, Halt> {
    body.charges.iter().try_fold(Money::zero(body.currency), |sum, charge| {
        sum.checked_add(money(charge.amount, body.currency)?).map_err(|_| too_large())
    })
}

/// An amount that was checked before, in its currency.
///
/// # Errors
/// When it is none, or beyond 18 digits.
pub fn money(amount: Amount, currency: Currency) -> Result<Money, Halt> {
    Money::of(amount, currency).map_err(|_| too_large())
}

/// Rule O6: a total that the buyer gave and that is not ours.
#[must_use]
pub fn total_mismatch(
    order: &document::Order,
    ours: Amount,
    currency: Currency,
) -> Option<ReasonLine> {
    let given = order.total.filter(|given| given.get() != ours.get())?;
    let text = format!("the order says {given}, its lines and charges come to {ours} {currency}");
    Some(ReasonLine::new(Reason::TotalMismatch, text))
}

/// The refusal of a line that makes the order's own amount too large (D2).
#[must_use]
pub fn value_too_large(line: u32) -> ReasonLine {
    ReasonLine::at(line, Reason::InvalidValue, "the order's value is beyond 18 digits")
}

/// A sum of money beyond 18 digits, which every order is checked for.
#[must_use]
pub fn too_large() -> Halt {
    Halt::broken("a sum of money is beyond 18 digits")
}
