//! Money as exact amounts in the minor units of a currency, without floats or mixed currencies.

use std::{borrow::Cow, fmt, str::FromStr};

use rust_decimal::{Decimal, RoundingStrategy, prelude::ToPrimitive};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::decimal::{DecimalError, MAX_DIGITS, json_text, parse_amount};

/// An ISO 4217 currency that has amounts, which `XXX` and `XAU` do not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: [u8; 3],
    minor_digits: u8,
}

impl Currency {
    /// Returns the digits after the point in ISO 4217's table: 0 for JPY, 3 for KWD, 2 for most.
    #[must_use]
    pub fn minor_digits(self) -> u32 {
        self.minor_digits.into()
    }

    /// Returns the three upper-case letters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.code).expect("three ASCII letters")
    }
}

impl FromStr for Currency {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let listed = iso_currency::Currency::from_code(text);
        let digits = listed.and_then(iso_currency::Currency::exponent);
        let currency = || {
            let minor_digits = u8::try_from(digits?).ok()?;
            Some(Self { code: text.as_bytes().try_into().ok()?, minor_digits })
        };
        currency().ok_or_else(|| format!("`{text}` is not an ISO 4217 currency code"))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'_, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// An amount as a document writes it, in major units; [`Money::of`] joins it with the currency.
///
/// The digits stay as written (`"12.00"`). Only fields that say so may be negative.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount(Decimal);

impl Amount {
    /// Returns the exact value in major units, such as dollars.
    #[must_use]
    pub fn get(self) -> Decimal {
        self.0
    }

    /// Returns the amount in its shortest form: `12` for `12.00`.
    #[must_use]
    pub fn shortest(self) -> Self {
        Self(self.0.normalize())
    }

    /// Returns the amount itself if it is not below zero.
    ///
    /// # Errors
    /// Fails when it is below zero.
    pub fn not_negative(self) -> Result<Self, DecimalError> {
        if self.0 < Decimal::ZERO {
            return Err(DecimalError::Negative(self.to_string()));
        }
        Ok(self)
    }
}

impl FromStr for Amount {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        parse_amount(text).map(Self)
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json_text(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// The error of arithmetic with amounts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// An amount has digits below the currency's minor unit.
    #[error("{0} has more digits after the point than {1} has")]
    TooPrecise(Amount, Currency),
    /// The amounts are in different currencies.
    #[error("{0} and {1} are different currencies")]
    Mixed(Currency, Currency),
    /// The result exceeds 18 digits or 64 bits of minor units.
    #[error("the amount is too large")]
    Overflow,
}

/// An exact amount of money in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money {
    /// The amount in minor units (cents for USD, yen for JPY), as databases store it.
    pub minor: i64,
    /// The ISO 4217 currency of the amount.
    pub currency: Currency,
}

impl Money {
    /// Makes an amount of so many minor units.
    #[must_use]
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Returns an amount of 0.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Makes one from a document's amount and currency.
    ///
    /// # Errors
    /// Fails when the amount is more precise than the currency, or too large.
    pub fn of(amount: Amount, currency: Currency) -> Result<Self, MoneyError> {
        let scaled = amount.0 * Decimal::from(10_i64.pow(currency.minor_digits()));
        if !scaled.fract().is_zero() {
            return Err(MoneyError::TooPrecise(amount, currency));
        }
        Self::within(scaled.to_i64(), currency)
    }

    /// Rounds an exact value in major units once, half up (away from zero), to the minor unit.
    ///
    /// # Errors
    /// Fails when it is too large.
    pub fn round(exact: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let digits = currency.minor_digits();
        let rounded = exact.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
        let minor = rounded.checked_mul(Decimal::from(10_i64.pow(digits)));
        Self::within(minor.and_then(|minor| minor.to_i64()), currency)
    }

    /// Returns the amount if the wire can hold it, so that every reader can read it.
    fn within(minor: Option<i64>, currency: Currency) -> Result<Self, MoneyError> {
        let fits = minor.filter(|minor| minor.unsigned_abs() < 10_u64.pow(MAX_DIGITS));
        fits.map(|minor| Self::new(minor, currency)).ok_or(MoneyError::Overflow)
    }

    /// Returns the value in major units.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.minor_digits())
    }

    /// Returns the amount as a document writes it, with all digits of its currency.
    #[must_use]
    pub fn amount(self) -> Amount {
        Amount(self.decimal())
    }

