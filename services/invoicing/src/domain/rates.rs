//! The tax rates of an invoice: of the built-in table, or of the tax engine (rules I3 and I4).

use contracts::{Percent, Sku, TaxCategory, document::TaxCode};
use jiff::civil::Date;
use mesh::Rows;

use super::{
    master::Rate,
    tax::{Place, Taxed},
    tax_quote::Answer,
};
use crate::config::Config;

/// The built-in table, for one invoice.
#[derive(Debug)]
pub struct Table<'a> {
    pub rates: &'a Rows<Rate>,
    /// The place where the goods go.
    pub place: Place,
    /// The day on which they left.
    pub on: Date,
    /// Set when the customer pays no tax.
    pub exempt: bool,
    pub config: &'a Config,
}

impl Table<'_> {
    /// Returns the tax of a category; `None` where no rate is known. Of the rates of the region the
    /// one that began last, else of those of the country.
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
        let first = (self.place.country, region.to_owned(), category.clone(), Date::MIN);
        let rates = self.rates.sharing(first, 3);
        rates.take_while(|rate| rate.valid_from <= self.on).last()
    }
}

/// The source of an invoice's tax rates.
#[derive(Debug)]
pub enum Rates<'a> {
    Table(Table<'a>),
    Engine(Answer),
}

impl Rates<'_> {
    /// Returns the tax of a category, or of the item of a line of it; `None` where no rate is known.
    #[must_use]
    pub fn find(&self, category: &TaxCategory, item: Option<(u32, &Sku)>) -> Option<Taxed> {
        match self {
            Self::Table(table) => table.find(category),
            Self::Engine(answer) => answer.find(category, item),
        }
    }
}
