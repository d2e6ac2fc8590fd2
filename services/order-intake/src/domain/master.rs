//! Master data as it is kept: whole objects by their key.

use contracts::{
    Currency, CustomerId, Percent, PriceListId, Quantity, Sku, UnitPrice, Uom,
    document::{self, Company},
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use mesh::Json;

#[derive(Debug, Clone)]
pub struct Customer {
    pub customer_id: CustomerId,
    pub record: Json<document::Customer>,
}

#[derive(Debug, Clone)]
pub struct Item {
    pub sku: Sku,
    pub record: Json<document::Item>,
}

/// The seller's record; there is one.
#[derive(Debug, Clone)]
pub struct Seller {
    pub company: String,
    pub record: Json<Company>,
}

/// The key of the seller's record.
pub const SELLER: &str = "seller";

/// The day where the seller is; in UTC while the seller is not known, or its time zone is none.
#[must_use]
pub fn day_of(seller: Option<&Seller>, now: Timestamp) -> Date {
    let zone = seller.and_then(|seller| TimeZone::get(&seller.record.time_zone).ok());
    now.to_zoned(zone.unwrap_or(TimeZone::UTC)).date()
}

/// The head of a dated price list.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceList {
    pub price_list: PriceListId,
    /// The first day it holds.
    pub valid_from: Date,
    /// The last day it holds; `None` until it is replaced.
    pub valid_to: Option<Date>,
    /// The currency of its prices.
    pub currency: Currency,
    /// The distance from it that a partner's price may have, either side.
    pub tolerance_percent: Percent,
}

/// One price of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    pub price_list: PriceListId,
    /// The version of the list.
    pub valid_from: Date,
    pub sku: Sku,
    pub uom: Uom,
    /// From this quantity on, in that unit.
    pub min_quantity: Quantity,
    pub unit_price: UnitPrice,
}

mesh::row!(Customer in "customers" by (customer_id: CustomerId) { customer_id, record });
mesh::row!(Item in "items" by (sku: Sku) { sku, record });
mesh::row!(Seller in "company" by (company: String) { company, record });
mesh::row!(PriceList in "price_lists" by (price_list: PriceListId, valid_from: Date) {
    price_list, valid_from, valid_to, currency, tolerance_percent
});
mesh::row!(Price in "prices" by (
    price_list: PriceListId, valid_from: Date, sku: Sku, uom: Uom, min_quantity: Quantity
) { price_list, valid_from, sku, uom, min_quantity, unit_price });
