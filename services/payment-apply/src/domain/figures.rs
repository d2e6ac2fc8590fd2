//! Checked arithmetic, and the two ways in which a decision ends without a result.

use contracts::Reason;
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

/// The sum of many.
///
/// # Errors
/// When it does not fit.
pub fn sum(amounts: impl IntoIterator<Item = i64>) -> Result<i64, Stop> {
    amounts.into_iter().try_fold(0, add)
}
