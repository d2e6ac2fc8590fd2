//! The journal: balanced entries that never change, each told to every ERP.

use contracts::{
    Currency, EntryId, Money,
    document::{Journal, JournalLine, LedgerAccount},
    event::JournalPosted,
    ids::derived,
    partner::Role,
};
use jiff::{civil::Date, tz::TimeZone};
use mesh::{Context, Outputs};

use super::{
    Set,
    figures::{Stop, sum},
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
    /// The entry's currency, for the account's total.
    pub currency: Currency,
    /// What it is debited.
    pub debit: i64,
    /// What it is credited.
    pub credit: i64,
}

mesh::row!(Entry in "journal_entries" by (entry_id: EntryId) { entry_id, date, currency, source });
mesh::row!(EntryLine in "journal_lines" by (entry_id: EntryId, line: u32) {
    entry_id, line, account, currency, debit, credit
});

/// The day of what no document dates, in UTC.
pub fn today(context: &Context<'_>) -> Date {
    context.now.to_zoned(TimeZone::UTC).date()
}

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
    /// Debits above zero, credits below, in minor units; equal in sum.
    pub lines: Vec<(LedgerAccount, i64)>,
}

/// Books an entry, announces it and tells every ERP. Nothing to book, no entry.
///
/// # Errors
/// When debits and credits differ: that would be a defect here.
pub fn book(
    set: &mut Set,
    booking: Booking,
    context: &Context<'_>,
    outputs: &mut Outputs,
) -> Result<(), Stop> {
    let Booking { date, currency, source, number, lines } = booking;
    let lines: Vec<_> = lines.into_iter().filter(|(_, amount)| *amount != 0).collect();
    if lines.is_empty() {
        return Ok(());
    }
    if sum(lines.iter().map(|(_, amount)| *amount))? != 0 {
        return Err(Stop::Broken("a journal entry is not balanced"));
    }
    let entry_id = EntryId(derived(&["payment-apply", "entry", &source, &number.to_string()]));
    let mut told = Vec::new();
    for (line, (account, amount)) in (1..).zip(lines) {
        let (debit, credit) = (amount.max(0), amount.min(0).saturating_neg());
        let account_name = account.to_string();
        set.entry_lines.put(EntryLine {
            entry_id,
            line,
            account: account_name,
            currency,
            debit,
            credit,
        });
        let money = |minor| Money::new(minor, currency).amount();
        let number = None;
        told.push(JournalLine { account, number, debit: money(debit), credit: money(credit) });
    }
    set.entries.put(Entry { entry_id, date, currency, source: source.clone() });
    let posted = JournalPosted { entry_id, date, currency, source, note: None, lines: told };
    outputs.event(&posted);
    let document = Journal::from(posted);
    for erp in context.partners_with(Role::Erp) {
        outputs.document(erp, &document);
    }
    Ok(())
}
