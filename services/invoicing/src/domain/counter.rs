//! Numbers without gaps or repeats (rule I6). The row of a series is locked while it is used, and
//! saved in the transaction that uses the number.

use contracts::{CreditMemoNumber, IdError, InvoiceNumber};
use mesh::{Halt, Rows, text_column};
use strum::{Display, EnumString};

use crate::config::Config;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Name {
    /// Invoices posted.
    Invoice,
    /// Credit memos posted.
    CreditMemo,
    /// Tax rates received.
    TaxRates,
}

#[derive(Debug, Clone)]
pub struct Counter {
    pub counter: Name,
    pub value: u64,
}

text_column!(Name);
mesh::row!(Counter in "counters" by (counter: Name) { counter, value });

/// Counts one more and returns the new value.
///
/// # Errors
/// Halts when there is no such counter.
pub fn next(counters: &mut Rows<Counter>, name: Name) -> Result<u64, Halt> {
    let missing = || Halt::broken(format!("there is no counter {name}"));
    let counter = counters.get_mut(&name).ok_or_else(missing)?;
    let full = || Halt::broken(format!("the counter {name} is full"));
    counter.value = counter.value.checked_add(1).ok_or_else(full)?;
    Ok(counter.value)
}

/// Takes the place in its series and the number of the next invoice.
///
/// # Errors
/// Halts when the configured prefix makes no number.
pub fn invoice(
    counters: &mut Rows<Counter>,
    config: &Config,
) -> Result<(u64, InvoiceNumber), Halt> {
    let place = next(counters, Name::Invoice)?;
    let width = config.number_digits;
    let text = format!("{}{place:0width$}", config.invoice_prefix);
    Ok((place, InvoiceNumber::new(text).map_err(no_number)?))
}

/// Takes the place in its series and the number of the next credit memo.
///
/// # Errors
/// Halts when the configured prefix makes no number.
pub fn credit_memo(
    counters: &mut Rows<Counter>,
    config: &Config,
) -> Result<(u64, CreditMemoNumber), Halt> {
    let place = next(counters, Name::CreditMemo)?;
    let width = config.number_digits;
    let text = format!("{}{place:0width$}", config.credit_memo_prefix);
    Ok((place, CreditMemoNumber::new(text).map_err(no_number)?))
}

fn no_number(error: IdError) -> Halt {
    Halt::broken(format!("the configured prefix makes no number: {error}"))
}
