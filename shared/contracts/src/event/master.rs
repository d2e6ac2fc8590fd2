//! Events of master data and translated documents: each holds the whole record, and the newest
//! wins.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::events;
use crate::{
    document::{Company, Customer, Item, Kind, Warehouse},
    ids::{CustomerId, PartnerName, Sku, WarehouseId},
    partner::Partner,
};

/// A customer's record is new or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CustomerUpdated {
    /// The customer's id, as in the ERP's record.
    pub customer_id: CustomerId,
    /// The whole record after the change.
    pub customer: Customer,
}

/// An item's record is new or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ItemUpdated {
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The whole record after the change.
    pub item: Item,
}

/// A partner's record is new or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PartnerUpdated {
    /// The partner's name in subjects.
    pub partner: PartnerName,
    /// The whole record after the change.
    pub record: Partner,
}

/// The seller's record is new or changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct CompanyUpdated {
    /// The company's id, always [`CompanyUpdated::SELLER`].
    pub company: String,
    /// The whole record after the change.
    pub record: Company,
}

impl CompanyUpdated {
    /// The aggregate id of the only company.
    pub const SELLER: &'static str = "seller";
}

/// A warehouse's record is new or changed, or the warehouse was closed or opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct WarehouseUpdated {
    /// The warehouse's id, as in the ERP's record.
    pub warehouse_id: WarehouseId,
    /// The whole record after the change.
    pub warehouse: Warehouse,
}

/// A document in another format was translated; its owner treats `body` as ingress.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DocumentTranslated {
    /// The document's id, derived from the message that contained it and its position there.
    pub document_key: Uuid,
    /// The partner that sent the document.
    pub partner: PartnerName,
    /// The document's kind, which decides its owner and its answer.
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
