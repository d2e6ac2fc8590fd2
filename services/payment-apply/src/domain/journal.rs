//! The journal: balanced entries that never change, each told to every ERP.

use contracts::{
    Currency, EntryId, Money,
    document::{Journal, JournalLine, LedgerAccount},
    event::JournalPosted,
    ids::derived,
    partner::Role,
};
use jiff::civil::Date;
use mesh::Outputs;

use super::{
    Desk, Set,
    figures::{Stop, add},
};

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Derived from its source and its number there.
    pub entry_id: EntryId,
    /// The day it counts.
    pub date: Date,
    /// The currency of its lines.
    pub currency: Currency,
    /// What it is of.
    pub source: String,
    /// What finance should know of it.
    pub note: Option<String>,
    /// The sum of its debits.
    pub debit: i64,
    /// The sum of its credits, the same: the database refuses any other.
    pub credit: i64,
}

/// One line of an entry, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryLine {
    /// The entry.
    pub entry_id: EntryId,
    /// Its place there.
    pub line: u32,
    /// The account.
    pub account: String,
    /// Its number in the seller's chart of accounts.
    pub number: Option<String>,
    /// The entry's currency, for the account's total.
    pub currency: Currency,
    /// What it is debited.
    pub debit: i64,
    /// What it is credited.
    pub credit: i64,
}

mesh::row!(Entry in "journal_entries" by (entry_id: EntryId) {
    entry_id, date, currency, source, note, debit, credit
});
mesh::row!(EntryLine in "journal_lines" by (entry_id: EntryId, line: u32) {
    entry_id, line, account, number, currency, debit, credit
});

/// What is to be booked.
#[derive(Debug)]
pub struct Booking {
    /// The day it counts.
    pub date: Date,
    /// The currency.
    pub currency: Currency,
    /// What it is of, such as `payment/bank/CHK-5512`.
    pub source: String,
    /// Its number among the entries of that source.
    pub number: u32,
    /// What finance should know of it.
    pub note: Option<String>,
    /// Debits above zero, credits below, in minor units; equal in sum.
    pub lines: Vec<Side>,
}

/// An account and what it is debited; below zero, credited.
#[derive(Debug, Clone, Copy)]
pub struct Side {
    /// The account, for the books.
    pub account: LedgerAccount,
    /// Whose number in the seller's chart it is told under: mostly its own.
    pub as_if: Numbered,
    /// In minor units.
    pub amount: i64,
}

/// What has a number in the seller's chart of accounts.
#[derive(Debug, Clone, Copy)]
pub enum Numbered {
    /// An account of the books.
    Account(LedgerAccount),
    /// Write-offs of what payers kept back with a reason (P5).
    Deductions,
}

/// A side under the account's own number.
#[must_use]
pub fn side(account: LedgerAccount, amount: i64) -> Side {
    Side { account, as_if: Numbered::Account(account), amount }
}

/// Books an entry, announces it and tells every ERP. Nothing to book, no entry.
///
/// # Errors
/// When debits and credits differ: that would be a defect here.
pub fn book(
    set: &mut Set,
    booking: Booking,
    desk: &Desk<'_>,
    outputs: &mut Outputs,
) -> Result<(), Stop> {
    let Booking { date, currency, source, number, note, lines } = booking;
    let sides = lines.into_iter().filter(|side| side.amount != 0);
    let entry_id = EntryId(derived(&["payment-apply", "entry", &source, &number.to_string()]));
    let (mut debits, mut credits, mut told) = (0, 0, Vec::new());
    for (line, Side { account, as_if, amount }) in (1..).zip(sides) {
        let (debit, credit) = (amount.max(0), amount.min(0).saturating_neg());
        (debits, credits) = (add(debits, debit)?, add(credits, credit)?);
        let (name, number) =
            (account.to_string(), desk.config.accounts.number(as_if).map(str::to_owned));
        set.entry_lines.put(EntryLine {
            entry_id,
            line,
            account: name,
            number: number.clone(),
            currency,
            debit,
            credit,
        });
        let money = |minor| Money::new(minor, currency).amount();
        told.push(JournalLine { account, number, debit: money(debit), credit: money(credit) });
    }
    if told.is_empty() {
        return Ok(());
    }
    if debits != credits {
        return Err(Stop::Broken("a journal entry is not balanced"));
    }
    set.entries.put(Entry {
        entry_id,
        date,
        currency,
        source: source.clone(),
        note: note.clone(),
        debit: debits,
        credit: credits,
    });
    let posted = JournalPosted { entry_id, date, currency, source, note, lines: told };
    outputs.event(&posted);
    let document = Journal::from(posted);
    for erp in desk.context.partners_with(Role::Erp) {
        outputs.document(erp, &document);
    }
    Ok(())
}
