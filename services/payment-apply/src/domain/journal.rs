//! The journal: balanced entries that never change, each told to every ERP.

use contracts::{
    Currency, EntryId, Money,
    decimal::MAX_DIGITS,
    document::{Journal, JournalLine, LedgerAccount},
    event::JournalPosted,
    ids::derived,
    partner::Role,
};
use jiff::civil::Date;
use mesh::Outputs;

use super::{Desk, Set, figures::Stop, item::Item, period::open_day};

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
    pub debit: i128,
    /// The sum of its credits, the same: the database refuses any other.
    pub credit: i128,
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
    /// The day it counts, whether it is closed or not.
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
    /// In minor units; more than one amount holds is told in several lines (D2).
    pub amount: i128,
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
pub fn side(account: LedgerAccount, amount: impl Into<i128>) -> Side {
    Side { account, as_if: Numbered::Account(account), amount: amount.into() }
}

/// A side of write-offs, of this item: what a payer kept back is another expense to the seller than a
/// debt that went bad (P5).
#[must_use]
pub fn given_up(item: &Item, amount: i64) -> Side {
    let as_if = match item.deducted_by {
        Some(_) => Numbered::Deductions,
        None => Numbered::Account(LedgerAccount::WriteOffs),
    };
    Side { account: LedgerAccount::WriteOffs, as_if, amount: amount.into() }
}

/// The largest amount that a line holds, in minor units.
const LARGEST: i128 = 10_i128.pow(MAX_DIGITS) - 1;

/// The amounts of the lines that tell a side: one, unless it is more than a line holds.
fn lines_of(side: &Side) -> impl Iterator<Item = i64> {
    let (sign, mut left) = (side.amount.signum(), side.amount.abs());
    std::iter::from_fn(move || {
        let part = left.min(LARGEST);
        left -= part;
        i64::try_from(sign * part).ok().filter(|part| *part != 0)
    })
}

fn join(note: Option<String>, moved: Option<String>) -> Option<String> {
    match (note, moved) {
        (Some(note), Some(moved)) => Some(format!("{note}; {moved}")),
        (note, moved) => note.or(moved),
    }
}

/// Books an entry, announces it and tells every ERP. Nothing to book, no entry. What counts on a
/// closed day is dated on the first open one (I13).
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
    let (date, moved) = open_day(set, date);
    let note = join(note, moved);
    let sides = lines.iter().flat_map(|side| lines_of(side).map(move |amount| (side, amount)));
    let entry_id = EntryId(derived(&["payment-apply", "entry", &source, &number.to_string()]));
    let (mut debits, mut credits, mut told) = (0_i128, 0_i128, Vec::new());
    for (line, (Side { account, as_if, .. }, amount)) in (1..).zip(sides) {
        let (debit, credit) = (amount.max(0), (-amount).max(0));
        debits += i128::from(debit);
        credits += i128::from(credit);
        let (account, name) = (*account, account.to_string());
        let number = desk.config.accounts.number(*as_if).map(str::to_owned);
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
