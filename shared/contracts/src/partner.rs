//! Partners: who may connect, in which roles, and for whom they speak.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    closed::closed_set,
    ids::{CustomerId, PartnerName, WarehouseId},
};

closed_set! {
    /// What a partner is to the seller.
    Role {
        /// Places orders, returns goods.
        Buyer,
        /// Ships and counts stock.
        Warehouse,
        /// Delivers.
        Carrier,
        /// Reports payments.
        Bank,
        /// Keeps master data and the general ledger; sees all.
        Erp,
    }
}

closed_set! {
    /// Whether a partner is served.
    PartnerStatus {
        /// Served.
        Active,
        /// Known and refused.
        Blocked,
    }
}

closed_set! {
    /// How a document is written.
    Format {
        /// This contract's JSON.
        Json,
        /// ANSI X12.
        X12,
        /// UBL 2.1 XML.
        Ubl,
    }
}

/// A partner as the operator made it (`ordermesh partner add`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Partner {
    /// Its name in subjects.
    pub partner: PartnerName,
    /// Its name for people; empty when none was given.
    #[serde(default)]
    pub name: String,
    /// Whether it is served.
    #[serde(default = "active")]
    pub status: PartnerStatus,
    /// What it may do.
    pub roles: Vec<Role>,
    /// Customers for which it orders; their records may come later.
    #[serde(default)]
    pub customers: Vec<CustomerId>,
    /// The customer of an order that names none.
    #[serde(default)]
    pub default_customer: Option<CustomerId>,
    /// Warehouses for which it speaks, once the warehouse names it too.
    #[serde(default)]
    pub warehouses: Vec<WarehouseId>,
    /// Documents per second it may send; none is the mesh's default.
    #[serde(default)]
    pub rate_limit_per_second: Option<u32>,
    /// The formats in which it wants a document, by document; JSON where nothing is said.
    #[serde(default)]
    pub formats: BTreeMap<String, Vec<Format>>,
    /// Seconds until what its durable delivered and it did not acknowledge is delivered again.
    #[serde(default = "ten")]
    #[cfg_attr(test, schemars(range(min = 1, max = 3600)))]
    pub ack_wait_seconds: u32,
    /// How it is addressed in X12.
    #[serde(default)]
    pub x12: Option<X12Address>,
}

/// A partner's names in X12 envelopes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct X12Address {
    /// ISA05/ISA07: the kind of id, such as `ZZ`.
    pub isa_qualifier: String,
    /// ISA06/ISA08: the interchange id.
    pub isa_id: String,
    /// GS02/GS03: the application's id.
    pub gs_id: String,
    /// GS08: the version, such as `004010`.
    pub version: String,
    /// The partner's codes of customers (N104) and whom they stand for.
    #[serde(default)]
    pub customer_codes: BTreeMap<String, CustomerId>,
}

/// Seconds that a partner has to acknowledge, where its record does not say.
pub const ACK_WAIT_SECONDS: u32 = 10;

fn ten() -> u32 {
    ACK_WAIT_SECONDS
}

fn active() -> PartnerStatus {
    PartnerStatus::Active
}

impl Partner {
    /// An active partner of these roles and nothing else.
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

    /// Whether it is served and has the role.
    #[must_use]
    pub fn has_role(&self, role: Role) -> bool {
        self.status == PartnerStatus::Active && self.roles.contains(&role)
    }

    /// Whether it is served and has one of the roles.
    #[must_use]
    pub fn has_any_role(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has_role(*role))
    }

    /// Whether it may order for, and see, this customer.
    #[must_use]
    pub fn serves_customer(&self, customer: &CustomerId) -> bool {
        self.customers.contains(customer) || self.default_customer.as_ref() == Some(customer)
    }

    /// Whether its record names this warehouse; the warehouse must name the partner too.
    #[must_use]
    pub fn speaks_for(&self, warehouse: &WarehouseId) -> bool {
        self.warehouses.contains(warehouse)
    }

    /// The formats in which it wants `document`.
    #[must_use]
    pub fn formats_of(&self, document: &str) -> &[Format] {
        self.formats.get(document).map_or(&[Format::Json], Vec::as_slice)
    }
}
