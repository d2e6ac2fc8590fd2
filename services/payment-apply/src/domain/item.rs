//! A debt of a customer: an invoice, or cash given back that the bank took back too (rule P9).

use contracts::{
    Amount, Currency, CustomerId, InvoiceNumber, Money, MoneyError, OrderId, PartnerName, Percent,
    PoNumber,
};
use jiff::civil::Date;
use mesh::Halt;
use rust_decimal::Decimal;

use super::checked::{add, neg, sub};

/// An open item; amounts in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The invoice, or the name of what else is owed.
    pub invoice_number: InvoiceNumber,
    pub customer_id: CustomerId,
    pub currency: Currency,
    /// The order billed; `None` where no invoice stands behind the item.
    pub order_id: Option<OrderId>,
    pub po_number: Option<PoNumber>,
    /// The buyer.
    pub partner: Option<PartnerName>,
    pub issue_date: Date,
    pub due_date: Date,
    /// The last day on which the discount may be taken; `None` if there is no discount.
    pub discount_date: Option<Date>,
    /// The part of the total that paying by then earns.
    pub discount_percent: Percent,
    pub total: i64,
    /// Paid by cash; below zero where a credit freed more than that.
    pub paid: i64,
    /// Taken off by discounts, less what credit memos took back of that.
    pub discount: i64,
    /// Taken off by credit memos.
    pub credited: i64,
    /// Given up, less what credit memos took back of that.
    pub written_off: i64,
    /// The total less all of these.
    pub open_amount: i64,
    /// The payment whose payer keeps a part of it back, with a reason (rule P5).
    pub deducted_by: Option<String>,
}

mesh::row!(Item in "open_items" by (invoice_number: InvoiceNumber) {
    invoice_number, customer_id, currency, order_id, po_number, partner, issue_date, due_date,
    discount_date, discount_percent, total, paid, discount, credited, written_off, open_amount,
    deducted_by
});

/// The condition, in place of a column, under which a customer's items are loaded: something of the
/// item is open.
pub const IS_OPEN: &str = "is_open";

/// The parts of an item that cash settles; below zero, those that a credit memo takes back.
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
    pub fn cash(amount: i64) -> Self {
        Self { amount, ..Self::default() }
    }

    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    pub fn plus(self, other: Self) -> Result<Self, Halt> {
        Ok(Self {
            amount: add(self.amount, other.amount)?,
            discount: add(self.discount, other.discount)?,
            given_up: add(self.given_up, other.given_up)?,
        })
    }

    /// The same, taken back.
    pub fn back(self) -> Result<Self, Halt> {
        let Self { amount, discount, given_up } = self;
        Ok(Self { amount: neg(amount)?, discount: neg(discount)?, given_up: neg(given_up)? })
    }
}

impl Item {
    pub fn is_open(&self) -> bool {
        self.open_amount > 0
    }

    /// Returns whether it bills the PO that a remittance names with the invoice, where it names one
    /// (rule P6).
    pub fn bills(&self, po_number: Option<&PoNumber>) -> bool {
        po_number.is_none_or(|named| self.po_number.as_ref() == Some(named))
    }

    /// Returns whether cash in this currency with that PO beside the invoice is evidence of who paid,
    /// where the bank does not know: such cash is not refused (rule P6).
    pub fn tells_payer(&self, po_number: Option<&PoNumber>, currency: Currency) -> bool {
        self.currency == currency && self.bills(po_number)
    }

    /// An amount of its currency, as a document writes it.
    pub fn amount(&self, minor: i64) -> Amount {
        Money::new(minor, self.currency).amount()
    }

    /// The discount that cash of that day may still take (rule P4).
    pub fn available_discount(&self, received_on: Date) -> Result<i64, Halt> {
        let in_time = self.discount_date.is_some_and(|last| received_on <= last);
        if !in_time || self.discount != 0 {
            return Ok(0);
        }
        let share = self.discount_percent.get() / Decimal::ONE_HUNDRED;
        let exact = Money::new(self.total, self.currency).decimal().checked_mul(share);
        let discount = Money::round(exact.ok_or(MoneyError::Overflow)?, self.currency)?;
        Ok(discount.minor.min(self.open_amount))
    }

    /// The parts that so much cash settles. It never takes the item below zero, and earns the
    /// discount only where both together settle it (rules P2 to P4).
    pub fn take(&self, cash: i64, received_on: Date) -> Result<Taken, Halt> {
        let missing = sub(self.open_amount, cash)?;
        if missing <= 0 {
            return Ok(Taken::cash(self.open_amount));
        }
        let earned = cash > 0 && missing <= self.available_discount(received_on)?;
        Ok(Taken { discount: if earned { missing } else { 0 }, ..Taken::cash(cash) })
    }

    /// Returns whether the cash is its exact amount, or that less the discount it earns (rule P2).
    pub fn is_exactly(&self, cash: i64, received_on: Date) -> Result<bool, Halt> {
        let less = sub(self.open_amount, self.available_discount(received_on)?)?;
        Ok(self.is_open() && (self.open_amount == cash || less == cash))
    }

    /// Settles these parts of it, or opens them where they are below zero.
    pub fn settle(&mut self, taken: Taken) -> Result<(), Halt> {
        self.paid = add(self.paid, taken.amount)?;
        self.discount = add(self.discount, taken.discount)?;
        self.written_off = add(self.written_off, taken.given_up)?;
        for less in [taken.amount, taken.discount, taken.given_up] {
            self.open_amount = sub(self.open_amount, less)?;
        }
        Ok(())
    }
}
