//! Rule O5: the exposure of customers follows orders and documents, and limits more of it.

use contracts::{Money, OrderId, ReasonLine, document, money::Sum};
use mesh::{Halt, Outputs};

use super::{
    amounts::too_large,
    credit::{Account, Credit, Owed, exceeds},
    order::Order,
};
use crate::unit_of_work::UnitOfWork;

/// The reason why `more` is too much for a customer now; `None` when it fits.
#[must_use]
pub fn over_limit(
    work: &UnitOfWork,
    customer: &document::Customer,
    more: Money,
) -> Option<ReasonLine> {
    let account = (customer.customer_id.clone(), more.currency);
    let nothing = Sum::zero(more.currency);
    exceeds(work.credit.get(&account).map_or(nothing, Credit::exposure), customer, more)
}

/// Brings a customer's credit in line with an order that has changed: its lines, its body, its
/// standing. Whatever changes an order ends with this.
///
/// # Errors
/// When a sum is beyond 64 bits.
pub fn follow(work: &mut UnitOfWork, order_id: OrderId, outputs: &mut Outputs) -> Result<(), Halt> {
    let Some(taken) = work.orders.get(&order_id).and_then(Order::taken) else { return Ok(()) };
    let account = taken.account();
    let (exposure, waits, total) = (taken.part()?, taken.settles_itself(), taken.value()?.minor);
    let (before, waited) = (taken.exposure, taken.waits_for_credit);
    if (exposure, waits, total) == (before, waited, taken.total) {
        return Ok(());
    }
    if let Some(taken) = work.orders.get_mut(&order_id).and_then(Order::taken_mut) {
        (taken.exposure, taken.waits_for_credit, taken.total) = (exposure, waits, total);
    }
    let change = exposure.checked_sub(before).ok_or_else(too_large)?;
    let credit = work.credit.get_or_put(&account.clone(), || Credit::none(account));
    credit.on_order += i128::from(change);
    credit.waiting = waiting(credit.waiting, waited, waits)?;
    moved(credit, change, outputs);
    Ok(())
}

/// The number of orders that wait, after one of them changed.
fn waiting(all: u64, waited: bool, waits: bool) -> Result<u64, Halt> {
    let all = all.checked_add(waits.into()).and_then(|all| all.checked_sub(waited.into()));
    all.ok_or_else(|| Halt::broken("more orders stop waiting for credit than waited"))
}

/// Takes up the amount that a document adds to what a customer owes, in place of its amount before.
///
/// # Errors
/// When a sum is beyond 64 bits.
pub fn owe(work: &mut UnitOfWork, owed: Owed, outputs: &mut Outputs) -> Result<(), Halt> {
    let before = work.owed.get(&owed.source).cloned();
    if before.as_ref() == Some(&owed) {
        return Ok(());
    }
    work.owed.put(owed.clone());
    let signed = |owed: &Owed, sign: i64| Some((owed.account()?, owed.amount, sign));
    let parts = [before.and_then(|before| signed(&before, -1)), signed(&owed, 1)];
    for (account, amount, sign) in parts.into_iter().flatten() {
        let change = amount.checked_mul(sign).ok_or_else(too_large)?;
        let credit = work.credit.get_or_put(&account.clone(), || Credit::none(account));
        credit.owed += i128::from(change);
        moved(credit, change, outputs);
    }
    Ok(())
}

/// A customer's record has changed: those who wait for credit are looked at again.
pub fn reconsider(work: &mut UnitOfWork, account: Account, outputs: &mut Outputs) {
    let credit = work.credit.get_or_put(&account.clone(), || Credit::none(account));
    moved(credit, -1, outputs);
}

/// The figures have changed; where they fell, somebody who waits may fit now.
fn moved(credit: &mut Credit, change: i64, outputs: &mut Outputs) {
    credit.changes += 1;
    if change < 0 && credit.waiting > 0 {
        credit.recheck = true;
        outputs.more_due();
    }
}
