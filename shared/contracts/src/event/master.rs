//! Master data and translated documents: the whole object each time, the newest wins.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::events;
use crate::{
    document::{Company, Customer, Item, Kind, Warehouse},
    ids::{CustomerId, PartnerName, Sku, WarehouseId},
    partner::Partner,
};

/// A customer's record is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CustomerUpdated {
    /// The customer.
    pub customer_id: CustomerId,
    /// The record.
    pub customer: Customer,
}

/// An item's record is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ItemUpdated {
    /// The item.
    pub sku: Sku,
    /// The record.
    pub item: Item,
}

/// A partner's record is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PartnerUpdated {
    /// The partner.
    pub partner: PartnerName,
    /// The record.
    pub record: Partner,
}

/// The seller's record is new.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CompanyUpdated {
    /// [`CompanyUpdated::SELLER`]: there is one.
    pub company: String,
    /// The record.
    pub record: Company,
}

impl CompanyUpdated {
    /// The aggregate id of the only company.
    pub const SELLER: &'static str = "seller";
}

/// A warehouse's record is new, or it was closed or opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WarehouseUpdated {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// The record.
    pub warehouse: Warehouse,
}

/// A document came in another format; its owner treats `body` as ingress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DocumentTranslated {
    /// Its id, derived from the message that brought it and its place in it.
    pub document_key: Uuid,
    /// Who sent it.
    pub partner: PartnerName,
    /// What it is.
    pub document: Kind,
    /// The document in this contract's JSON.
    pub body: Value,
}

events! {
    CustomerUpdated: "customer", "updated", customer_id;
    ItemUpdated: "item", "updated", sku;
    PartnerUpdated: "partner", "updated", partner;
    CompanyUpdated: "company", "updated", company;
    WarehouseUpdated: "warehouse", "updated", warehouse_id;
    DocumentTranslated: "document", "translated", document_key;
}
