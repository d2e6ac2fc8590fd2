//! Public keys from which the accounts are made.

use std::collections::BTreeMap;

use contracts::PartnerName;

/// The public keys of everyone who may connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keys {
    pub operator: String,
    /// The key that may make streams and durables.
    pub provision: String,
    pub services: BTreeMap<&'static str, String>,
    pub partners: BTreeMap<PartnerName, String>,
}
