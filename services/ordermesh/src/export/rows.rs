//! A line of an entry as it is written, complete in itself.

use anyhow::{Context as _, Result};
use contracts::{
    Amount, Currency, EntryId, Money,
    document::{Journal, LedgerAccount},
};
use jiff::civil::Date;
use serde::Serialize;

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    pub entry_id: EntryId,
    pub date: Date,
    pub currency: Currency,
    pub source: String,
    /// The line's position in the entry, from 1.
    pub line: usize,
    pub account: LedgerAccount,
    /// The account's number in the seller's chart, if it has one.
    pub account_number: Option<String>,
    pub debit: Amount,
    pub credit: Amount,
    pub note: Option<String>,
}

/// The names of the fields, in order.
pub(super) const HEADER: [&str; 10] = [
    "entry_id",
    "date",
    "currency",
    "source",
    "line",
    "account",
    "account_number",
    "debit",
    "credit",
    "note",
];

/// Returns the lines of an entry, with all digits of its currency.
pub(super) fn of_entry(entry: Journal) -> Result<Vec<Row>> {
    let Journal { entry_id, date, currency, source, note, lines } = entry;
    let exact = |amount: Amount| {
        let money = Money::of(amount, currency);
        let money = money.with_context(|| format!("entry {entry_id} of {source}: {amount}"))?;
        anyhow::Ok(money.amount())
    };
    let row = |(line, it): (usize, contracts::document::JournalLine)| {
        Ok(Row {
            entry_id,
            date,
            currency,
            source: source.clone(),
            line,
            account: it.account,
            account_number: it.number,
            debit: exact(it.debit)?,
            credit: exact(it.credit)?,
            note: note.clone(),
        })
    };
    (1..).zip(lines).map(row).collect()
}
