//! What a customer owes: an invoice, or cash given back that the bank took back too (P9).

use contracts::{
    Amount, Currency, CustomerId, InvoiceNumber, Money, OrderId, PartnerName, Percent, PoNumber,
};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::figures::{Stop, add, sub};

/// One open item; amounts in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The invoice, or the name of what else is owed.
    pub invoice_number: InvoiceNumber,
    /// Who owes.
    pub customer_id: CustomerId,
    /// In which currency.
    pub currency: Currency,
    /// The order billed; none where no invoice stands behind it.
    pub order_id: Option<OrderId>,
    /// The buyer's number.
    pub po_number: Option<PoNumber>,
    /// The buyer.
    pub partner: Option<PartnerName>,
    /// The day of issue.
    pub issue_date: Date,
    /// The day it is due.
    pub due_date: Date,
    /// The last day on which the discount may be taken; none, no discount.
    pub discount_date: Option<Date>,
    /// What paying by then earns, of the total.
    pub discount_percent: Percent,
    /// What it was for.
    pub total: i64,
    /// What cash paid; below zero where a credit freed more than that.
    pub paid: i64,
    /// What discounts took off, less what credit memos took back of that.
    pub discount: i64,
    /// What credit memos took off.
    pub credited: i64,
    /// What was given up, less what credit memos took back of that.
    pub written_off: i64,
    /// What is open: the total less all of these.
    pub open_amount: i64,
    /// Rule P5: the payment whose payer keeps a part of it back, with a reason.
    pub deducted_by: Option<String>,
}

mesh::row!(Item in "open_items" by (invoice_number: InvoiceNumber) {
    invoice_number, customer_id, currency, order_id, po_number, partner, issue_date, due_date,
    discount_date, discount_percent, total, paid, discount, credited, written_off, open_amount,
    deducted_by
});

/// What cash does to an item; below zero, what a credit memo takes back of that.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Cash.
    pub amount: i64,
    /// Early-payment discount on top.
    pub discount: i64,
    /// Given up; only credit memos take that back and give it back.
    pub given_up: i64,
}

impl Taken {
    /// Cash alone.
    #[must_use]
    pub fn cash(amount: i64) -> Self {
        Self { amount, ..Self::default() }
    }

    /// Whether nothing is taken.
    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// Both together.
    ///
    /// # Errors
    /// When the amounts do not fit.
    pub fn plus(self, other: Self) -> Result<Self, Stop> {
        Ok(Self {
            amount: add(self.amount, other.amount)?,
            discount: add(self.discount, other.discount)?,
            given_up: add(self.given_up, other.given_up)?,
        })
    }

    /// The same, taken back.
    ///
    /// # Errors
    /// When the amounts do not fit.
    pub fn back(self) -> Result<Self, Stop> {
        let Self { amount, discount, given_up } = self;
        let back = |amount| sub(0, amount);
        Ok(Self { amount: back(amount)?, discount: back(discount)?, given_up: back(given_up)? })
    }
}

impl Item {
    /// Equal to the PO that a remittance names with the invoice, where it names one (rule P6).
    #[must_use]
    pub fn bills(&self, po_number: Option<&PoNumber>) -> bool {
        po_number.is_none_or(|named| self.po_number.as_ref() == Some(named))
    }

    /// Evidence of who paid, where the bank does not know: cash in this currency with that PO beside
    /// the invoice is not refused (rule P6).
    #[must_use]
    pub fn tells_payer(&self, po_number: Option<&PoNumber>, currency: Currency) -> bool {
        self.currency == currency && self.bills(po_number)
    }

    /// An amount of its currency, as a document writes it.
    #[must_use]
    pub fn amount(&self, minor: i64) -> Amount {
        Money::new(minor, self.currency).amount()
    }

    /// Rule P4: the discount that cash of that day may still take.
    #[must_use]
    pub fn available_discount(&self, received_on: Date) -> i64 {
        let in_time = self.discount_date.is_some_and(|last| received_on <= last);
        if !in_time || self.discount != 0 {
            return 0;
        }
        let share = self.discount_percent.get() / Decimal::ONE_HUNDRED;
        let exact = Money::new(self.total, self.currency).decimal().checked_mul(share);
        let discount = exact.and_then(|exact| Money::round(exact, self.currency).ok());
        discount.map_or(0, |discount| discount.minor.min(self.open_amount))
    }

    /// Rules P2 to P4: what so much cash does. It never takes the item below zero, and earns the
    /// discount only where both together settle it.
    #[must_use]
    pub fn take(&self, cash: i64, received_on: Date) -> Taken {
        let Some(missing) = self.open_amount.checked_sub(cash).filter(|missing| *missing > 0)
        else {
            return Taken::cash(self.open_amount);
        };
        let earned = cash > 0 && missing <= self.available_discount(received_on);
        Taken { discount: if earned { missing } else { 0 }, ..Taken::cash(cash) }
    }

    /// Rule P2: whether the cash is its exact amount, or that less the discount it earns.
    #[must_use]
    pub fn is_exactly(&self, cash: i64, received_on: Date) -> bool {
        let earned = self.available_discount(received_on);
        let less = self.open_amount.checked_sub(earned);
        self.open_amount > 0 && (self.open_amount == cash || less == Some(cash))
    }

    /// Puts cash and what comes with it to it, or takes that off where it is below zero.
    ///
    /// # Errors
    /// When the amounts do not fit.
    pub fn settle(&mut self, taken: Taken) -> Result<(), Stop> {
        self.paid = add(self.paid, taken.amount)?;
        self.discount = add(self.discount, taken.discount)?;
        self.written_off = add(self.written_off, taken.given_up)?;
        for less in [taken.amount, taken.discount, taken.given_up] {
            self.open_amount = sub(self.open_amount, less)?;
        }
        Ok(())
    }
}
