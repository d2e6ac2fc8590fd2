//! The credit of customers, as it is kept (O5).
//!
//! The figures of a customer change in the same transaction as the order or document that changes
//! them, on one row that whoever decides has locked. Each is the sum of other rows: `on_order` of the
//! orders' `exposure`, `owed` of the [`Owed`] rows, one per invoice, credit memo and payment.
//! Documents come in any order: all is added, nothing is compared.

use contracts::{
    Currency, CustomerId, Money, Reason, ReasonLine,
    document::{self, CustomerStatus},
    money::Sum,
};

/// The use of a customer's credit, in minor units of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    pub customer_id: CustomerId,
    pub currency: Currency,
    /// Accepted, not cancelled and not billed: net and charges, without tax.
    pub on_order: i128,
    /// Open receivables less unapplied cash; below zero, it paid ahead.
    pub owed: i128,
    /// Orders that wait for credit and for nothing else.
    pub waiting: u64,
    /// The exposure fell, or the limit rose, since those were looked at.
    pub recheck: bool,
    /// The number of changes of the figures: who looked before a change has not seen all.
    pub changes: u64,
}

/// The amount that a document adds to what a customer owes; below zero for a credit memo or a
/// payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// The document: `invoice/<number>`, `credit-memo/<number>`, `payment/<bank>/<payment_id>`, …
    pub source: String,
    /// The customer; `None` while nobody knows who paid.
    pub customer_id: Option<CustomerId>,
    pub currency: Currency,
    pub amount: i64,
}

impl Owed {
    /// The account that it is in, where that is known.
    #[must_use]
    pub fn account(&self) -> Option<Account> {
        Some((self.customer_id.clone()?, self.currency))
    }
}

mesh::row!(Credit in "credit" by (customer_id: CustomerId, currency: Currency) {
    customer_id, currency, on_order, owed, waiting, recheck, changes
});
mesh::row!(Owed in "owed" by (source: String) { source, customer_id, currency, amount });

/// A customer's figures in a currency.
pub type Account = (CustomerId, Currency);

impl Credit {
    /// The account of a customer that owes nothing and has ordered nothing.
    #[must_use]
    pub fn none((customer_id, currency): Account) -> Self {
        let (on_order, owed, waiting, recheck, changes) = (0, 0, 0, false, 0);
        Self { customer_id, currency, on_order, owed, waiting, recheck, changes }
    }

    /// The exposure of rule O5.
    #[must_use]
    pub fn exposure(&self) -> Sum {
        Sum::new(self.on_order + self.owed, self.currency)
    }
}

/// The reason why `more` is too much for a customer of this exposure; `None` when it fits.
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

/// The refusal of an order for a customer that is blocked.
#[must_use]
pub fn blocked(customer_id: &CustomerId) -> ReasonLine {
    let text = format!("customer `{customer_id}` is blocked");
    ReasonLine::new(Reason::BlockedCustomer, text)
}

/// Returns whether a customer may be given credit at all.
#[must_use]
pub fn is_active(customer: &document::Customer) -> bool {
    customer.status == CustomerStatus::Active
}
