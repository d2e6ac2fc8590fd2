//! Items that come in whole units.

use contracts::{Quantity, Sku};

use crate::unit_of_work::UnitOfWork;

/// Returns whether this is a part of a unit that cannot be parted. An item without a record is none:
/// it could not have left.
#[must_use]
pub fn is_fraction(work: &UnitOfWork, sku: &Sku, quantity: Quantity) -> bool {
    !quantity.is_whole() && work.items.get(sku).is_some_and(|item| item.whole_units)
}
