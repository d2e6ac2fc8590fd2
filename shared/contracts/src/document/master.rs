//! Master data of the ERP: each document is the whole record and replaces the former one.

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

/// The seller's record; there is one seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Company {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The legal or trading name.
    pub name: String,
    /// The tax registration number, such as a VAT number.
    #[serde(default)]
    pub tax_id: Option<String>,
    /// The currency in which it values stock.
    pub currency: Currency,
    /// The IANA time zone in which business days begin and end, such as `America/Chicago`.
    pub time_zone: String,
    /// The postal address of the seller.
    pub address: Address,
}

ingress!(Company, |it| it.name.clone(), content: |_copy| {},
    fn check(&self) -> Vec<Unreadable> {
        let unknown = jiff::tz::TimeZone::get(&self.time_zone).err();
        unknown.map(|error| Unreadable::invalid("time_zone", error.to_string())).into_iter().collect()
    }
);

closed_set! {
    /// A customer's permission to buy.
    CustomerStatus {
        /// The customer may buy.
        Active,
        /// The customer may not buy; its orders are refused.
        Blocked,
    }
}

/// A customer's whole record, sent by the ERP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The customer's id in the ERP.
    pub customer_id: CustomerId,
    /// The legal or trading name.
    pub name: String,
    /// The permission to buy: `active` or `blocked`.
    pub status: CustomerStatus,
    /// The ISO 4217 currency of its orders, invoices and credit limit.
    pub currency: Currency,
    /// The credit limit in `currency`; none, no limit.
    #[serde(default)]
    pub credit_limit: Option<Amount>,
    /// The payment terms of its invoices; 30 days net by default.
    #[serde(default)]
    pub terms: Terms,
    /// True if the customer pays no tax.
    #[serde(default)]
    pub tax_exempt: bool,
    /// The tax registration number, such as a VAT number.
    #[serde(default)]
    pub tax_id: Option<String>,
    /// The price list that applies to the customer.
    pub price_list: PriceListId,
    /// The percentage above the ordered quantity that the customer accepts and pays.
    #[serde(default)]
    pub over_ship_tolerance_percent: Percent,
    /// The address on its invoices; none, the ship-to address.
    #[serde(default)]
    pub bill_to: Option<Address>,
    /// The ship-to address of an order that names none.
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
    /// The sales status of an item.
    ItemStatus {
        /// The item can be ordered.
        Active,
        /// The item can no longer be ordered.
        Inactive,
    }
}

/// An item's whole record, sent by the ERP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The item's name for people.
    pub description: String,
    /// The sales status: `active` or `inactive`.
    pub status: ItemStatus,
    /// The unit in which stock of the item is counted.
    pub stock_uom: Uom,
    /// True, the default, if the item comes in whole stock units alone.
    #[serde(default = "yes")]
    pub whole_units: bool,
    /// Further units in which the item may be ordered.
    #[serde(default)]
    pub uoms: Vec<ItemUom>,
    /// The tax category that applies.
    pub tax_category: TaxCategory,
    /// The cost of one stock unit, in the company's currency.
    pub unit_cost: UnitPrice,
    /// The items that may be sent instead, the best first.
    #[serde(default)]
    pub substitutes: Vec<Sku>,
    /// The item's codes in other numbering schemes.
    #[serde(default)]
    pub codes: Vec<ItemCode>,
}

ingress!(Item, |it| it.sku.to_string());

/// A further unit in which an item may be ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemUom {
    /// The unit of measure, such as `CS` for a case.
    pub uom: Uom,
    /// The number of stock units in one such unit.
    pub per_stock_uom: Quantity,
}

/// An item's code in another numbering scheme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemCode {
    /// The scheme as X12 element 235, such as `UP` for a UPC.
    pub qualifier: String,
    /// The item's code in that scheme.
    pub code: String,
}

closed_set! {
    /// The service status of a warehouse.
    WarehouseStatus {
        /// The warehouse takes orders.
        Open,
        /// The warehouse takes no orders.
        Closed,
    }
}

/// A warehouse's whole record, sent by the ERP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Warehouse {
    /// The partner's own key for this document, echoed in the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document_id: Option<DocumentId>,
    /// The warehouse's id in the ERP.
    pub warehouse_id: WarehouseId,
    /// The legal or trading name.
    pub name: String,
    /// The rank among otherwise equal warehouses: the lowest serves first; 5 by default.
    #[serde(default = "five")]
    pub priority: u32,
    /// The service status; `open` by default.
    #[serde(default = "open")]
    pub status: WarehouseStatus,
    /// The partner that reports for the warehouse.
    pub partner: PartnerName,
    /// The places that the warehouse serves, as `COUNTRY-REGION`.
    #[serde(default)]
    pub regions: Vec<String>,
    /// The postal address of the warehouse.
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
