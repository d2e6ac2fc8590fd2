//! Rule I8: balanced double entry. Entries are never edited; a correction reverses.

use contracts::{
    Currency, EntryId, Money, Role,
    document::{Journal, JournalLine, LedgerAccount},
    event::JournalPosted,
    ids::derived,
    money::Sum,
};
use jiff::civil::Date;
use mesh::{Context, Outputs};

use super::{Fault, Set};
use crate::config::Config;

/// An entry, as it is kept.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Derived from its source: the same source is booked once.
    pub entry_id: EntryId,
    /// What it is of, such as `invoice/INV-000123`.
    pub source: String,
    /// What finance should know of it.
    pub note: Option<String>,
    /// The day it counts.
    pub date: Date,
    /// The currency of its amounts.
    pub currency: Currency,
    /// Sum of its debits, in minor units.
    pub debit: i64,
    /// Sum of its credits, the same.
    pub credit: i64,
}

/// A line of an entry, as it is kept.
#[derive(Debug, Clone)]
pub struct Line {
    /// Of which entry.
    pub entry_id: EntryId,
    /// Its place in the entry.
    pub line: u32,
    /// The account, by its name on the wire.
    pub account: String,
    /// Its number in the seller's chart of accounts.
    pub number: Option<String>,
    /// The currency of its amounts.
    pub currency: Currency,
    /// In minor units.
    pub debit: i64,
    /// In minor units.
    pub credit: i64,
}

mesh::row!(Entry in "journal_entries" by (entry_id: EntryId) {
    entry_id, source, note, date, currency, debit, credit
});
mesh::row!(Line in "journal_lines" by (entry_id: EntryId, line: u32) {
    entry_id, line, account, number, currency, debit, credit
});

/// One side of an entry.
#[derive(Debug, Clone, Copy)]
pub enum Side {
    /// What the account receives.
    Debit(LedgerAccount, i64),
    /// What the account gives.
    Credit(LedgerAccount, i64),
}

/// An entry to be posted.
#[derive(Debug)]
pub struct Draft {
    /// What it is of.
    pub source: String,
    /// The day it counts.
    pub date: Date,
    /// What finance should know of it.
    pub note: Option<String>,
    /// The currency.
    pub currency: Currency,
    /// Its sides, in their order.
    pub sides: Vec<Side>,
}

/// Posts an entry and tells every ERP.
///
/// # Errors
/// When debits and credits differ, a sum is too large, or the seller has no number for an account.
pub fn post(
    set: &mut Set,
    config: &Config,
    outputs: &mut Outputs,
    draft: Draft,
    context: &Context<'_>,
) -> Result<(), Fault> {
    let Draft { source, date, note, currency, sides } = draft;
    let entry_id = EntryId(derived(&["journal", "invoicing", &source]));
    let (mut debits, mut credits, mut lines) = (0_i64, 0_i64, Vec::new());
    for (line, side) in (1_u32..).zip(sides) {
        let (account, debit, credit) = match side {
            Side::Debit(account, minor) => (account, minor, 0),
            Side::Credit(account, minor) => (account, 0, minor),
        };
        debits = debits.checked_add(debit).ok_or(Fault::TooLarge)?;
        credits = credits.checked_add(credit).ok_or(Fault::TooLarge)?;
        let amount = |minor| Sum::new(i128::from(minor), currency).money().map(Money::amount);
        let no_number = || Fault::Missing(format!("the number of account {account}"));
        let number = Some(config.accounts.number(account).ok_or_else(no_number)?.to_owned());
        lines.push(JournalLine {
            account,
            number: number.clone(),
            debit: amount(debit)?,
            credit: amount(credit)?,
        });
        let account = account.to_string();
        set.entry_lines.put(Line { entry_id, line, account, number, currency, debit, credit });
    }
    if debits != credits {
        return Err(Fault::Unbalanced(source));
    }
    set.entries.put(Entry {
        entry_id,
        source: source.clone(),
        note: note.clone(),
        date,
        currency,
        debit: debits,
        credit: credits,
    });
    let posted = JournalPosted { entry_id, date, currency, source, note, lines };
    outputs.event(&posted);
    let journal = Journal::from(posted);
    for erp in context.partners_with(Role::Erp) {
        outputs.document(erp, &journal);
    }
    Ok(())
}
