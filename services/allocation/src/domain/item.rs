//! Items, those that may replace them, and those who wait for them.

use contracts::Sku;

/// An item, as far as it is counted and may replace another.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub sku: Sku,
    pub active: bool,
    /// True if it comes in whole stock units alone.
    pub whole_units: bool,
}

/// An item that may be sent instead of another.
#[derive(Debug, Clone)]
pub struct Substitute {
    /// The item that it replaces.
    pub sku: Sku,
    /// The place in the list, the best first.
    pub place: u32,
    pub substitute: Sku,
}

/// The order lines that wait for an item. The row is locked before anything of the item changes.
#[derive(Debug, Clone)]
pub struct Queue {
    pub sku: Sku,
    /// Order lines that wait for it.
    pub waiting: u64,
    /// Some of it may be given to them now.
    pub freed: bool,
    /// The rank up to which it has been offered to them already.
    pub served: Option<String>,
}

impl Queue {
    /// A queue in which nobody waits.
    #[must_use]
    pub fn empty(sku: Sku) -> Self {
        Self { sku, waiting: 0, freed: false, served: None }
    }
}

mesh::row!(Item in "items" by (sku: Sku) { sku, active, whole_units });
mesh::row!(Substitute in "substitutes" by (sku: Sku, place: u32) { sku, place, substitute });
mesh::row!(Queue in "queues" by (sku: Sku) { sku, waiting, freed, served });
