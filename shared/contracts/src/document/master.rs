//! Master data of the ERP: each an upsert by its key, the whole object each time.

use serde::{Deserialize, Serialize};

use super::{
    Address, Terms, ingress,
    read::Unreadable,
    shape::{each, object, shape, value, values},
};
use crate::{
    closed::closed_set,
    decimal::{Percent, Quantity, UnitPrice},
    ids::{CustomerId, DocumentId, PartnerName, PriceListId, Sku, TaxCategory, Uom, WarehouseId},
    money::{Amount, Currency},
};

/// The seller; there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// Its name.
    pub name: String,
    /// Its tax number.
    #[serde(default)]
    pub tax_id: Option<String>,
    /// The currency of its books of cost.
    pub currency: Currency,
    /// IANA time zone in which its days begin and end.
    pub time_zone: String,
    /// Where it is.
    pub address: Address,
}

ingress!(Company, |it| it.name.clone(), content: |_copy| {},
    fn check(&self) -> Vec<Unreadable> {
        let unknown = jiff::tz::TimeZone::get(&self.time_zone).err();
        unknown.map(|error| Unreadable::invalid("time_zone", error.to_string())).into_iter().collect()
    }
);

closed_set! {
    /// Whether a customer may buy.
    CustomerStatus {
        /// May buy.
        Active,
        /// May not.
        Blocked,
    }
}

/// A customer of the seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// Which customer.
    pub customer_id: CustomerId,
    /// Its name.
    pub name: String,
    /// Whether it may buy.
    pub status: CustomerStatus,
    /// The currency of its orders, its credit limit and its invoices.
    pub currency: Currency,
    /// What it may owe; none, no limit.
    #[serde(default)]
    pub credit_limit: Option<Amount>,
    /// When its invoices are due; thirty days net where nothing is said.
    #[serde(default)]
    pub terms: Terms,
    /// Whether it pays no tax.
    #[serde(default)]
    pub tax_exempt: bool,
    /// Its tax number.
    #[serde(default)]
    pub tax_id: Option<String>,
    /// The prices it pays.
    pub price_list: PriceListId,
    /// How far above the ordered quantity it accepts and pays.
    #[serde(default)]
    pub over_ship_tolerance_percent: Percent,
    /// Where its invoices go.
    #[serde(default)]
    pub bill_to: Option<Address>,
    /// Where its goods go when an order does not say.
    #[serde(default)]
    pub default_ship_to: Option<Address>,
}

ingress!(Customer, |it| it.customer_id.to_string(),
    content: |copy| {
        copy.credit_limit = copy.credit_limit.map(Amount::shortest);
    },
    fn check(&self) -> Vec<Unreadable> {
        let limit = self.credit_limit.into_iter();
        limit
            .filter_map(|limit| Unreadable::of_positive("credit_limit", limit, self.currency))
            .collect()
    }
);

closed_set! {
    /// Whether an item is sold.
    ItemStatus {
        /// Sold.
        Active,
        /// Not any more.
        Inactive,
    }
}

/// An item of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// Which item.
    pub sku: Sku,
    /// What it is.
    pub description: String,
    /// Whether it is sold.
    pub status: ItemStatus,
    /// The unit in which it is counted.
    pub stock_uom: Uom,
    /// Whether it comes in whole stock units alone; it does where nothing is said.
    #[serde(default = "yes")]
    pub whole_units: bool,
    /// Other units in which it may be ordered.
    #[serde(default)]
    pub uoms: Vec<ItemUom>,
    /// How it is taxed.
    pub tax_category: TaxCategory,
    /// What one stock unit costs, in the company's currency.
    pub unit_cost: UnitPrice,
    /// What may be sent instead, best first.
    #[serde(default)]
    pub substitutes: Vec<Sku>,
    /// Its codes elsewhere.
    #[serde(default)]
    pub codes: Vec<ItemCode>,
}

ingress!(Item, |it| it.sku.to_string());

/// Another unit of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemUom {
    /// The unit, such as `CS`.
    pub uom: Uom,
    /// How many stock units one of it holds.
    pub per_stock_uom: Quantity,
}

/// A code of an item elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemCode {
    /// X12 element 235, such as `UP` for a UPC.
    pub qualifier: String,
    /// The code.
    pub code: String,
}

closed_set! {
    /// Whether a warehouse serves.
    WarehouseStatus {
        /// Serves.
        Open,
        /// Does not.
        Closed,
    }
}

/// A warehouse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Warehouse {
    /// The partner's own key of this document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// Which warehouse.
    pub warehouse_id: WarehouseId,
    /// Its name.
    pub name: String,
    /// Lowest serves first, other things equal; 5 where nothing is said.
    #[serde(default = "five")]
    pub priority: u32,
    /// Whether it serves; it does where nothing is said.
    #[serde(default = "open")]
    pub status: WarehouseStatus,
    /// The partner that speaks for it.
    pub partner: PartnerName,
    /// The places it serves, as `COUNTRY-REGION`.
    #[serde(default)]
    pub regions: Vec<String>,
    /// Where it is.
    pub address: Address,
}

ingress!(Warehouse, |it| it.warehouse_id.to_string());

fn yes() -> bool {
    true
}

fn five() -> u32 {
    5
}

fn open() -> WarehouseStatus {
    WarehouseStatus::Open
}

shape! {
    Company {
        "name": value::<String>, "currency": value::<Currency>, "time_zone": value::<String>,
        "address": object::<Address>,
    } may { "document_id": value::<DocumentId>, "tax_id": value::<String> }
    Customer {
        "customer_id": value::<CustomerId>, "name": value::<String>,
        "status": value::<CustomerStatus>, "currency": value::<Currency>,
        "price_list": value::<PriceListId>,
    } may {
        "document_id": value::<DocumentId>, "credit_limit": value::<Amount>,
        "terms": object::<Terms>, "tax_exempt": value::<bool>, "tax_id": value::<String>,
        "over_ship_tolerance_percent": value::<Percent>, "bill_to": object::<Address>,
        "default_ship_to": object::<Address>,
    }
    Item {
        "sku": value::<Sku>, "description": value::<String>, "status": value::<ItemStatus>,
        "stock_uom": value::<Uom>, "tax_category": value::<TaxCategory>,
        "unit_cost": value::<UnitPrice>,
    } may {
        "document_id": value::<DocumentId>, "whole_units": value::<bool>,
        "uoms": each::<ItemUom>, "substitutes": values::<Sku>, "codes": each::<ItemCode>,
    }
    ItemUom { "uom": value::<Uom>, "per_stock_uom": value::<Quantity> } may {}
    ItemCode { "qualifier": value::<String>, "code": value::<String> } may {}
    Warehouse {
        "warehouse_id": value::<WarehouseId>, "name": value::<String>,
        "partner": value::<PartnerName>, "address": object::<Address>,
    } may {
        "document_id": value::<DocumentId>, "priority": value::<u32>,
        "status": value::<WarehouseStatus>, "regions": values::<String>,
    }
}
