//! Work that allocation leaves for later, in bounded steps.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{OrderId, Sku, WarehouseId};

/// Items to be given to those who wait for them.
#[derive(Debug, Clone, Default)]
pub struct Freed {
    pub skus: BTreeSet<Sku>,
    /// More items have become free than these.
    pub more: bool,
}

/// A warehouse that has opened or closed, and whose stock has not all been looked at since.
#[derive(Debug, Clone)]
pub struct Swept(pub WarehouseId);

/// One step of giving out items, found when everything that it touches was locked: another replica
/// may have been faster.
#[derive(Debug, Clone, Default)]
pub struct Restock {
    /// The items, and the rank up to which each has been offered already.
    pub items: BTreeMap<Sku, Option<String>>,
    /// The items that those who may get them have ordered: they themselves, and those that they may
    /// replace.
    pub ordered: BTreeSet<Sku>,
    /// Orders that are next in line, and some that have not been notified.
    pub orders: BTreeSet<OrderId>,
    /// The rank of the last that is next in line, if there are more behind it.
    pub until: Option<String>,
    /// Items for which more orders have not been notified.
    pub more_unnotified: BTreeSet<Sku>,
    /// More items are to be given out.
    pub more_items: bool,
}

impl Restock {
    /// Leaves everything to the next batch.
    #[must_use]
    pub fn postponed() -> Self {
        Self { more_items: true, ..Self::default() }
    }
}

/// One step over the stock of a warehouse that has opened or closed.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// The state of the warehouse when the step was found.
    pub is_open: bool,
    /// The item up to which the stock has been looked at.
    pub after: String,
    /// The next items of its stock.
    pub skus: BTreeSet<Sku>,
    /// The item up to which the stock is looked at after the step; none, all of it.
    pub until: Option<String>,
    /// Orders that have something of these items in a closed warehouse that is not recalled.
    pub orders: BTreeSet<OrderId>,
}