    /// Returns the sum of two amounts.
    ///
    /// # Errors
    /// Fails when the currencies differ or the sum is too large.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::within(self.minor.checked_add(other.minor), self.currency)
    }

    /// Returns the difference of two amounts.
    ///
    /// # Errors
    /// Fails when the currencies differ or the difference is too large.
    pub fn checked_sub(self, other: Self) -> Result<Self, MoneyError> {
        self.same_currency(other)?;
        Self::within(self.minor.checked_sub(other.minor), self.currency)
    }

    fn same_currency(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::Mixed(self.currency, other.currency))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

/// A sum of amounts as the wire writes it, with as many digits as it needs (rule D2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AmountSum(Decimal);

impl AmountSum {
    /// Returns the exact value in major units, such as dollars.
    #[must_use]
    pub fn get(self) -> Decimal {
        self.0
    }
}

impl From<Amount> for AmountSum {
    fn from(amount: Amount) -> Self {
        Self(amount.0)
    }
}

impl FromStr for AmountSum {
    type Err = DecimalError;
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let exact = Decimal::from_str_exact(text).ok().filter(|_| plain);
        exact.map(Self).ok_or_else(|| DecimalError::Malformed(text.chars().take(40).collect()))
    }
}

impl fmt::Display for AmountSum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for AmountSum {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for AmountSum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        json_text(deserializer)?.parse().map_err(D::Error::custom)
    }
}

/// An exact sum of amounts of one currency, wider than one amount can be (rule D2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sum {
    /// The sum in minor units.
    pub minor: i128,
    /// The ISO 4217 currency of the amount.
    pub currency: Currency,
}

impl Sum {
    /// Makes a sum of so many minor units.
    #[must_use]
    pub fn new(minor: i128, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Returns a sum of 0.
    #[must_use]
    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Makes one from a sum on the wire and its currency.
    ///
    /// # Errors
    /// Fails when it is more precise than the currency.
    pub fn of(sum: AmountSum, currency: Currency) -> Result<Self, MoneyError> {
        let digits = currency.minor_digits();
        let mut scaled = sum.0;
        scaled.rescale(digits);
        if scaled != sum.0 {
            return Err(MoneyError::TooPrecise(Amount(sum.0), currency));
        }
        Ok(Self::new(scaled.mantissa(), currency))
    }

    /// Returns the value in major units.
    ///
    /// # Panics
    /// Panics when it has more than 28 digits: more than ten thousand million of the largest amounts.
    #[must_use]
    pub fn decimal(self) -> Decimal {
        Decimal::from_i128_with_scale(self.minor, self.currency.minor_digits())
    }

    /// Returns the sum as the wire writes it, with all digits of its currency.
    #[must_use]
    pub fn amount(self) -> AmountSum {
        AmountSum(self.decimal())
    }

    /// Returns the sum as one amount.
    ///
    /// # Errors
    /// Fails when it has more digits than an amount may have.
    pub fn money(self) -> Result<Money, MoneyError> {
        Money::within(i64::try_from(self.minor).ok(), self.currency)
    }

    /// Returns the sum increased by an amount.
    ///
    /// # Errors
    /// Fails when the currencies differ.
    pub fn plus(self, money: Money) -> Result<Self, MoneyError> {
        Money::zero(self.currency).same_currency(money)?;
        Ok(Self::new(self.minor + i128::from(money.minor), self.currency))
    }
}

impl From<Money> for Sum {
    fn from(money: Money) -> Self {
        Self::new(money.minor.into(), money.currency)
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

/// Returns the net of a line (rule I2): quantity ÷ price base × unit price × (1 − discount),
/// computed exactly and rounded once, half up, to the currency's minor unit.
///
/// # Errors
/// Fails when the price base is zero or the amount is too large.
pub fn line_net(
    quantity: crate::Quantity,
    unit_price: crate::UnitPrice,
    price_base: crate::Quantity,
    discount: crate::Percent,
    currency: Currency,
) -> Result<Money, MoneyError> {
    // The division comes last: 1 ÷ 12 has no exact decimal, and its error could move a half cent.
    let gross = quantity.get().checked_mul(unit_price.get()).ok_or(MoneyError::Overflow)?;
    let rest = Decimal::ONE_HUNDRED - discount.get();
    let scaled = gross.checked_mul(rest).ok_or(MoneyError::Overflow)?;
    let base = price_base.get().checked_mul(Decimal::ONE_HUNDRED).ok_or(MoneyError::Overflow)?;
    Money::round(scaled.checked_div(base).ok_or(MoneyError::Overflow)?, currency)
}
