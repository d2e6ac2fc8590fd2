//! Checked arithmetic on amounts in minor units.

use contracts::{Currency, MoneyError, Quantity, money::Sum};

/// Returns the sum of two amounts.
///
/// # Errors
/// Fails when it is beyond 64 bits.
pub fn add(left: i64, right: i64) -> Result<i64, MoneyError> {
    left.checked_add(right).ok_or(MoneyError::Overflow)
}

/// Returns the sum of amounts.
///
/// # Errors
/// Fails when it is beyond 64 bits.
pub fn sum(amounts: impl IntoIterator<Item = i64>) -> Result<i64, MoneyError> {
    amounts.into_iter().try_fold(0_i64, add)
}

/// Returns the sum of amounts, as a document may carry it.
///
/// # Errors
/// Fails when it is beyond 18 digits (rule D2).
pub fn total(
    amounts: impl IntoIterator<Item = i64>,
    currency: Currency,
) -> Result<i64, MoneyError> {
    let minor = amounts.into_iter().map(i128::from).sum();
    Ok(Sum::new(minor, currency).money()?.minor)
}

/// Returns the part of an amount that `quantity` of `of` makes, rounded half up.
///
/// # Errors
/// Fails when it is beyond 64 bits.
pub fn part_of(minor: i64, quantity: Quantity, of: Quantity) -> Result<i64, MoneyError> {
    let (quantity, of) = (i128::from(quantity.scaled()), i128::from(of.scaled()));
    if of == 0 {
        return Ok(0);
    }
    let exact = i128::from(minor).checked_mul(2 * quantity).ok_or(MoneyError::Overflow)?;
    i64::try_from((exact + of) / (2 * of)).map_err(|_| MoneyError::Overflow)
}
