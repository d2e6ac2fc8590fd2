//! What an order comes to: lines and charges, and whether that can be written.

use contracts::{
    Amount, Currency, Money, document,
    event::OrderedLine,
    reason::{Reason, ReasonLine},
};

use super::{Evaluation, Judge, line::Checked, on_line, whole};

/// The figures of an order.
#[derive(Debug, Clone, Copy)]
pub struct Amounts {
    /// Sum of the lines.
    pub net: Amount,
    /// Net and charges, without tax.
    pub total: Amount,
}

impl Judge<'_> {
    pub(super) fn priced(
        &self,
        order: &document::Order,
        customer: &document::Customer,
        checked: &[Checked<'_>],
        charges: Money,
    ) -> Evaluation {
        let order_date = order.order_date.unwrap_or_else(|| self.today());
        let list = match self.list_for(customer, order_date, customer.currency) {
            Ok(list) => list,
            Err(key) => return Evaluation::Unknown(key),
        };
        let mut holds = Vec::new();
        let lines: Vec<OrderedLine> =
            checked.iter().map(|line| self.line_price(line, list, &mut holds)).collect();
        let total = match add_up(&lines, charges) {
            Ok(total) => total,
            Err(reason) => return Evaluation::Rejected(vec![reason]),
        };
        holds.extend(total_mismatch(order, total.total, charges.currency));
        match self.body(order, customer, order_date, lines, total) {
            Some(body) => Evaluation::Taken { body: Box::new(body), holds },
            None => Evaluation::Rejected(vec![whole(Reason::NoShipTo, "no ship_to")]),
        }
    }
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
    Some(whole(Reason::TotalMismatch, text))
}

/// The sums of lines and charges.
///
/// # Errors
/// Says why, where they are beyond what the wire holds.
pub fn add_up(lines: &[OrderedLine], charges: Money) -> Result<Amounts, ReasonLine> {
    let mut net = Money::zero(charges.currency);
    for line in lines {
        let amount = line_net(line, charges.currency);
        net = amount.and_then(|amount| net.checked_add(amount).ok()).ok_or_else(|| {
            let text = "the order's value is beyond 18 digits".to_owned();
            on_line(Reason::InvalidValue, line.line, text)
        })?;
    }
    amounts(net, charges)
}

/// What lines of a net and charges come to.
///
/// # Errors
/// Says why, where that is beyond what the wire holds.
pub fn amounts(net: Money, charges: Money) -> Result<Amounts, ReasonLine> {
    let total = net.checked_add(charges).ok().filter(|total| is_tellable(*total));
    let text = "the order's value is too large";
    let total = total.ok_or_else(|| whole(Reason::InvalidValue, text))?;
    Ok(Amounts { net: net.amount(), total: total.amount() })
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

/// Whether ten times the amount can still be written and read: taxes come on top of it.
fn is_tellable(total: Money) -> bool {
    let more = total.minor.checked_mul(10).map(|minor| Money::new(minor, total.currency));
    more.is_some_and(|more| more.amount().to_string().parse::<Amount>().is_ok())
}

/// The sum of the charges; `None` after saying what is wrong with them.
pub(super) fn charges(
    order: &document::Order,
    currency: Currency,
    reasons: &mut Vec<ReasonLine>,
) -> Option<Money> {
    let mut sum = Some(Money::zero(currency));
    for charge in &order.charges {
        let amount = Money::of(charge.amount, currency);
        match amount {
            Ok(amount) if amount.minor < 0 => {
                let text = format!("charge `{}` is negative", charge.code);
                reasons.push(whole(Reason::NegativeCharge, text));
            }
            Ok(amount) => sum = sum.and_then(|sum| sum.checked_add(amount).ok()),
            Err(error) => {
                let text = format!("charge `{}`: {error}", charge.code);
                reasons.push(whole(Reason::InvalidValue, text));
            }
        }
    }
    sum
}
