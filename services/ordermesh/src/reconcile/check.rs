use serde::Serialize;

/// The comparison of one figure's two sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// The comparison in words: left = right.
    pub name: String,
    /// The unit: `units`, a currency, or `count`.
    pub unit: String,
    pub left: String,
    pub right: String,
    /// True if every part of the two totals agrees, and not the totals alone.
    pub balanced: bool,
    /// The left total less the right one.
    pub difference: String,
    /// The first parts that differ, in words.
    pub detail: Vec<String>,
}
