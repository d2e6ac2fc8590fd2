//! Quantities in millionths of stock units.

use contracts::Quantity;

/// A stock unit in millionths.
pub(super) const ONE: i64 = 1_000_000;

/// Returns so many whole stock units.
pub(super) fn units(count: i64) -> Quantity {
    Quantity::from_scaled(count * ONE)
}
