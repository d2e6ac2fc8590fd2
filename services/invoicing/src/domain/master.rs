//! Master data: what an item is taxed and costs, who sells, and what tax is due where.

use contracts::{
    Country, Sku, TaxCategory, UnitPrice, Uom,
    document::{Company, TaxRate},
    event::{CompanyUpdated, CustomerUpdated, ItemUpdated},
};
use jiff::{civil::Date, tz::TimeZone};
use mesh::{Decision, Json, Outputs};

use super::Set;
use crate::edi::rows::{Buyer, ItemText};

/// What billing needs of an item.
#[derive(Debug, Clone)]
pub struct Item {
    /// Which.
    pub sku: Sku,
    /// How it is taxed.
    pub tax_category: TaxCategory,
    /// The unit in which it is billed.
    pub stock_uom: Uom,
    /// Whether it comes in whole units alone.
    pub whole_units: bool,
    /// What one costs, in the company's currency.
    pub unit_cost: UnitPrice,
}

/// The seller's record; there is one.
#[derive(Debug, Clone)]
pub struct Seller {
    /// Always [`CompanyUpdated::SELLER`].
    pub company: String,
    /// The whole record.
    pub record: Json<Company>,
}

/// A tax rate of a place from a day on.
#[derive(Debug, Clone)]
pub struct Rate {
    /// Where.
    pub country: Country,
    /// Where in it; empty for all of it.
    pub region: String,
    /// For which items.
    pub tax_category: TaxCategory,
    /// From which day on.
    pub valid_from: Date,
    /// The whole document.
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

/// The newest record of an item wins.
pub fn item(set: &mut Set, updated: &ItemUpdated) -> Decision {
    let item = &updated.item;
    set.items.put(Item {
        sku: updated.sku.clone(),
        tax_category: item.tax_category.clone(),
        stock_uom: item.stock_uom.clone(),
        whole_units: item.whole_units,
        unit_cost: item.unit_cost,
    });
    set.item_texts.put(ItemText {
        sku: updated.sku.clone(),
        description: item.description.clone(),
        codes: Json(item.codes.clone()),
    });
    Outputs::none().into()
}

/// The newest record of the seller wins.
pub fn company(set: &mut Set, updated: &CompanyUpdated) -> Decision {
    let company = updated.company.clone();
    set.company.put(Seller { company, record: Json(updated.record.clone()) });
    Outputs::none().into()
}

/// The newest record of a customer wins.
pub fn customer(set: &mut Set, updated: &CustomerUpdated) -> Decision {
    let customer_id = updated.customer_id.clone();
    set.buyers.put(Buyer { customer_id, record: Json(updated.customer.clone()) });
    Outputs::none().into()
}
