//! Rule I6: numbers without gaps or repeats. The row of a series is locked while it is used, and
//! saved in the transaction that uses the number.

use contracts::{CreditMemoNumber, InvoiceNumber};
use mesh::text_column;
use strum::{Display, EnumString};

use super::{Fault, Set};
use crate::config::Config;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Name {
    /// Invoices posted.
    Invoice,
    /// Credit memos posted.
    CreditMemo,
    /// Tax rates that have come.
    TaxRates,
}

/// How many there are.
#[derive(Debug, Clone)]
pub struct Counter {
    /// Of what.
    pub counter: Name,
    /// How many.
    pub value: u64,
}

text_column!(Name);
mesh::row!(Counter in "counters" by (counter: Name) { counter, value });

/// Counts one more.
///
/// # Errors
/// When the row was not loaded: numbers without its lock would repeat.
pub fn next(set: &mut Set, name: Name) -> Result<u64, Fault> {
    let counter = set.counters.get_mut(&name).ok_or(Fault::NotLoaded(name))?;
    counter.value = counter.value.checked_add(1).ok_or(Fault::TooLarge)?;
    Ok(counter.value)
}

/// The next invoice's place in its series and number.
///
/// # Errors
/// As [`next`]; or when the configured prefix makes no number.
pub fn invoice(set: &mut Set, config: &Config) -> Result<(u64, InvoiceNumber), Fault> {
    let place = next(set, Name::Invoice)?;
    let width = config.number_digits;
    let text = format!("{}{place:0width$}", config.invoice_prefix);
    Ok((place, InvoiceNumber::new(text).map_err(Fault::number)?))
}

/// The next credit memo's place in its series and number.
///
/// # Errors
/// As [`invoice`].
pub fn credit_memo(set: &mut Set, config: &Config) -> Result<(u64, CreditMemoNumber), Fault> {
    let place = next(set, Name::CreditMemo)?;
    let width = config.number_digits;
    let text = format!("{}{place:0width$}", config.credit_memo_prefix);
    Ok((place, CreditMemoNumber::new(text).map_err(Fault::number)?))
}
