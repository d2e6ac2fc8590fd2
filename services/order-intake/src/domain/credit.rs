//! Rule O5: what a customer owes and has ordered, and whether more may be ordered.
//!
//! The figures of a customer change in the same transaction as the order or document that changes
//! them, on one row that whoever decides has locked. Each is the sum of other rows:
//! [`Credit::on_order`] of the orders' [`Order::exposure`](super::order::Order), which
//! [`part`](super::exposure::part) makes of their lines, and [`Credit::owed`] of the [`Owed`] rows,
//! one per invoice, credit memo and payment. Documents come in any order: all is added, nothing is
//! compared.

use contracts::{
    Currency, CustomerId, Money, OrderId, Reason, ReasonLine,
    document::{self, CustomerStatus},
    money::Sum,
};
use mesh::{Decision, Outputs};

use super::{
    Set,
    exposure::{TooLarge, part},
    order::Status,
};

/// What a customer's credit is used by, in minor units of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Whose it is.
    pub customer_id: CustomerId,
    /// In which currency.
    pub currency: Currency,
    /// Accepted, not cancelled and not billed: net and charges, without tax.
    pub on_order: i128,
    /// Open receivables less unapplied cash; below zero, it paid ahead.
    pub owed: i128,
    /// Orders that wait for credit and for nothing else.
    pub waiting: u64,
    /// It has become less, or the limit more, since those were looked at.
    pub recheck: bool,
    /// How often the figures changed: who looked before a change has not seen all.
    pub changes: u64,
}

/// What a document adds to what a customer owes: an invoice its total, a credit memo and a payment
/// less than nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// `invoice/<number>`, `credit-memo/<number>`, `payment/<bank>/<payment_id>`, …
    pub source: String,
    /// Whose it is; none while nobody knows who paid.
    pub customer_id: Option<CustomerId>,
    /// The currency of the amount.
    pub currency: Currency,
    /// In minor units.
    pub amount: i64,
}

mesh::row!(Credit in "credit" by (customer_id: CustomerId, currency: Currency) {
    customer_id, currency, on_order, owed, waiting, recheck, changes
});
mesh::row!(Owed in "owed" by (source: String) { source, customer_id, currency, amount });

/// A customer's figures in a currency.
pub type Account = (CustomerId, Currency);

impl Credit {
    /// Nothing owed, nothing ordered.
    #[must_use]
    pub fn none((customer_id, currency): Account) -> Self {
        let (on_order, owed, waiting, recheck, changes) = (0, 0, 0, false, 0);
        Self { customer_id, currency, on_order, owed, waiting, recheck, changes }
    }

    /// Rule O5's exposure.
    #[must_use]
    pub fn exposure(&self) -> Sum {
        Sum::new(self.on_order + self.owed, self.currency)
    }
}

impl From<TooLarge> for Decision {
    fn from(error: TooLarge) -> Self {
        Self::Poison { code: Reason::InvariantBroken, reason: error.to_string() }
    }
}

/// Why `more` is too much for a customer now; none when it fits.
#[must_use]
pub fn over_limit(set: &Set, customer: &document::Customer, more: Money) -> Option<ReasonLine> {
    let account = (customer.customer_id.clone(), more.currency);
    let nothing = Sum::zero(more.currency);
    exceeds(set.credit.get(&account).map_or(nothing, Credit::exposure), customer, more)
}

/// As [`over_limit`], for an exposure that was read.
#[must_use]
pub fn exceeds(exposure: Sum, customer: &document::Customer, more: Money) -> Option<ReasonLine> {
    let refuse = |text: String| Some(ReasonLine::new(Reason::CreditLimit, text));
    let limit = customer.credit_limit?;
    let limit = Money::of(limit, customer.currency).ok();
    let Some(limit) = limit.filter(|limit| limit.currency == more.currency) else {
        return refuse(format!("there is no credit limit in {}", more.currency));
    };
    let sum = Sum::new(exposure.minor + i128::from(more.minor), more.currency);
    let above = Sum::new(sum.minor - i128::from(limit.minor), more.currency);
    if above.minor <= 0 {
        return None;
    }
    refuse(format!(
        "{} owed and on order and {} more come to {}, {} above the credit limit of {}",
        exposure.amount(),
        more.amount(),
        sum.amount(),
        above.amount(),
        limit
    ))
}

/// Whether a customer may be given credit at all.
#[must_use]
pub fn is_active(customer: &document::Customer) -> bool {
    customer.status == CustomerStatus::Active
}

/// Brings a customer's credit in line with an order that has changed: its lines, its body, its
/// status or what it is held for. Whatever changes an order ends with this.
///
/// # Errors
/// When a sum is beyond 64 bits.
pub fn follow(set: &mut Set, order_id: OrderId, outputs: &mut Outputs) -> Result<(), TooLarge> {
    let Some(order) = set.orders.get(&order_id) else { return Ok(()) };
    let Some(account) = order.account() else { return Ok(()) };
    let exposure = part(order)?;
    let waits = order.status == Status::Held
        && !order.holds.is_empty()
        && order.holds.iter().all(settles_itself);
    let value = order.value()?;
    let (before, waited) = (order.exposure, order.waits_for_credit);
    if (exposure, waits, value) == (before, waited, order.total) {
        return Ok(());
    }
    if let Some(order) = set.orders.get_mut(&order_id) {
        order.exposure = exposure;
        order.waits_for_credit = waits;
        order.total = value;
    }
    let change = exposure.checked_sub(before).ok_or(TooLarge)?;
    let credit = set.credit.get_or_put(&account.clone(), || Credit::none(account));
    credit.on_order += i128::from(change);
    credit.waiting = credit.waiting.saturating_add(waits.into()).saturating_sub(waited.into());
    moved(credit, change, outputs);
    Ok(())
}

/// What an order is held for and goes on without by itself, once that is no more.
fn settles_itself(hold: &ReasonLine) -> bool {
    matches!(hold.code, Reason::CreditLimit | Reason::BlockedCustomer)
}

/// Says what a document adds to what a customer owes, in place of what it added before.
///
/// # Errors
/// When a sum is beyond 64 bits.
pub fn owe(set: &mut Set, owed: Owed, outputs: &mut Outputs) -> Result<(), TooLarge> {
    let before = set.owed.get(&owed.source).cloned();
    if before.as_ref() == Some(&owed) {
        return Ok(());
    }
    set.owed.put(owed.clone());
    let signed =
        |owed: Owed, sign: i64| Some((owed.customer_id?, owed.currency, owed.amount, sign));
    let parts = [before.and_then(|owed| signed(owed, -1)), signed(owed, 1)];
    for (customer_id, currency, amount, sign) in parts.into_iter().flatten() {
        let account = (customer_id, currency);
        let change = amount.checked_mul(sign).ok_or(TooLarge)?;
        let credit = set.credit.get_or_put(&account.clone(), || Credit::none(account));
        credit.owed += i128::from(change);
        moved(credit, change, outputs);
    }
    Ok(())
}

/// A customer's record has changed: those who wait for credit are looked at again.
pub fn reconsider(set: &mut Set, account: Account, outputs: &mut Outputs) {
    let credit = set.credit.get_or_put(&account.clone(), || Credit::none(account));
    moved(credit, -1, outputs);
}

/// The figures have changed; where they fell, somebody who waits may fit now.
fn moved(credit: &mut Credit, change: i64, outputs: &mut Outputs) {
    credit.changes = credit.changes.saturating_add(1);
    if change < 0 && credit.waiting > 0 {
        credit.recheck = true;
        outputs.more_due();
    }
}
