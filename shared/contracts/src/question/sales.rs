//! Questions before an order: who may buy, at what price, and what is there.

use serde::{Deserialize, Serialize};

use super::question;
use crate::{
    decimal::{Quantity, UnitPrice},
    document::{Address, CustomerStatus, Terms},
    ids::{CustomerId, PriceListId, Sku, Uom, WarehouseId},
    money::{Amount, AmountSum, Currency},
};

/// Would this customer get this much on credit?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CustomerCheckRequest {
    /// The customer.
    pub customer_id: CustomerId,
    /// How much more, without tax; none, nothing.
    #[serde(default)]
    pub amount: Option<Amount>,
}

/// How a customer stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CustomerCheck {
    /// Whether it may buy.
    pub status: CustomerStatus,
    /// When its invoices are due.
    pub terms: Terms,
    /// The currency of every amount here.
    pub currency: Currency,
    /// What it may owe; none, no limit.
    pub credit_limit: Option<Amount>,
    /// What it owes and has ordered; negative, it paid ahead.
    pub exposure: AmountSum,
    /// Whether an order of that amount would pass now.
    pub would_pass: bool,
}

/// What does a customer pay?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceRequest {
    /// The customer.
    pub customer_id: CustomerId,
    /// For what.
    pub lines: Vec<PriceRequestLine>,
}

/// An item to be priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceRequestLine {
    /// The item.
    pub sku: Sku,
    /// How much, in `uom`.
    pub quantity: Quantity,
    /// The unit; none, the stock unit.
    #[serde(default)]
    pub uom: Option<Uom>,
}

/// What a customer pays, in the order of the question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PriceAnswer {
    /// The currency of every amount here.
    pub currency: Currency,
    /// The prices.
    pub lines: Vec<QuotedPrice>,
}

/// The price of an item today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QuotedPrice {
    /// The item.
    pub sku: Sku,
    /// The price of one unit asked for; none where the list has none.
    pub unit_price: Option<UnitPrice>,
    /// The price list that says so.
    pub source: Option<PriceListId>,
}

/// What is there?
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AvailabilityRequest {
    /// Of what, and how much is wanted.
    pub lines: Vec<ItemQuantity>,
    /// Where it would go.
    #[serde(default)]
    pub ship_to: Option<Address>,
    /// Whether an item may be replaced, as in an order.
    #[serde(default)]
    pub allow_substitutes: bool,
}

/// How much of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemQuantity {
    /// The item.
    pub sku: Sku,
    /// How much, in stock units.
    pub quantity: Quantity,
}

/// What is there now; nothing is promised by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Availability {
    /// What can be promised, by item.
    pub lines: Vec<AvailableItem>,
    /// What a reservation would get at this moment.
    pub split: Vec<SplitPart>,
}

/// What can be promised of an item: on hand less reserved, of open warehouses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AvailableItem {
    /// The item.
    pub sku: Sku,
    /// In all.
    pub available: Quantity,
    /// By warehouse.
    pub warehouses: Vec<AvailableWarehouse>,
}

/// What can be promised from a warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AvailableWarehouse {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// How much.
    pub available: Quantity,
}

/// What a reservation would get from a warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SplitPart {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// What.
    pub lines: Vec<ItemQuantity>,
}

question!(CustomerCheckRequest -> CustomerCheck, "customer-check", "order-intake", [Buyer, Erp]);
question!(PriceRequest -> PriceAnswer, "price", "order-intake", [Buyer, Erp]);
question!(AvailabilityRequest -> Availability, "availability", "allocation", [Buyer, Warehouse, Erp]);
