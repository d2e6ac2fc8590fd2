//! The result of one comparison.

use serde::Serialize;

/// One figure, as two sides know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is compared: left = right.
    pub name: String,
    /// `units`, a currency, or what is counted.
    pub unit: String,
    /// The left side's total.
    pub left: String,
    /// The right side's total.
    pub right: String,
    /// Whether every part of the two totals agrees, not only the totals.
    pub balanced: bool,
    /// Left less right.
    pub difference: String,
    /// What differs, by name; the first of them.
    pub detail: Vec<String>,
}
