//! Items that come in whole units.

use contracts::{Quantity, Sku};

use crate::unit_of_work::UnitOfWork;

/// Returns true if this is a fraction of an item sold in whole units. An item without a record is
/// not: nothing of it can have left.
#[must_use]
pub fn is_fraction(work: &UnitOfWork, sku: &Sku, quantity: Quantity) -> bool {
    !quantity.is_whole() && work.items.get(sku).is_some_and(|item| item.whole_units)
}
