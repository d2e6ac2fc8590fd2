//! Rule I5: each invoice bears its share of the order's charges.

use std::collections::BTreeMap;

use contracts::{
    Currency, Money, OrderId, Quantity, TaxCategory,
    document::{Charge, InvoiceCharge},
    money::line_net,
};

use super::{Fault, Set, dispatch, order, sum, tax::Taxed};

/// What invoices have billed of a charge.
#[derive(Debug, Clone)]
pub struct Billed {
    /// Of which order.
    pub order_id: OrderId,
    /// Which of its charges, from 1.
    pub number: u32,
    /// In minor units.
    pub billed: i64,
    /// What no invoice will bill: nothing of the order is left to be billed.
    pub lapsed: i64,
}

mesh::row!(Billed in "order_charges" by (order_id: OrderId, number: u32) {
    order_id, number, billed, lapsed
});

/// The share of an invoice in one charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// Which charge, from 1.
    pub number: u32,
    /// What for.
    pub code: String,
    /// In minor units; above zero.
    pub amount: i64,
}

/// How much of an order is billed, in minor units of its net.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The net of what is billed, with the invoice in the making.
    pub billed: i64,
    /// The net of all units not cancelled.
    pub base: i64,
    /// Whether every unit not cancelled is billed, or came back before it was.
    pub complete: bool,
}

impl Progress {
    /// What of a charge must be billed by now: rounded half up, all of it when all is billed.
    #[must_use]
    pub fn due(self, charge: i64) -> i64 {
        if self.complete || self.base == 0 || self.billed >= self.base {
            return charge;
        }
        let (charge, billed, base) =
            (i128::from(charge), i128::from(self.billed), i128::from(self.base));
        let share = (2 * charge * billed + base) / (2 * base);
        i64::try_from(share).unwrap_or_default()
    }
}

/// How much of the order is billed when an invoice in the making, of the net `now` and the units
/// `units` by order line, is added.
///
/// # Errors
/// When a sum is too large.
pub fn progress(
    set: &Set,
    order: &order::Order,
    now: i64,
    units: impl Iterator<Item = (u32, Quantity)>,
) -> Result<Progress, Fault> {
    let order_id = order.order_id;
    let mut settled: BTreeMap<u32, Quantity> = BTreeMap::new();
    let rows = || dispatch::of_order(set, order_id);
    let before = rows().flat_map(|row| [(row.line, row.billed), (row.line, row.unbilled)]);
    for (line, quantity) in before.chain(units) {
        let sum = settled.entry(line).or_default();
        *sum = [*sum, quantity].into_iter().sum();
    }
    let (mut base, mut complete) = (0_i64, true);
    for ordered in &order.body.lines {
        let wanted = order::wanted(set, order_id, ordered);
        let net = line_net(
            wanted,
            ordered.unit_price,
            ordered.price_base_quantity,
            ordered.discount_percent,
            order.body.currency,
        )?;
        base = base.checked_add(net.minor).ok_or(Fault::TooLarge)?;
        complete &= settled.get(&ordered.line).copied().unwrap_or_default() >= wanted;
    }
    let billed = sum(rows().map(|line| line.net).chain([now]))?;
    Ok(Progress { billed, base, complete })
}

/// What no invoice will bill any more lapses: all that is wanted of the order was billed or came
/// back before it was, and the charges are not billed in full.
///
/// # Errors
/// When a sum is too large, or a charge does not fit its currency.
pub fn lapse(set: &mut Set, order_id: OrderId) -> Result<(), Fault> {
    let Some(order) = set.orders.get(&order_id).cloned() else { return Ok(()) };
    if dispatch::of_order(set, order_id).next().is_none() {
        return Ok(());
    }
    let complete = progress(set, &order, 0, std::iter::empty())?.complete;
    for (number, charge) in (1_u32..).zip(&order.body.charges) {
        let whole = Money::of(charge.amount, order.body.currency)?.minor;
        let new = Billed { order_id, number, billed: 0, lapsed: 0 };
        let before = set.charges.get(&(order_id, number)).cloned().unwrap_or(new);
        let rest = whole.saturating_sub(before.billed).max(0);
        let lapsed = if complete { rest } else { 0 };
        if lapsed != before.lapsed {
            set.charges.put(Billed { lapsed, ..before });
        }
    }
    Ok(())
}

/// The shares of an invoice in the order's charges.
///
/// # Errors
/// When a charge does not fit its currency.
pub fn shares(
    set: &Set,
    order_id: OrderId,
    charges: &[Charge],
    currency: Currency,
    progress: Progress,
) -> Result<Vec<Share>, Fault> {
    let mut shares = Vec::new();
    for (number, charge) in (1_u32..).zip(charges) {
        let whole = Money::of(charge.amount, currency)?.minor;
        let before = set.charges.get(&(order_id, number)).map_or(0, |charge| charge.billed);
        let amount = progress.due(whole).saturating_sub(before);
        if amount > 0 {
            shares.push(Share { number, code: charge.code.clone(), amount });
        }
    }
    Ok(shares)
}

/// Notes that the shares are billed.
///
/// # Errors
/// When a sum is too large.
pub fn note(set: &mut Set, order_id: OrderId, shares: &[Share]) -> Result<(), Fault> {
    for share in shares {
        let number = share.number;
        let new = || Billed { order_id, number, billed: 0, lapsed: 0 };
        let charge = set.charges.get_or_put(&(order_id, number), new);
        charge.billed = charge.billed.checked_add(share.amount).ok_or(Fault::TooLarge)?;
        charge.lapsed = 0;
    }
    Ok(())
}

impl Share {
    /// As the invoice shows it.
    #[must_use]
    pub fn on_invoice(&self, taxed: &Taxed, currency: Currency) -> InvoiceCharge {
        charge(self.code.clone(), self.amount, currency, &taxed.category, taxed.percent)
    }
}

/// A charge or an allowance, as a document shows it.
#[must_use]
pub fn charge(
    code: String,
    minor: i64,
    currency: Currency,
    category: &TaxCategory,
    percent: contracts::Percent,
) -> InvoiceCharge {
    let amount = Money::new(minor, currency).amount();
    InvoiceCharge { code, amount, tax_category: category.clone(), tax_percent: percent }
}
