//! The amounts that customers owe, as other services tell of them (O5): invoices, credit memos, cash,
//! write-offs.
//!
//! It does not matter where cash goes: put to an invoice or not, it is owed less. So a payment
//! counts when it is received, and after that only what it takes off besides (discounts) and what
//! goes back (refunds, reversals).

use contracts::{
    Amount, Currency, CustomerId,
    event::{
        CreditMemoPosted, InvoicePosted, PaymentApplied, PaymentReceived, PaymentRefunded,
        PaymentReversed, PaymentUnapplied, ReceivableWrittenOff,
    },
};
use mesh::{Halt, Outputs};

use super::{
    amounts::{money, too_large},
    credit::{Account, Owed},
    exposure::owe,
};
use crate::unit_of_work::UnitOfWork;

/// The change that an event makes to what a customer owes.
#[derive(Debug)]
pub struct Owing {
    source: String,
    customer_id: Option<CustomerId>,
    currency: Currency,
    more: Vec<Amount>,
    less: Vec<Amount>,
}

/// The source of an invoice's total.
#[must_use]
pub fn source_of_invoice(invoice_number: &str) -> String {
    format!("invoice/{invoice_number}")
}

impl Owing {
    fn of(source: String, customer_id: Option<&CustomerId>, currency: Currency) -> Self {
        let customer_id = customer_id.cloned();
        Self { source, customer_id, currency, more: Vec::new(), less: Vec::new() }
    }

    fn paid(payment: &str, customer_id: Option<&CustomerId>, currency: Currency) -> Self {
        Self::of(format!("payment/{payment}"), customer_id, currency)
    }

    fn more(mut self, amounts: impl IntoIterator<Item = Amount>) -> Self {
        self.more.extend(amounts);
        self
    }

    fn less(mut self, amounts: impl IntoIterator<Item = Amount>) -> Self {
        self.less.extend(amounts);
        self
    }

    /// The key of the row that it is kept in.
    #[must_use]
    pub fn source(&self) -> &String {
        &self.source
    }

    /// The account that changes, where it is known.
    #[must_use]
    pub fn account(&self) -> Option<Account> {
        Some((self.customer_id.clone()?, self.currency))
    }

    /// Adds the change to what was said under the same source before.
    ///
    /// # Errors
    /// When an amount is none of the currency, or a sum is beyond 18 digits.
    pub fn apply(&self, work: &mut UnitOfWork, outputs: &mut Outputs) -> Result<(), Halt> {
        let before = work.owed.get(&self.source);
        let amount = before.map_or(0, |before| before.amount);
        let known = before.and_then(|before| before.customer_id.clone());
        let owed = Owed {
            source: self.source.clone(),
            customer_id: self.customer_id.clone().or(known),
            currency: self.currency,
            amount: amount.checked_add(self.change()?).ok_or_else(too_large)?,
        };
        owe(work, owed, outputs)
    }

    /// The sum, in minor units.
    fn change(&self) -> Result<i64, Halt> {
        let add = |sum: i64, amount: &Amount| {
            sum.checked_add(money(*amount, self.currency)?.minor).ok_or_else(too_large)
        };
        let more = self.more.iter().try_fold(0, add)?;
        let less = self.less.iter().try_fold(0, add)?;
        more.checked_sub(less).ok_or_else(too_large)
    }
}

impl From<&InvoicePosted> for Owing {
    fn from(posted: &InvoicePosted) -> Self {
        let it = &posted.invoice;
        let source = source_of_invoice(posted.invoice_number.as_str());
        Self::of(source, Some(&it.customer_id), it.currency).more([it.total])
    }
}

impl From<&CreditMemoPosted> for Owing {
    fn from(posted: &CreditMemoPosted) -> Self {
        let source = format!("credit-memo/{}", posted.credit_memo_number);
        let memo = &posted.credit_memo;
        Self::of(source, Some(&memo.customer_id), memo.currency).less([memo.total])
    }
}

impl From<&PaymentReceived> for Owing {
    fn from(it: &PaymentReceived) -> Self {
        Self::paid(&it.payment, it.customer_id.as_ref(), it.currency).less([it.amount])
    }
}

impl From<&PaymentApplied> for Owing {
    fn from(it: &PaymentApplied) -> Self {
        let discounts = it.applied.iter().map(|line| line.discount);
        Self::paid(&it.payment, it.customer_id.as_ref(), it.currency).less(discounts)
    }
}

impl From<&PaymentUnapplied> for Owing {
    /// Nothing, but it may say whose the cash is.
    fn from(it: &PaymentUnapplied) -> Self {
        Self::paid(&it.payment, it.customer_id.as_ref(), it.currency)
    }
}

impl From<&PaymentReversed> for Owing {
    fn from(it: &PaymentReversed) -> Self {
        let discounts = it.undone.iter().map(|line| line.discount);
        let paid = Self::paid(&it.payment, it.customer_id.as_ref(), it.currency);
        paid.more([it.amount]).more(discounts)
    }
}

impl From<&PaymentRefunded> for Owing {
    fn from(it: &PaymentRefunded) -> Self {
        Self::paid(&it.payment, it.customer_id.as_ref(), it.currency).more([it.amount])
    }
}

impl From<&ReceivableWrittenOff> for Owing {
    fn from(it: &ReceivableWrittenOff) -> Self {
        let source = format!("write-off/{}", it.invoice_number);
        Self::of(source, Some(&it.customer_id), it.currency).less([it.amount])
    }
}
