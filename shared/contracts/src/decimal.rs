//! Exact decimals of the wire: quantities, prices, percentages and amounts.
//!
//! In: a JSON string or a JSON number, read from its digits and never through a float. Out: always
//! a string. At most 18 digits, 6 of them fractional.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::value::RawValue;

/// Fractional digits that a decimal may have, and the scale in which databases store it.
pub const SCALE: u32 = 6;
/// Digits that a decimal may have in all.
pub const MAX_DIGITS: u32 = 18;

/// Why a text is not a decimal of this contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// Not of the form `-?digits[.digits]`.
    #[error("`{0}` is not a decimal number")]
    Malformed(String),
    /// More digits than the contract allows.
    #[error("`{0}` has more than {MAX_DIGITS} digits or more than {SCALE} after the point")]
    TooLong(String),
    /// Below zero where only zero and above make sense.
    #[error("`{0}` must not be negative")]
    Negative(String),
}

/// Reads `text` exactly.
///
/// # Errors
/// When it is malformed or too long.
pub fn parse(text: &str) -> Result<Decimal, DecimalError> {
    read(text, |whole, _| whole <= MAX_DIGITS - SCALE)
}

/// Reads an amount exactly: what its digits after the point do not use, those before it may.
///
/// # Errors
/// When it is malformed or too long.
pub(crate) fn parse_amount(text: &str) -> Result<Decimal, DecimalError> {
    read(text, |whole, fraction| whole + fraction <= MAX_DIGITS)
}

fn read(text: &str, fits: impl Fn(u32, u32) -> bool) -> Result<Decimal, DecimalError> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return Err(DecimalError::Malformed(text.chars().take(40).collect()));
    }
    let count = |digits: &str| u32::try_from(digits.len()).unwrap_or(u32::MAX / 2);
    let whole = count(whole.trim_start_matches('0'));
    let fraction = count(fraction.trim_end_matches('0'));
    if fraction > SCALE || !fits(whole, fraction) {
        return Err(DecimalError::TooLong(text.chars().take(40).collect()));
    }
    Decimal::from_str_exact(text)
        .map_err(|_| DecimalError::TooLong(text.chars().take(40).collect()))
}

/// The JSON text of a decimal, a string's content or a number's digits.
pub(crate) fn json_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let raw = Box::<RawValue>::deserialize(deserializer)?;
    let text = raw.get();
    if text.starts_with('"') {
        return serde_json::from_str(text).map_err(D::Error::custom);
    }
    if text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) {
        // JSON's exponents move the point and nothing else; some writers use them for 0.00001.
        if text.contains(['e', 'E']) {
            let exact = Decimal::from_scientific(text).map_err(D::Error::custom)?;
            return Ok(exact.normalize().to_string());
        }
        return Ok(text.to_owned());
    }
    Err(D::Error::custom("expected a decimal as a string or a number"))
}

macro_rules! decimal {
    ($(#[$doc:meta])* $name:ident, $signed:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Decimal);

        impl $name {
            /// Zero.
            pub const ZERO: Self = Self(Decimal::ZERO);

            /// Takes an exact decimal.
            ///
            /// # Errors
            /// When it has too many digits, or is negative where that makes no sense.
            pub fn new(value: Decimal) -> Result<Self, DecimalError> {
                let value = value.normalize();
                if !$signed && value.is_sign_negative() && !value.is_zero() {
                    return Err(DecimalError::Negative(value.to_string()));
                }
                parse(&value.to_string()).map(Self)
            }

            /// The exact value.
            #[must_use]
            pub fn get(self) -> Decimal {
                self.0
            }

            /// Whether it is zero.
            #[must_use]
            pub fn is_zero(self) -> bool {
                self.0.is_zero()
            }

            /// The value in millionths: how databases store it.
            #[must_use]
            pub fn scaled(self) -> i64 {
                let mut value = self.0;
                value.rescale(SCALE);
                i64::try_from(value.mantissa()).expect("18 digits fit 64 bits")
            }

            /// The value of so many millionths.
            #[must_use]
            pub fn from_scaled(millionths: i64) -> Self {
                Self(Decimal::from_i128_with_scale(i128::from(millionths), SCALE).normalize())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = DecimalError;
            fn from_str(text: &str) -> Result<Self, DecimalError> {
                Self::new(parse(text)?)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                json_text(deserializer)?.parse().map_err(D::Error::custom)
            }
        }
    };
}

decimal!(
    /// A quantity, not negative; in stock units unless the field says otherwise.
    Quantity, false);
decimal!(
    /// A quantity that may be negative: an adjustment, or an ordered quantity before it is checked.
    SignedQuantity, true);
decimal!(
    /// A price per price base quantity, not negative, in the document's currency.
    UnitPrice, false);
decimal!(
    /// A percentage, not negative: `8.875` is 8.875 %.
    Percent, false);

impl Quantity {
    /// The sum; `None` beyond 18 digits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(|sum| Self::new(sum).ok())
    }

    /// What is left after taking `other`, and zero when that is more than there is.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self((self.0 - other.0).max(Decimal::ZERO).normalize())
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.0.fract().is_zero()
    }
}

impl std::iter::Sum for Quantity {
    /// Saturates at the largest quantity there is.
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        let max = Self::from_scaled(999_999_999_999_999_999);
        iter.fold(Self::ZERO, |total, next| total.checked_add(next).unwrap_or(max))
    }
}

impl SignedQuantity {
    /// The quantity, where it is not negative.
    #[must_use]
    pub fn non_negative(self) -> Option<Quantity> {
        Quantity::new(self.0).ok()
    }
}

impl From<Quantity> for SignedQuantity {
    fn from(quantity: Quantity) -> Self {
        Self(quantity.0)
    }
}
