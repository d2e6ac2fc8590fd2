//! The public keys that the accounts are made of.

use std::collections::BTreeMap;

use contracts::PartnerName;

/// The public keys of everyone who may connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    /// The operator's.
    pub operator: String,
    /// The key that may make streams and durables.
    pub provision: String,
    /// One per service.
    pub services: BTreeMap<&'static str, String>,
    /// One per partner.
    pub partners: BTreeMap<PartnerName, String>,
}
