//! Knobs; `config/default.toml` gives each its reason.

use contracts::document::LedgerAccount;
use serde::{Deserialize, Deserializer, de::Error as _};

/// Every knob's default.
pub const DEFAULTS: &str = include_str!("../config/default.toml");

/// The rules by which cash is applied.
#[derive(Debug, Clone, Deserialize)]
pub struct Config {
    /// Rule P2: cash that nothing explains pays the oldest due invoices.
    pub oldest_due_first: bool,
    /// The accounts that are posted to.
    pub accounts: Accounts,
}

/// The seller's numbers of the accounts that payment-apply posts to. Each has one: a misspelt or
/// missing account is an error at the start, not a posting that nobody can place.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accounts {
    /// Money in the bank.
    #[serde(deserialize_with = "number")]
    cash: String,
    /// The receivables of customers.
    #[serde(deserialize_with = "number")]
    receivable: String,
    /// Customers' money that pays nothing yet.
    #[serde(deserialize_with = "number")]
    unapplied_cash: String,
    /// Early-payment discounts.
    #[serde(deserialize_with = "number")]
    discounts: String,
    /// Receivables given up.
    #[serde(deserialize_with = "number")]
    write_offs: String,
    /// Receivables given up that payers kept back with a reason.
    #[serde(deserialize_with = "number")]
    deductions: String,
}

/// The uses of an account, each with a number of its own in the seller's chart of accounts.
#[derive(Debug, Clone, Copy)]
pub enum Numbered {
    /// An account of the books.
    Account(LedgerAccount),
    /// Write-offs of what payers kept back with a reason (rule P5).
    Deductions,
}

impl Accounts {
    /// The seller's number of an account; `None` for those that only invoicing posts to.
    #[must_use]
    pub fn number(&self, of: Numbered) -> Option<&str> {
        Some(match of {
            Numbered::Account(LedgerAccount::Cash) => &self.cash,
            Numbered::Account(LedgerAccount::Receivable) => &self.receivable,
            Numbered::Account(LedgerAccount::UnappliedCash) => &self.unapplied_cash,
            Numbered::Account(LedgerAccount::Discounts) => &self.discounts,
            Numbered::Account(LedgerAccount::WriteOffs) => &self.write_offs,
            Numbered::Deductions => &self.deductions,
            Numbered::Account(
                LedgerAccount::Revenue
                | LedgerAccount::Charges
                | LedgerAccount::Tax
                | LedgerAccount::RestockingFees
                | LedgerAccount::Inventory
                | LedgerAccount::CostOfGoods,
            ) => return None,
        })
    }
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let number = String::deserialize(deserializer)?;
    if number.trim().is_empty() {
        return Err(D::Error::custom("an account has no number"));
    }
    Ok(number)
}
