//! Items as far as shipping needs them.

use contracts::{Quantity, Sku};
use mesh::Rows;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub sku: Sku,
    /// True if it comes in whole units alone.
    pub whole_units: bool,
}

mesh::row!(Item in "items" by (sku: Sku) { sku, whole_units });

/// Returns whether this is a part of a unit that cannot be parted. Any quantity goes of an item
/// whose record has not come.
#[must_use]
pub fn is_fraction(items: &Rows<Item>, sku: &Sku, quantity: Quantity) -> bool {
    !quantity.is_whole() && items.get(sku).is_some_and(|item| item.whole_units)
}
