//! Tax by category and rate: one subtotal each, rounded once (rule I3).

use std::collections::BTreeMap;

use contracts::{
    Country, Currency, Money, MoneyError, Percent, TaxCategory,
    document::{TaxCode, TaxSubtotal},
};
use rust_decimal::Decimal;

use super::amounts::add;

/// The place where goods go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub country: Country,
    /// Empty where there is none.
    pub region: String,
}

/// The tax of a line or a charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxed {
    /// The category, as the invoice shows it.
    pub category: TaxCategory,
    pub percent: Percent,
    /// The code in EN 16931.
    pub code: TaxCode,
    /// The reason why nothing is taxed, where that is so.
    pub exemption_reason: Option<String>,
}

/// Lines and charges that are taxed alike, in minor units.
#[derive(Debug, Clone)]
pub struct Group {
    pub taxed: Taxed,
    pub lines: i64,
    pub charges: i64,
}

/// An invoice's lines and charges by category and rate.
#[derive(Debug, Default)]
pub struct Groups(BTreeMap<(TaxCategory, Percent), Group>);

impl Groups {
    /// Adds amounts of lines and charges.
    ///
    /// # Errors
    /// Fails when a sum is too large.
    pub fn add(&mut self, taxed: &Taxed, lines: i64, charges: i64) -> Result<(), MoneyError> {
        let new = || Group { taxed: taxed.clone(), lines: 0, charges: 0 };
        let key = (taxed.category.clone(), taxed.percent);
        let group = self.0.entry(key).or_insert_with(new);
        group.lines = add(group.lines, lines)?;
        group.charges = add(group.charges, charges)?;
        Ok(())
    }

    /// The groups, by category and rate.
    pub fn iter(&self) -> impl Iterator<Item = &Group> {
        self.0.values()
    }
}

impl Group {
    /// Returns its subtotal, and the part of the tax that the lines are the cause of: the rest when
    /// the tax on the charges alone is taken off, so that a credit of all lines leaves exactly that.
    ///
    /// # Errors
    /// Fails when a sum is too large.
    pub fn subtotal(&self, currency: Currency) -> Result<(TaxSubtotal, i64), MoneyError> {
        let taxable = add(self.lines, self.charges)?;
        let tax = on(taxable, self.taxed.percent, currency)?;
        let of_charges = on(self.charges, self.taxed.percent, currency)?;
        let subtotal = TaxSubtotal {
            tax_category: self.taxed.category.clone(),
            tax_percent: self.taxed.percent,
            taxable_amount: Money::new(taxable, currency).amount(),
            tax_amount: Money::new(tax, currency).amount(),
            code: Some(self.taxed.code),
            exemption_reason: self.taxed.exemption_reason.clone(),
        };
        Ok((subtotal, tax - of_charges))
    }
}

/// Returns a percentage of minor units, rounded half up once.
///
/// # Errors
/// Fails when it is too large.
pub fn on(minor: i64, percent: Percent, currency: Currency) -> Result<i64, MoneyError> {
    let exact = Money::new(minor, currency).decimal().checked_mul(percent.get());
    let exact = exact.ok_or(MoneyError::Overflow)? / Decimal::ONE_HUNDRED;
    Ok(Money::round(exact, currency)?.minor)
}
