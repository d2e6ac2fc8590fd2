//! A charge of an order, and the shares that invoices have in it (rule I5).

use contracts::{
    Currency, Money, MoneyError, OrderId, Percent, TaxCategory, document::InvoiceCharge,
};

/// The part of a charge that invoices have billed.
#[derive(Debug, Clone)]
pub struct Billed {
    pub order_id: OrderId,
    /// The place of the charge in the order, from 1.
    pub number: u32,
    /// In minor units.
    pub billed: i64,
    /// The part that no invoice will bill, since nothing of the order is left to be billed.
    pub lapsed: i64,
}

mesh::row!(Billed in "order_charges" by (order_id: OrderId, number: u32) {
    order_id, number, billed, lapsed
});

/// The share of an invoice in one charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The place of the charge in the order, from 1.
    pub number: u32,
    pub code: String,
    /// In minor units; above zero.
    pub amount: i64,
}

/// The billed part of an order, in minor units of its net.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The net that is billed, with the invoice in the making.
    pub billed: i64,
    /// The net of all units not cancelled.
    pub base: i64,
    /// Set when every unit not cancelled is billed, or came back before it was.
    pub complete: bool,
}

impl Progress {
    /// Returns the part of a charge that must be billed by now: rounded half up, all of it when all
    /// is billed.
    ///
    /// # Errors
    /// Fails when it is beyond 64 bits.
    pub fn due(self, charge: i64) -> Result<i64, MoneyError> {
        if self.complete || self.base == 0 || self.billed >= self.base {
            return Ok(charge);
        }
        let (charge, billed, base) =
            (i128::from(charge), i128::from(self.billed), i128::from(self.base));
        let share = (2 * charge * billed + base) / (2 * base);
        i64::try_from(share).map_err(|_| MoneyError::Overflow)
    }
}

/// Writes a charge or an allowance as a document shows it.
#[must_use]
pub fn on_document(
    code: &str,
    minor: i64,
    currency: Currency,
    (category, percent): (&TaxCategory, Percent),
) -> InvoiceCharge {
    InvoiceCharge {
        code: code.to_owned(),
        amount: Money::new(minor, currency).amount(),
        tax_category: category.clone(),
        tax_percent: percent,
    }
}
