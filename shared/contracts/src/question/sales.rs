//! Questions before an order, about credit, prices and availability.

use serde::{Deserialize, Serialize};

use super::question;
use crate::{
    decimal::{Quantity, UnitPrice},
    document::{Address, CustomerStatus, Terms},
    ids::{CustomerId, PriceListId, Sku, Uom, WarehouseId},
    money::{Amount, AmountSum, Currency},
};

/// Asks for a customer's credit and if an order of an amount would pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CustomerCheckRequest {
    /// The customer's id, as in the ERP's record.
    pub customer_id: CustomerId,
    /// The value of the order, without tax; none, 0.
    #[serde(default)]
    pub amount: Option<Amount>,
}

/// A customer's credit and status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CustomerCheck {
    /// The permission to buy: `active` or `blocked`.
    pub status: CustomerStatus,
    /// The payment terms of its invoices.
    pub terms: Terms,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The credit limit in `currency`; none, no limit.
    pub credit_limit: Option<Amount>,
    /// The sum of what it owes and has on order (rule O5); negative if it paid ahead.
    pub exposure: AmountSum,
    /// True if an order of that amount would pass now.
    pub would_pass: bool,
}

/// Asks for the prices that a customer pays today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceRequest {
    /// The customer's id, as in the ERP's record.
    pub customer_id: CustomerId,
    /// The items to price.
    pub lines: Vec<PriceRequestLine>,
}

/// An item to be priced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PriceRequestLine {
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity in `uom`.
    pub quantity: Quantity,
    /// The unit of measure; none, the stock unit.
    #[serde(default)]
    pub uom: Option<Uom>,
}

/// The prices that a customer pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PriceAnswer {
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The prices, in the order of the request.
    pub lines: Vec<QuotedPrice>,
}

/// The price of an item today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct QuotedPrice {
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The price of one requested unit; none where the list has no price.
    pub unit_price: Option<UnitPrice>,
    /// The price list that holds the price; none where no list does.
    pub source: Option<PriceListId>,
}

/// Asks for the stock that can be promised now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AvailabilityRequest {
    /// The items and the quantities wanted.
    pub lines: Vec<ItemQuantity>,
    /// The address to which the goods would be shipped.
    #[serde(default)]
    pub ship_to: Option<Address>,
    /// True if an item may be replaced by a substitute, as in an order.
    #[serde(default)]
    pub allow_substitutes: bool,
}

/// A quantity of an item in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemQuantity {
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity in stock units.
    pub quantity: Quantity,
}

/// The stock that can be promised now; the answer reserves nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Availability {
    /// The quantities that can be promised, by item.
    pub lines: Vec<AvailableItem>,
    /// The reservation that an order would get at this moment.
    pub split: Vec<SplitPart>,
}

/// The promisable quantity of an item: on hand less reserved, over open warehouses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AvailableItem {
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity over all open warehouses.
    pub available: Quantity,
    /// The quantity in each open warehouse.
    pub warehouses: Vec<AvailableWarehouse>,
}

/// The promisable quantity in one warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AvailableWarehouse {
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The quantity in stock units.
    pub available: Quantity,
}

/// The part of a reservation that one warehouse would supply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SplitPart {
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The items and quantities from this warehouse.
    pub lines: Vec<ItemQuantity>,
}

question!(CustomerCheckRequest -> CustomerCheck, "customer-check", "order-intake", [Buyer, Erp]);
question!(PriceRequest -> PriceAnswer, "price", "order-intake", [Buyer, Erp]);
question!(AvailabilityRequest -> Availability, "availability", "allocation", [Buyer, Warehouse, Erp]);
