//! Items: which of them cannot be parted.

use contracts::{Quantity, Sku, event::ItemUpdated};
use mesh::{Decision, Outputs};

use super::Set;

/// What is kept of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Which one.
    pub sku: Sku,
    /// Whether it comes in whole units alone.
    pub whole_units: bool,
}

mesh::row!(Item in "items" by (sku: Sku) { sku, whole_units });

/// The newest record of an item.
pub fn updated(set: &mut Set, updated: &ItemUpdated) -> Decision {
    let (sku, whole_units) = (updated.sku.clone(), updated.item.whole_units);
    set.items.put(Item { sku, whole_units });
    Outputs::none().into()
}

/// Whether this is a part of a unit that cannot be parted. Of an item whose record has not come
/// nobody knows.
#[must_use]
pub fn is_fraction(set: &Set, sku: &Sku, quantity: Quantity) -> bool {
    !quantity.is_whole() && set.items.get(sku).is_some_and(|item| item.whole_units)
}
