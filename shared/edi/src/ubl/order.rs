//! The parts of a UBL Order that a seller acts on. Other parts are skipped, except those that would
//! change the order: they are read so that the caller can refuse them.

mod basic;
mod party;

use serde::Deserialize;

pub use basic::{Code, Identification, Measure, Money, Name, Period};
pub use party::{Delivery, Location, Party, PartyHolder, PostalAddress};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Order {
    /// The specification that the order follows.
    #[serde(rename = "CustomizationID", default)]
    pub customization: Option<Code>,
    /// The business process that the order belongs to.
    #[serde(rename = "ProfileID", default)]
    pub profile: Option<Code>,
    /// The buyer's order number.
    #[serde(rename = "ID")]
    pub id: Code,
    pub issue_date: Code,
    #[serde(default)]
    pub order_type_code: Option<Code>,
    #[serde(default)]
    pub document_currency_code: Option<Code>,
    #[serde(default)]
    pub validity_period: Vec<Period>,
    pub buyer_customer_party: PartyHolder,
    pub seller_supplier_party: PartyHolder,
    #[serde(default)]
    pub delivery: Vec<Delivery>,
    #[serde(default)]
    pub allowance_charge: Vec<AllowanceCharge>,
    #[serde(default)]
    pub anticipated_monetary_total: Option<MonetaryTotal>,
    #[serde(default)]
    pub order_line: Vec<OrderLine>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AllowanceCharge {
    /// `true` for a charge, `false` for an allowance.
    #[serde(default)]
    pub charge_indicator: Code,
    #[serde(default)]
    pub allowance_charge_reason_code: Code,
    #[serde(default)]
    pub allowance_charge_reason: Code,
    /// A percentage.
    #[serde(default)]
    pub multiplier_factor_numeric: Code,
    #[serde(default)]
    pub amount: Money,
}

/// The totals of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MonetaryTotal {
    /// The sum of the lines.
    #[serde(default)]
    pub line_extension_amount: Option<Money>,
    /// Includes charges and allowances, not tax.
    #[serde(default)]
    pub tax_exclusive_amount: Option<Money>,
}

/// `cac:OrderLine`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OrderLine {
    pub line_item: LineItem,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LineItem {
    /// The buyer's line number.
    #[serde(rename = "ID")]
    pub id: Code,
    #[serde(default)]
    pub quantity: Option<Measure>,
    /// `false` if the line must arrive in one delivery.
    #[serde(default)]
    pub partial_delivery_indicator: Option<Code>,
    /// Present where it differs from the order's.
    #[serde(default)]
    pub delivery: Vec<Delivery>,
    #[serde(default)]
    pub allowance_charge: Vec<AllowanceCharge>,
    #[serde(default)]
    pub price: Option<Price>,
    pub item: Item,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Price {
    pub price_amount: Money,
    /// The quantity that the price is for; one if absent.
    #[serde(default)]
    pub base_quantity: Option<Measure>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Item {
    #[serde(default)]
    pub name: Code,
    #[serde(default)]
    pub buyers_item_identification: Option<ItemId>,
    #[serde(default)]
    pub sellers_item_identification: Option<ItemId>,
    /// A GTIN or another standard id.
    #[serde(default)]
    pub standard_item_identification: Option<ItemId>,
}

pub type ItemId = Identification;
