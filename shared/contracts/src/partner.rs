//! Partners: their roles, and the customers and warehouses for which they act.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    closed::closed_set,
    ids::{CustomerId, PartnerName, WarehouseId},
};

closed_set! {
    /// A role of a partner towards the seller.
    Role {
        /// Places orders and returns goods.
        Buyer,
        /// Ships goods and counts stock.
        Warehouse,
        /// Delivers shipments and reports on them.
        Carrier,
        /// Reports payments and reversals.
        Bank,
        /// Keeps master data and the general ledger; sees all.
        Erp,
    }
}

closed_set! {
    /// The service status of a partner.
    PartnerStatus {
        /// The partner is served.
        Active,
        /// The partner is known, and everything it sends is refused.
        Blocked,
    }
}

closed_set! {
    /// The syntax of a document.
    Format {
        /// JSON, as this contract defines it.
        Json,
        /// ANSI X12, an EDI syntax.
        X12,
        /// UBL 2.1, an XML syntax.
        Ubl,
    }
}

/// A partner's record, made by the operator (`ordermesh partner add`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Partner {
    /// The partner's name in subjects.
    pub partner: PartnerName,
    /// The partner's name for people; empty if none was given.
    #[serde(default)]
    pub name: String,
    /// The service status; `active` by default.
    #[serde(default = "active")]
    pub status: PartnerStatus,
    /// The roles in which it may act.
    pub roles: Vec<Role>,
    /// The customers for which it orders; their records may come later.
    #[serde(default)]
    pub customers: Vec<CustomerId>,
    /// The customer of an order that names none.
    #[serde(default)]
    pub default_customer: Option<CustomerId>,
    /// The warehouses for which it reports, once their records name it too.
    #[serde(default)]
    pub warehouses: Vec<WarehouseId>,
    /// The documents per second that it may send; none, the mesh's default.
    #[serde(default)]
    pub rate_limit_per_second: Option<u32>,
    /// The formats in which it wants each document, by document name; JSON by default.
    #[serde(default)]
    pub formats: BTreeMap<String, Vec<Format>>,
    /// The seconds after which an unacknowledged message is delivered to it again.
    #[serde(default = "ten")]
    #[cfg_attr(test, schemars(range(min = 1, max = 3600)))]
    pub ack_wait_seconds: u32,
    /// The partner's names in X12 envelopes; none if it does not use X12.
    #[serde(default)]
    pub x12: Option<X12Address>,
}

/// A partner's names in X12 envelopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct X12Address {
    /// ISA05/ISA07: the qualifier of the interchange id, such as `ZZ`.
    pub isa_qualifier: String,
    /// ISA06/ISA08: the interchange id of the partner.
    pub isa_id: String,
    /// GS02/GS03: the application code of the partner.
    pub gs_id: String,
    /// GS08: the version, such as `004010`.
    pub version: String,
    /// The partner's codes for customers (N104), each with the customer's id.
    #[serde(default)]
    pub customer_codes: BTreeMap<String, CustomerId>,
}

/// The default of `ack_wait_seconds`: 10 seconds.
pub const ACK_WAIT_SECONDS: u32 = 10;

fn ten() -> u32 {
    ACK_WAIT_SECONDS
}

fn active() -> PartnerStatus {
    PartnerStatus::Active
}

impl Partner {
    /// Makes an active partner with these roles and nothing else.
    #[must_use]
    pub fn new(partner: PartnerName, roles: Vec<Role>) -> Self {
        Self {
            partner,
            name: String::new(),
            status: PartnerStatus::Active,
            roles,
            customers: Vec::new(),
            default_customer: None,
            warehouses: Vec::new(),
            rate_limit_per_second: None,
            formats: BTreeMap::new(),
            ack_wait_seconds: ACK_WAIT_SECONDS,
            x12: None,
        }
    }

    /// Returns true if the partner is active and has the role.
    #[must_use]
    pub fn has_role(&self, role: Role) -> bool {
        self.status == PartnerStatus::Active && self.roles.contains(&role)
    }

    /// Returns true if the partner is active and has one of the roles.
    #[must_use]
    pub fn has_any_role(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has_role(*role))
    }

    /// Returns true if the partner may order for this customer and see its data.
    #[must_use]
    pub fn serves_customer(&self, customer: &CustomerId) -> bool {
        self.customers.contains(customer) || self.default_customer.as_ref() == Some(customer)
    }

    /// Returns true if the record names this warehouse; the warehouse must name the partner too.
    #[must_use]
    pub fn speaks_for(&self, warehouse: &WarehouseId) -> bool {
        self.warehouses.contains(warehouse)
    }

    /// Returns the formats in which it wants `document`.
    #[must_use]
    pub fn formats_of(&self, document: &str) -> &[Format] {
        self.formats.get(document).map_or(&[Format::Json], Vec::as_slice)
    }
}
