//! Arithmetic on amounts in minor units that never clamps: a result out of range is a broken invariant.

use contracts::{Amount, Currency, Money, MoneyError, decimal::MAX_DIGITS};
use mesh::Halt;

pub fn add(left: i64, right: i64) -> Result<i64, Halt> {
    Ok(left.checked_add(right).ok_or(MoneyError::Overflow)?)
}

pub fn sub(left: i64, right: i64) -> Result<i64, Halt> {
    Ok(left.checked_sub(right).ok_or(MoneyError::Overflow)?)
}

pub fn neg(amount: i64) -> Result<i64, Halt> {
    sub(0, amount)
}

/// Returns a document's amount in minor units: whoever sent it has checked that it fits its currency.
pub fn minor(amount: Amount, currency: Currency) -> Result<i64, Halt> {
    Ok(Money::of(amount, currency)?.minor)
}

/// The sum of many amounts, which may be more than one amount holds (rule D2).
pub fn total(amounts: impl IntoIterator<Item = i64>) -> i128 {
    amounts.into_iter().map(i128::from).sum()
}

/// The sum as one amount; `None` if it has more than 18 digits.
pub fn one_amount(sum: i128) -> Option<i64> {
    i64::try_from(sum).ok().filter(|sum| sum.unsigned_abs() < 10_u64.pow(MAX_DIGITS))
}
