//! The names of a payment at its bank.

use contracts::{document::Payment, ids::derived};

/// The names of a payment, and the digest of what the bank told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    pub names: Vec<String>,
    pub digest: String,
}

impl Names {
    /// `told` is the payment as the bank told it, before anybody's codes were looked up.
    ///
    /// # Panics
    /// Never: a wire type is always JSON.
    #[must_use]
    pub fn of(told: &Payment, names: Vec<String>) -> Self {
        let text = serde_json::to_string(told).expect("a wire type is always JSON");
        Self { names, digest: derived(&["payment", &text]).to_string() }
    }
}

/// The name of a payment that its bank calls so itself.
#[must_use]
pub fn own(reference: &str) -> String {
    format!("own:{reference}")
}
