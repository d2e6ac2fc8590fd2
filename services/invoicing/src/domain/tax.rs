//! Rule I3: tax by ship-to, category and day; one subtotal per category and rate, rounded once.

use std::collections::BTreeMap;

use contracts::{
    Country, Currency, Money, PartnerName, Percent, Sku, TaxCategory,
    document::{DocumentAck, TaxCode, TaxRate, TaxSubtotal},
};
use jiff::civil::Date;
use mesh::{Decision, Json, Outputs};
use rust_decimal::Decimal;

use super::{
    Fault, Set,
    counter::{Name, next},
    engine::Answer,
    master::Rate,
};
use crate::config::Config;

/// Where goods go.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The country.
    pub country: Country,
    /// The region; empty where there is none.
    pub region: String,
}

/// How something is taxed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxed {
    /// The category, as the invoice shows it.
    pub category: TaxCategory,
    /// The rate.
    pub percent: Percent,
    /// Its code in EN 16931.
    pub code: TaxCode,
    /// Why nothing is taxed, where that is so.
    pub exemption_reason: Option<String>,
}

/// Everything that says how an invoice is taxed.
#[derive(Debug)]
pub struct Table<'a> {
    /// The rates that are known.
    pub rates: &'a mesh::Rows<Rate>,
    /// Where the goods go.
    pub place: Place,
    /// The day they left.
    pub on: Date,
    /// Whether the customer pays no tax.
    pub exempt: bool,
    /// What the seller has set.
    pub config: &'a Config,
}

impl Table<'_> {
    /// How a category is taxed; `None` where no rate is known. Of the rates of the region the one
    /// that began last, else of those of the country.
    #[must_use]
    pub fn find(&self, category: &TaxCategory) -> Option<Taxed> {
        if self.exempt {
            return Some(Taxed {
                category: self.config.exempt_tax_category.clone(),
                percent: Percent::ZERO,
                code: TaxCode::E,
                exemption_reason: Some(self.config.exemption_reason.clone()),
            });
        }
        let of_region = (!self.place.region.is_empty())
            .then(|| self.latest(&self.place.region, category))
            .flatten();
        of_region.or_else(|| self.latest("", category)).map(|rate| Taxed {
            category: category.clone(),
            percent: rate.record.rate_percent,
            code: rate.record.tax_code(),
            exemption_reason: rate.record.exemption_reason.clone(),
        })
    }

    fn latest(&self, region: &str, category: &TaxCategory) -> Option<&Rate> {
        let key = |day| (self.place.country, region.to_owned(), category.clone(), day);
        self.rates.range(key(Date::MIN)..=key(self.on)).last()
    }
}

/// Who says how an invoice is taxed.
#[derive(Debug)]
pub enum Rates<'a> {
    /// The built-in table.
    Table(Table<'a>),
    /// The tax engine.
    Engine(Answer),
}

impl Rates<'_> {
    /// How a category, or the item of a line of it, is taxed; `None` where no rate is known.
    #[must_use]
    pub fn find(&self, category: &TaxCategory, item: Option<(u32, &Sku)>) -> Option<Taxed> {
        match self {
            Self::Table(table) => table.find(category),
            Self::Engine(answer) => answer.find(category, item),
        }
    }
}

/// What is taxed alike, in minor units.
#[derive(Debug, Clone)]
pub struct Group {
    /// How.
    pub taxed: Taxed,
    /// The lines.
    pub lines: i64,
    /// The charges.
    pub charges: i64,
}

/// What is on an invoice, by category and rate.
#[derive(Debug, Default)]
pub struct Groups(BTreeMap<(TaxCategory, Percent), Group>);

impl Groups {
    /// Adds what lines and charges come to.
    ///
    /// # Errors
    /// When the sum is too large.
    pub fn add(&mut self, taxed: &Taxed, lines: i64, charges: i64) -> Result<(), Fault> {
        let new = || Group { taxed: taxed.clone(), lines: 0, charges: 0 };
        let key = (taxed.category.clone(), taxed.percent);
        let group = self.0.entry(key).or_insert_with(new);
        group.lines = group.lines.checked_add(lines).ok_or(Fault::TooLarge)?;
        group.charges = group.charges.checked_add(charges).ok_or(Fault::TooLarge)?;
        Ok(())
    }

    /// The groups, by category and rate.
    pub fn iter(&self) -> impl Iterator<Item = &Group> {
        self.0.values()
    }
}

impl Group {
    /// Its subtotal, and the part of the tax that the lines are the cause of: what is left when the
    /// tax on the charges alone is taken off, so that a credit of all lines leaves exactly that.
    ///
    /// # Errors
    /// When the sum is too large.
    pub fn subtotal(&self, currency: Currency) -> Result<(TaxSubtotal, i64), Fault> {
        let taxable = self.lines.checked_add(self.charges).ok_or(Fault::TooLarge)?;
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

/// A percentage of minor units, rounded half up once.
///
/// # Errors
/// When it is too large.
pub fn on(minor: i64, percent: Percent, currency: Currency) -> Result<i64, Fault> {
    let exact = Money::new(minor, currency).decimal().checked_mul(percent.get());
    let exact = exact.ok_or(Fault::TooLarge)? / Decimal::ONE_HUNDRED;
    Ok(Money::round(exact, currency)?.minor)
}

/// An ERP's rate: the newest of its key wins. What waits for one is tried again.
pub fn rate(set: &mut Set, sender: &PartnerName, document: &TaxRate) -> Result<Decision, Fault> {
    set.tax_rates.put(Rate {
        country: document.country,
        region: document.region.clone().unwrap_or_default(),
        tax_category: document.tax_category.clone(),
        valid_from: document.valid_from,
        record: Json(contracts::Ingress::content(document)),
    });
    next(set, Name::TaxRates)?;
    let mut outputs = Outputs::none();
    outputs.document(sender, &DocumentAck::of(document));
    outputs.more_due();
    Ok(outputs.into())
}
