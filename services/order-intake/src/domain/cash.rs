//! What customers owe, as other services tell of it (O5): invoices, credit memos, cash, write-offs.
//!
//! Where cash goes does not matter here: put to an invoice or not, it is owed less. So a payment
//! counts when it is received, and after that only what it takes off besides (discounts) and what
//! goes back (refunds, reversals).

use contracts::{
    Amount, Currency, CustomerId, Money,
    event::{
        CreditMemoPosted, InvoicePosted, PaymentApplied, PaymentReceived, PaymentRefunded,
        PaymentReversed, PaymentUnapplied, ReceivableWrittenOff,
    },
};
use mesh::{Decision, Outputs};

use super::{
    Set,
    credit::{Owed, owe},
    exposure::TooLarge,
};

/// What an event changes of what a customer owes.
#[derive(Debug)]
pub struct Owing {
    source: String,
    customer_id: Option<CustomerId>,
    currency: Currency,
    more: Vec<Amount>,
    less: Vec<Amount>,
}

/// Adds what an event changes to what was said under the same source before.
pub fn changed(set: &mut Set, owing: &Owing) -> Decision {
    let mut outputs = Outputs::none();
    let change = owing.change().and_then(|change| {
        let before = set.owed.get(&owing.source);
        let amount = before.map_or(0, |before| before.amount);
        let known = before.and_then(|before| before.customer_id.clone());
        let owed = Owed {
            source: owing.source.clone(),
            customer_id: owing.customer_id.clone().or(known),
            currency: owing.currency,
            amount: amount.checked_add(change).ok_or(TooLarge)?,
        };
        owe(set, owed, &mut outputs)
    });
    change.map_or_else(Decision::from, |()| outputs.into())
}

/// Under which source an invoice's total stands.
#[must_use]
pub fn source_of_invoice(invoice_number: &str) -> String {
    format!("invoice/{invoice_number}")
}

/// An invoice adds its total.
pub fn invoice(posted: &InvoicePosted) -> Owing {
    let it = &posted.invoice;
    let source = source_of_invoice(posted.invoice_number.as_str());
    Owing::of(source, &it.customer_id, it.currency).more([it.total])
}

impl Owing {
    fn of(source: String, customer_id: &CustomerId, currency: Currency) -> Self {
        let customer_id = Some(customer_id.clone());
        Self { source, customer_id, currency, more: Vec::new(), less: Vec::new() }
    }

    fn paid(payment: &str, customer_id: Option<&CustomerId>, currency: Currency) -> Self {
        let source = format!("payment/{payment}");
        let customer_id = customer_id.cloned();
        Self { source, customer_id, currency, more: Vec::new(), less: Vec::new() }
    }

    fn more(mut self, amounts: impl IntoIterator<Item = Amount>) -> Self {
        self.more.extend(amounts);
        self
    }

    fn less(mut self, amounts: impl IntoIterator<Item = Amount>) -> Self {
        self.less.extend(amounts);
        self
    }

    /// The row that it is told under.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whose account changes, where that is known.
    #[must_use]
    pub fn account(&self) -> Option<(CustomerId, Currency)> {
        Some((self.customer_id.clone()?, self.currency))
    }

    /// The sum, in minor units.
    ///
    /// # Errors
    /// When it is no amount of the currency, or beyond 18 digits.
    pub fn change(&self) -> Result<i64, TooLarge> {
        let minor = |amount: &Amount| {
            Money::of(*amount, self.currency).map(|money| money.minor).map_err(|_| TooLarge)
        };
        let add = |sum: i64, amount| sum.checked_add(minor(amount)?).ok_or(TooLarge);
        let more = self.more.iter().try_fold(0, add)?;
        let less = self.less.iter().try_fold(0, add)?;
        more.checked_sub(less).ok_or(TooLarge)
    }
}

impl From<CreditMemoPosted> for Owing {
    fn from(posted: CreditMemoPosted) -> Self {
        let source = format!("credit-memo/{}", posted.credit_memo_number);
        let memo = posted.credit_memo;
        Self::of(source, &memo.customer_id, memo.currency).less([memo.total])
    }
}

impl From<PaymentReceived> for Owing {
    fn from(it: PaymentReceived) -> Self {
        Self::paid(&it.payment, it.customer_id.as_ref(), it.currency).less([it.amount])
    }
}

impl From<PaymentApplied> for Owing {
    fn from(it: PaymentApplied) -> Self {
        let discounts = it.applied.iter().map(|line| line.discount);
        Self::paid(&it.payment, it.customer_id.as_ref(), it.currency).less(discounts)
    }
}

impl From<PaymentUnapplied> for Owing {
    /// Nothing, but it may say whose the cash is.
    fn from(it: PaymentUnapplied) -> Self {
        Self::paid(&it.payment, it.customer_id.as_ref(), it.currency)
    }
}

impl From<PaymentReversed> for Owing {
    fn from(it: PaymentReversed) -> Self {
        let discounts = it.undone.iter().map(|line| line.discount);
        let paid = Self::paid(&it.payment, it.customer_id.as_ref(), it.currency);
        paid.more([it.amount]).more(discounts)
    }
}

impl From<PaymentRefunded> for Owing {
    fn from(it: PaymentRefunded) -> Self {
        Self::paid(&it.payment, it.customer_id.as_ref(), it.currency).more([it.amount])
    }
}

impl From<ReceivableWrittenOff> for Owing {
    fn from(it: ReceivableWrittenOff) -> Self {
        let source = format!("write-off/{}", it.invoice_number);
        Self::of(source, &it.customer_id, it.currency).less([it.amount])
    }
}
