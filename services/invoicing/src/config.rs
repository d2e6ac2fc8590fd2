//! What a seller may set.

use contracts::{Percent, TaxCategory};
use serde::{Deserialize, Deserializer, de::Error as _};

/// Every knob with its reason.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// How goods are billed; `config/default.toml` explains each knob.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// What an invoice's number begins with.
    pub invoice_prefix: String,
    /// What a credit memo's number begins with.
    pub credit_memo_prefix: String,
    /// Digits to which numbers are padded.
    pub number_digits: usize,
    /// How charges are taxed.
    pub charge_tax_category: TaxCategory,
    /// The category of what is sold to exempt customers.
    pub exempt_tax_category: TaxCategory,
    /// Why they are not taxed, in words.
    pub exemption_reason: String,
    /// What is kept back of returned goods' net.
    #[serde(deserialize_with = "percent")]
    pub restocking_fee_percent: Percent,
}

/// From text, never through a float; at most all of it.
fn percent<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Percent, D::Error> {
    let text = String::deserialize(deserializer)?;
    let percent: Percent = text.parse().map_err(D::Error::custom)?;
    if percent.get() > rust_decimal::Decimal::ONE_HUNDRED {
        return Err(D::Error::custom(format!("{percent} is more than 100 percent")));
    }
    Ok(percent)
}
