//! The parts of a UBL Order that a seller acts on. What it holds besides is passed over, except
//! what would change the order: that is read, so that its owner can refuse it.

mod basic;
mod party;

use serde::Deserialize;

pub use basic::{Code, Identification, Measure, Money, Name};
pub use party::{Delivery, Location, Party, PartyHolder, Place};

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Order {
    /// Which rules it follows.
    #[serde(rename = "CustomizationID", default)]
    pub customization: Option<Code>,
    /// Which process it is of.
    #[serde(rename = "ProfileID", default)]
    pub profile: Option<Code>,
    /// The buyer's number of it.
    #[serde(rename = "ID")]
    pub id: Code,
    /// When it was issued.
    pub issue_date: Code,
    /// What kind of order it is.
    #[serde(default)]
    pub order_type_code: Option<Code>,
    /// The currency of its amounts.
    #[serde(default)]
    pub document_currency_code: Option<Code>,
    /// Until when it holds.
    #[serde(default)]
    pub validity_period: Vec<Period>,
    /// Who buys.
    pub buyer_customer_party: PartyHolder,
    /// Who sells.
    pub seller_supplier_party: PartyHolder,
    /// Where and when it goes.
    #[serde(default)]
    pub delivery: Vec<Delivery>,
    /// What is asked or granted besides.
    #[serde(default)]
    pub allowance_charge: Vec<AllowanceCharge>,
    /// Its totals.
    #[serde(default)]
    pub anticipated_monetary_total: Option<MonetaryTotal>,
    /// Its lines.
    #[serde(default)]
    pub order_line: Vec<OrderLine>,
}

/// A span of days.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Period {
    /// Its first day.
    #[serde(default)]
    pub start_date: Option<Code>,
    /// Its last day.
    #[serde(default)]
    pub end_date: Option<Code>,
}

/// A charge, or an allowance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct AllowanceCharge {
    /// `true` for a charge.
    #[serde(default)]
    pub charge_indicator: Code,
    /// What for, by code.
    #[serde(default)]
    pub allowance_charge_reason_code: Code,
    /// What for, in words.
    #[serde(default)]
    pub allowance_charge_reason: Code,
    /// How many percent.
    #[serde(default)]
    pub multiplier_factor_numeric: Code,
    /// How much.
    #[serde(default)]
    pub amount: Money,
}

/// The totals of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MonetaryTotal {
    /// The sum of its lines.
    #[serde(default)]
    pub line_extension_amount: Option<Money>,
    /// With charges, without tax.
    #[serde(default)]
    pub tax_exclusive_amount: Option<Money>,
}

/// `cac:OrderLine`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct OrderLine {
    /// The line.
    pub line_item: LineItem,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LineItem {
    /// The buyer's number of it.
    #[serde(rename = "ID")]
    pub id: Code,
    /// How much.
    #[serde(default)]
    pub quantity: Option<Measure>,
    /// Whether part of it may come: the rest later.
    #[serde(default)]
    pub partial_delivery_indicator: Option<Code>,
    /// Where and when this line goes, where it differs.
    #[serde(default)]
    pub delivery: Vec<Delivery>,
    /// What is asked or granted besides.
    #[serde(default)]
    pub allowance_charge: Vec<AllowanceCharge>,
    /// The price.
    #[serde(default)]
    pub price: Option<Price>,
    /// The item.
    pub item: Item,
}

/// A price.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Price {
    /// How much.
    pub price_amount: Money,
    /// For how many.
    #[serde(default)]
    pub base_quantity: Option<Measure>,
}

/// An item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Item {
    /// What it is called.
    #[serde(default)]
    pub name: Code,
    /// The buyer's id of it.
    #[serde(default)]
    pub buyers_item_identification: Option<ItemId>,
    /// The seller's id of it.
    #[serde(default)]
    pub sellers_item_identification: Option<ItemId>,
    /// Its GTIN or another standard id.
    #[serde(default)]
    pub standard_item_identification: Option<ItemId>,
}

/// An id of an item.
pub type ItemId = Identification;
