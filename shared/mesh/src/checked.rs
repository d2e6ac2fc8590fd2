//! Arithmetic on stock that never clamps: a result out of range is a broken invariant.

use contracts::Quantity;

use crate::halt::Halt;

/// The sum of two quantities.
///
/// # Errors
/// [`Halt::broken`] when it is out of range.
pub fn plus(left: Quantity, right: Quantity) -> Result<Quantity, Halt> {
    left.checked_add(right).ok_or_else(|| Halt::broken(format!("{left} + {right} is out of range")))
}

/// The difference of two quantities.
///
/// # Errors
/// [`Halt::broken`] when it is below zero.
pub fn minus(left: Quantity, right: Quantity) -> Result<Quantity, Halt> {
    if right > left {
        return Err(Halt::broken(format!("{left} - {right} is below zero")));
    }
    Ok(beyond(left, right))
}

/// Adds up any number of quantities.
///
/// # Errors
/// [`Halt::broken`] when it is out of range.
pub fn total(quantities: impl IntoIterator<Item = Quantity>) -> Result<Quantity, Halt> {
    quantities.into_iter().try_fold(Quantity::ZERO, plus)
}

/// The part of a quantity beyond another; zero where there is none.
#[must_use]
pub fn beyond(quantity: Quantity, covered: Quantity) -> Quantity {
    quantity.saturating_sub(covered)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_below_zero_breaks_an_invariant() {
        let [two, three]: [Quantity; 2] = ["2", "3"].map(|text| text.parse().unwrap());
        assert_eq!(minus(three, two), Ok("1".parse().unwrap()));
        assert!(minus(two, three).is_err());
        assert_eq!(beyond(two, three), Quantity::ZERO);
        assert_eq!(total([two, three]), Ok("5".parse().unwrap()));
    }
}
