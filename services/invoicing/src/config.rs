//! The knobs of invoicing.

use std::{collections::BTreeMap, fmt, time::Duration};

use contracts::{Percent, TaxCategory, document::LedgerAccount};
use jiff::Timestamp;
use mesh::books::Posting;
use reqwest::Url;
use serde::{Deserialize, Deserializer, de::Error as _};

/// Every knob with its reason.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// The seller's settings; `config/default.toml` gives each knob its reason.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// The beginning of an invoice's number.
    pub invoice_prefix: String,
    /// The beginning of a credit memo's number.
    pub credit_memo_prefix: String,
    /// Digits to which numbers are padded.
    pub number_digits: usize,
    /// The tax category of charges.
    pub charge_tax_category: TaxCategory,
    /// The category of sales to exempt customers.
    pub exempt_tax_category: TaxCategory,
    /// The reason why they are not taxed, in words.
    pub exemption_reason: String,
    /// The part of returned goods' net that is kept back.
    #[serde(deserialize_with = "percent")]
    pub restocking_fee_percent: Percent,
    pub accounts: Accounts,
    pub tax_engine: TaxEngine,
}

/// The seller's numbers of the accounts that invoicing posts to. Each has one: a misspelt or
/// missing account is an error at the start, not a posting that nobody can place.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "BTreeMap<String, String>")]
pub struct Accounts(BTreeMap<LedgerAccount, String>);

/// The accounts that invoicing posts to.
pub const POSTED: [LedgerAccount; 7] = [
    LedgerAccount::Receivable,
    LedgerAccount::Revenue,
    LedgerAccount::Charges,
    LedgerAccount::RestockingFees,
    LedgerAccount::Tax,
    LedgerAccount::CostOfGoods,
    LedgerAccount::Inventory,
];

/// The address of the tax engine, and its limits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaxEngine {
    /// The address; `None` for the built-in table.
    #[serde(deserialize_with = "address")]
    pub url: Option<Url>,
    pub secret: Secret,
    /// The time that one question may take.
    pub timeout_ms: u64,
    /// The times that a question is asked in all.
    pub attempts: u32,
    /// The pause before it is asked again; twice as long each time.
    pub retry_ms: u64,
    /// Failures in a row after which it is not asked for a while.
    pub breaker_failures: u32,
    /// The time for which it is not asked then.
    pub breaker_pause_ms: u64,
    /// The longest time that an invoice waits for an answer.
    pub patience_seconds: u64,
    /// Questions asked at the same time.
    pub at_once: usize,
}

/// A secret that is not written to logs.
#[derive(Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Accounts {
    /// A debit of an account under the seller's number, in minor units.
    #[must_use]
    pub fn debit(&self, account: LedgerAccount, amount: i64) -> Posting {
        Posting::debit(account, self.number(account), amount)
    }

    /// A credit of an account under the seller's number, in minor units.
    #[must_use]
    pub fn credit(&self, account: LedgerAccount, amount: i64) -> Posting {
        Posting::credit(account, self.number(account), amount)
    }

    #[must_use]
    pub fn number(&self, account: LedgerAccount) -> Option<&str> {
        self.0.get(&account).map(String::as_str)
    }
}

impl TryFrom<BTreeMap<String, String>> for Accounts {
    type Error = String;
    fn try_from(given: BTreeMap<String, String>) -> Result<Self, String> {
        let mut numbers = BTreeMap::new();
        for (name, number) in given {
            let account = name.parse().ok().filter(|account| POSTED.contains(account));
            let account = account.ok_or_else(|| format!("`{name}` is no account of invoicing"))?;
            if number.trim().is_empty() {
                return Err(format!("the account {name} has no number"));
            }
            numbers.insert(account, number);
        }
        match POSTED.iter().find(|account| !numbers.contains_key(account)) {
            Some(missing) => Err(format!("the account {missing} has no number")),
            None => Ok(Self(numbers)),
        }
    }
}

impl TaxEngine {
    /// The time that one question may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    /// The time for which the engine is left alone once it failed too often.
    #[must_use]
    pub fn pause(&self) -> Duration {
        Duration::from_millis(self.breaker_pause_ms)
    }

    /// The longest time that an invoice waits for an answer.
    #[must_use]
    pub fn patience(&self) -> Duration {
        Duration::from_secs(self.patience_seconds)
    }

    /// The moment of the next question about an invoice that nothing else can tax either.
    #[must_use]
    pub fn again_at(&self, now: Timestamp) -> Timestamp {
        now.checked_add(self.pause()).unwrap_or(now)
    }

    /// The pause after so many attempts.
    #[must_use]
    pub fn backoff(&self, attempts: u32) -> Duration {
        let doubled = 1_u64 << attempts.saturating_sub(1).min(10);
        Duration::from_millis(self.retry_ms.saturating_mul(doubled)).min(self.patience())
    }
}

impl Secret {
    /// The secret itself; `None` where there is none.
    #[must_use]
    pub fn reveal(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|secret| !secret.is_empty())
    }
}

impl From<&str> for Secret {
    fn from(secret: &str) -> Self {
        Self(secret.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "hidden" })
    }
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

/// An address of HTTP, or nothing.
fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Url>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    let url = Url::parse(&text).map_err(|error| D::Error::custom(format!("`{text}`: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(D::Error::custom(format!("`{text}` is no address of HTTP")));
    }
    Ok(Some(url))
}
