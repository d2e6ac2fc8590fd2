//! Exact decimals of the wire: quantities, prices, percentages and amounts.
//!
//! A decimal is read from a JSON string or from the digits of a JSON number, never through a float,
//! and is always written as a string. It has at most 18 digits, 6 of them fractional.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::value::RawValue;

/// The most fractional digits of a decimal, and the scale in which databases store it.
pub const SCALE: u32 = 6;
/// The most digits of a decimal, fractional ones included.
pub const MAX_DIGITS: u32 = 18;

/// The reason for which a text is not a decimal of this contract.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecimalError {
    /// The text is not of the form `-?digits[.digits]`.
    #[error("`{0}` is not a decimal number")]
    Malformed(String),
    /// The text has more digits than the contract allows.
    #[error("`{0}` has more than {MAX_DIGITS} digits or more than {SCALE} after the point")]
    TooLong(String),
    /// The value is below zero where only zero and above make sense.
    #[error("`{0}` must not be negative")]
    Negative(String),
}

/// Parses a decimal of at most 18 digits exactly.
///
/// # Errors
/// Fails when it is malformed or too long.
pub fn parse(text: &str) -> Result<Decimal, DecimalError> {
    read(text, |whole, _| whole <= MAX_DIGITS - SCALE)
}

/// Parses an amount exactly: digits that the fraction leaves unused may stand before the point.
///
/// # Errors
/// Fails when it is malformed or too long.
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

/// Returns the text of a JSON decimal: a string's content or a number's digits.
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
            /// The value 0, which is also the default.
            pub const ZERO: Self = Self(Decimal::ZERO);

            /// Makes one from an exact decimal.
            ///
            /// # Errors
            /// Fails when it has too many digits, or is negative where that makes no sense.
            pub fn new(value: Decimal) -> Result<Self, DecimalError> {
                let value = value.normalize();
                if !$signed && value.is_sign_negative() && !value.is_zero() {
                    return Err(DecimalError::Negative(value.to_string()));
                }
                parse(&value.to_string()).map(Self)
            }

            /// Returns the exact value without trailing zeros.
            #[must_use]
            pub fn get(self) -> Decimal {
                self.0
            }

            /// Returns true if the value is 0.
            #[must_use]
            pub fn is_zero(self) -> bool {
                self.0.is_zero()
            }

            /// Returns the value in millionths, the form in which databases store it.
            #[must_use]
            pub fn scaled(self) -> i64 {
                let mut value = self.0;
                value.rescale(SCALE);
                i64::try_from(value.mantissa()).expect("18 digits fit 64 bits")
            }

            /// Makes one from a number of millionths.
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
    /// Returns the sum; `None` if it has more than 18 digits.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(|sum| Self::new(sum).ok())
    }

    /// Returns the difference, or zero if `other` is larger.
    #[must_use]
    pub fn saturating_sub(self, other: Self) -> Self {
        Self((self.0 - other.0).max(Decimal::ZERO).normalize())
    }

    /// Returns true for a whole number.
    #[must_use]
    pub fn is_whole(self) -> bool {
        self.0.fract().is_zero()
    }
}

impl std::iter::Sum for Quantity {
    /// Returns the sum, or the largest quantity if the sum has too many digits.
    fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
        let max = Self::from_scaled(999_999_999_999_999_999);
        iter.fold(Self::ZERO, |total, next| total.checked_add(next).unwrap_or(max))
    }
}

impl SignedQuantity {
    /// Returns the quantity; `None` if it is negative.
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
