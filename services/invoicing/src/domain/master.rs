//! Master data: the seller, items and tax rates.

use contracts::{
    Country, Sku, TaxCategory, UnitPrice, Uom,
    document::{Company, TaxRate},
};
use jiff::{civil::Date, tz::TimeZone};
use mesh::Json;

/// The part of an item's record that billing needs.
#[derive(Debug, Clone)]
pub struct Item {
    pub sku: Sku,
    pub tax_category: TaxCategory,
    /// The unit in which it is billed.
    pub stock_uom: Uom,
    pub whole_units: bool,
    /// The cost of one, in the company's currency.
    pub unit_cost: UnitPrice,
}

/// The seller's record; there is one.
#[derive(Debug, Clone)]
pub struct Seller {
    /// Always [`CompanyUpdated::SELLER`](contracts::event::CompanyUpdated::SELLER).
    pub company: String,
    pub record: Json<Company>,
}

/// A tax rate of a place from a day on.
#[derive(Debug, Clone)]
pub struct Rate {
    pub country: Country,
    /// Empty for all of the country.
    pub region: String,
    pub tax_category: TaxCategory,
    pub valid_from: Date,
    pub record: Json<TaxRate>,
}

mesh::row!(Item in "items" by (sku: Sku) { sku, tax_category, stock_uom, whole_units, unit_cost });
mesh::row!(Seller in "company" by (company: String) { company, record });
mesh::row!(Rate in "tax_rates" by (
    country: Country, region: String, tax_category: TaxCategory, valid_from: Date
) { country, region, tax_category, valid_from, record });

impl Seller {
    /// The zone in which its days begin and end.
    #[must_use]
    pub fn time_zone(&self) -> TimeZone {
        TimeZone::get(&self.record.time_zone).unwrap_or(TimeZone::UTC)
    }
}
