//! Checked arithmetic, and the two ways in which a decision ends without a result.

use contracts::{Reason, decimal::MAX_DIGITS};
use mesh::{Decision, Key, Outputs};

/// Why nothing is decided.
#[derive(Debug)]
pub enum Stop {
    /// Something has to be seen first.
    Wait(Key),
    /// It would break one of the service's own laws.
    Broken(&'static str),
}

/// As the mesh wants it.
pub fn decision(result: Result<Outputs, Stop>) -> Decision {
    match result {
        Ok(outputs) => outputs.into(),
        Err(Stop::Wait(key)) => Decision::Wait(key),
        Err(Stop::Broken(why)) => {
            Decision::Poison { code: Reason::InvariantBroken, reason: why.to_owned() }
        }
    }
}

const TOO_LARGE: Stop = Stop::Broken("an amount is beyond 64 bits of minor units");

/// The sum.
///
/// # Errors
/// When it does not fit.
pub fn add(left: i64, right: i64) -> Result<i64, Stop> {
    left.checked_add(right).ok_or(TOO_LARGE)
}

/// The difference.
///
/// # Errors
/// When it does not fit.
pub fn sub(left: i64, right: i64) -> Result<i64, Stop> {
    left.checked_sub(right).ok_or(TOO_LARGE)
}

/// A sum that a database added up in two parts, for it may be more than 64 bits hold: of
/// thousands of millions of minor units, and of what is left of each amount without them.
#[must_use]
pub fn joined(high: i64, low: i64) -> i128 {
    i128::from(high) * 1_000_000_000 + i128::from(low)
}

/// The same as one amount, where it is one.
#[must_use]
pub fn one_amount(sum: i128) -> Option<i64> {
    i64::try_from(sum).ok().filter(|sum| sum.unsigned_abs() < 10_u64.pow(MAX_DIGITS))
}

/// The sum of many, which may be more than one amount holds (D2).
pub fn total(amounts: impl IntoIterator<Item = i64>) -> i128 {
    amounts.into_iter().map(i128::from).sum()
}
