//! The charges of an order, spread over its invoices (rule I5).

use std::collections::BTreeMap;

use contracts::{Money, MoneyError, OrderId, Quantity, money::line_net};
use mesh::{checked::plus, command::Stop};

use super::{
    allowance::wanted,
    amounts::{add, sum},
    charge::{Billed, Progress, Share},
    dispatch, order,
};
use crate::unit_of_work::UnitOfWork;

/// Returns the progress of the order when an invoice in the making is added, of the net `now` and
/// the units `units` by order line.
///
/// # Errors
/// Refuses sums that are too large.
pub fn progress(
    work: &UnitOfWork,
    order: &order::Order,
    now: i64,
    units: impl Iterator<Item = (u32, Quantity)>,
) -> Result<Progress, Stop<MoneyError>> {
    let rows = || dispatch::of_order(&work.dispatch_lines, order.order_id);
    let before = rows().flat_map(|row| [(row.line, row.billed), (row.line, row.unbilled)]);
    let mut settled: BTreeMap<u32, Quantity> = BTreeMap::new();
    for (line, quantity) in before.chain(units) {
        let sum = settled.entry(line).or_default();
        *sum = plus(*sum, quantity)?;
    }
    let (mut base, mut complete) = (0_i64, true);
    for ordered in &order.body.lines {
        let wanted = wanted(work, order.order_id, ordered);
        let net = line_net(
            wanted,
            ordered.unit_price,
            ordered.price_base_quantity,
            ordered.discount_percent,
            order.body.currency,
        )?;
        base = add(base, net.minor)?;
        complete &= settled.get(&ordered.line).copied().unwrap_or_default() >= wanted;
    }
    let billed = sum(rows().map(|line| line.net).chain([now]))?;
    Ok(Progress { billed, base, complete })
}

/// Lets lapse what no invoice will bill any more: all that is wanted of the order was billed or came
/// back before it was, and the charges are not billed in full.
///
/// # Errors
/// Refuses sums that are too large, and a charge that does not fit its currency.
pub fn lapse(work: &mut UnitOfWork, order_id: OrderId) -> Result<(), Stop<MoneyError>> {
    let Some(order) = work.orders.get(&order_id).cloned() else { return Ok(()) };
    if dispatch::of_order(&work.dispatch_lines, order_id).next().is_none() {
        return Ok(());
    }
    let complete = progress(work, &order, 0, std::iter::empty())?.complete;
    for (number, charge) in (1_u32..).zip(&order.body.charges) {
        let whole = Money::of(charge.amount, order.body.currency)?.minor;
        let new = Billed { order_id, number, billed: 0, lapsed: 0 };
        let before = work.charges.get(&(order_id, number)).cloned().unwrap_or(new);
        // A change may have made the charge smaller than what is billed of it.
        let lapsed = if complete { (whole - before.billed).max(0) } else { 0 };
        if lapsed != before.lapsed {
            work.charges.put(Billed { lapsed, ..before });
        }
    }
    Ok(())
}

/// Returns the shares of an invoice in the order's charges.
///
/// # Errors
/// Fails when a charge does not fit its currency.
pub fn shares(
    work: &UnitOfWork,
    order: &order::Order,
    progress: Progress,
) -> Result<Vec<Share>, MoneyError> {
    let mut shares = Vec::new();
    for (number, charge) in (1_u32..).zip(&order.body.charges) {
        let whole = Money::of(charge.amount, order.body.currency)?.minor;
        let before = work.charges.get(&(order.order_id, number)).map_or(0, |charge| charge.billed);
        let amount = progress.due(whole)? - before;
        if amount > 0 {
            shares.push(Share { number, code: charge.code.clone(), amount });
        }
    }
    Ok(shares)
}

/// Notes that the shares are billed.
///
/// # Errors
/// Fails when a sum is too large.
pub fn note<'a>(
    work: &mut UnitOfWork,
    order_id: OrderId,
    shares: impl IntoIterator<Item = &'a Share>,
) -> Result<(), MoneyError> {
    for share in shares {
        let number = share.number;
        let new = || Billed { order_id, number, billed: 0, lapsed: 0 };
        let charge = work.charges.get_or_put(&(order_id, number), new);
        charge.billed = add(charge.billed, share.amount)?;
        charge.lapsed = 0;
    }
    Ok(())
}
