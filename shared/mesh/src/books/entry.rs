//! A balanced entry of a service's journal: made, stored and published in one way.

use contracts::{
    Currency, EntryId, Money, MoneyError,
    decimal::MAX_DIGITS,
    document::{Journal, JournalLine, LedgerAccount},
    event::JournalPosted,
    partner::Role,
};
use jiff::civil::Date;

use crate::{Context, Halt, Migration, Outputs, Rows};

/// The tables of a journal. A service that posts adds them to its own.
pub const TABLES: Migration =
    Migration { name: "0001_journal", sql: include_str!("../../migrations/0001_journal.sql") };

/// An entry as it is stored, in the order in which entries are published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryRow {
    /// Accounting day of the entry.
    pub date: Date,
    /// The business document behind the entry, such as `invoice/INV-000123`.
    pub source: String,
    /// Derived from the source: a source is booked once.
    pub entry_id: EntryId,
    pub currency: Currency,
    /// Note for finance, shown with the entry.
    pub note: Option<String>,
    /// The sum of the debits, in minor units.
    pub debit: i128,
    /// The sum of the credits, which is the same: the database refuses any other.
    pub credit: i128,
}

/// A line of an entry as it is kept; one of the two amounts is zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    pub entry_id: EntryId,
    /// The place in the entry, from 1.
    pub line: u32,
    pub account: LedgerAccount,
    /// The account's number in the seller's chart of accounts.
    pub number: Option<String>,
    /// The entry's currency, for the account's totals.
    pub currency: Currency,
    /// Debited amount in minor units.
    pub debit: i64,
    /// Credited amount in minor units.
    pub credit: i64,
}

crate::text_column!(LedgerAccount);
crate::row!(EntryRow in "journal_entries" by (date: Date, source: String, entry_id: EntryId) {
    date, source, entry_id, currency, note, debit, credit
});
crate::row!(LineRow in "journal_lines" by (entry_id: EntryId, line: u32) {
    entry_id, line, account, number, currency, debit, credit
});

/// The head of an entry that is to be posted.
#[derive(Debug, Clone)]
pub struct EntryHead {
    pub entry_id: EntryId,
    /// Accounting day of the entry.
    pub date: Date,
    pub currency: Currency,
    /// The business document behind the entry, such as `invoice/INV-000123`.
    pub source: String,
    /// Note for finance, shown with the entry.
    pub note: Option<String>,
}

/// A debit or a credit of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    account: LedgerAccount,
    number: Option<String>,
    /// In minor units: a debit above zero, a credit below.
    amount: i64,
}

impl Posting {
    /// A debit of so many minor units; below zero, a credit. `number` is the account's in the
    /// seller's chart of accounts.
    #[must_use]
    pub fn debit(account: LedgerAccount, number: Option<&str>, amount: i64) -> Self {
        Self { account, number: number.map(str::to_owned), amount }
    }

    /// A credit of so many minor units; below zero, a debit.
    #[must_use]
    pub fn credit(account: LedgerAccount, number: Option<&str>, amount: i64) -> Self {
        Self::debit(account, number, -amount)
    }

    fn row(self, line: u32, head: &EntryHead) -> Result<LineRow, Halt> {
        let Self { account, number, amount } = self;
        if amount.unsigned_abs() >= 10_u64.pow(MAX_DIGITS) {
            return Err(Halt::broken(MoneyError::Overflow));
        }
        let (debit, credit) = (amount.max(0), (-amount).max(0));
        let &EntryHead { entry_id, currency, .. } = head;
        Ok(LineRow { entry_id, line, account, number, currency, debit, credit })
    }
}

/// An entry whose debits and credits are equal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    row: EntryRow,
    lines: Vec<LineRow>,
}

impl Entry {
    /// Makes an entry of its lines.
    ///
    /// # Errors
    /// [`Halt::broken`] when it has no lines, debits and credits differ, or a line is larger than an
    /// amount can be (rule D2).
    pub fn balanced(
        head: EntryHead,
        postings: impl IntoIterator<Item = Posting>,
    ) -> Result<Self, Halt> {
        let rows = (1_u32..).zip(postings).map(|(line, posting)| posting.row(line, &head));
        let lines = rows.collect::<Result<Vec<_>, _>>()?;
        let sum = |side: fn(&LineRow) -> i64| lines.iter().map(|line| i128::from(side(line))).sum();
        let (debit, credit): (i128, i128) = (sum(|line| line.debit), sum(|line| line.credit));
        let EntryHead { entry_id, date, currency, source, note } = head;
        if lines.is_empty() {
            return Err(Halt::broken(format!("the entry {source} has no lines")));
        }
        if debit != credit {
            return Err(Halt::broken(format!("the entry {source} is not balanced")));
        }
        let row = EntryRow { date, source, entry_id, currency, note, debit, credit };
        Ok(Self { row, lines })
    }

    /// Keeps the entry, announces it and sends it to every ERP.
    pub fn post(
        self,
        entries: &mut Rows<EntryRow>,
        lines: &mut Rows<LineRow>,
        outputs: &mut Outputs,
        context: &Context<'_>,
    ) {
        let posted = posted(&self.row, &self.lines);
        entries.put(self.row);
        self.lines.into_iter().for_each(|line| lines.put(line));
        outputs.event(&posted);
        let journal = Journal::from(posted);
        for erp in context.partners_with(Role::Erp) {
            outputs.document(erp, &journal);
        }
    }
}

/// An entry as it is published.
pub(super) fn posted(row: &EntryRow, lines: &[LineRow]) -> JournalPosted {
    let amount = |minor| Money::new(minor, row.currency).amount();
    let lines = lines.iter().map(|line| JournalLine {
        account: line.account,
        number: line.number.clone(),
        debit: amount(line.debit),
        credit: amount(line.credit),
    });
    JournalPosted {
        entry_id: row.entry_id,
        date: row.date,
        currency: row.currency,
        source: row.source.clone(),
        note: row.note.clone(),
        lines: lines.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(amounts: &[i64]) -> Result<Entry, Halt> {
        let head = EntryHead {
            entry_id: EntryId(uuid::Uuid::nil()),
            date: Date::constant(2026, 3, 2),
            currency: "USD".parse().unwrap(),
            source: "test".to_owned(),
            note: None,
        };
        let posting = |amount: &i64| Posting::debit(LedgerAccount::Cash, Some("1000"), *amount);
        Entry::balanced(head, amounts.iter().map(posting))
    }

    #[test]
    fn i8_an_entry_has_lines_whose_debits_and_credits_are_equal() {
        assert!(entry(&[100, -60, -40]).is_ok());
        assert!(entry(&[0, 0]).is_ok());
        let source = |why: &str| Err(Halt::broken(format!("the entry test {why}")));
        assert_eq!(entry(&[100, -99]), source("is not balanced"));
        assert_eq!(entry(&[]), source("has no lines"));
    }

    #[test]
    fn d2_no_line_is_larger_than_an_amount() {
        let largest = 999_999_999_999_999_999;
        assert!(entry(&[largest, largest, -largest, -largest]).is_ok());
        assert!(entry(&[largest + 1, -largest, -1]).is_err());
    }

    #[test]
    fn an_entry_is_kept_announced_and_sent() {
        let (mut entries, mut lines) = (Rows::default(), Rows::default());
        let mut outputs = Outputs::none();
        let context = Context {
            now: jiff::Timestamp::UNIX_EPOCH,
            dates: crate::DateLimits::default(),
            inbound: None,
            partners: &crate::Partners::new(),
            last_chance: false,
        };
        entry(&[100, -100]).unwrap().post(&mut entries, &mut lines, &mut outputs, &context);
        let kept: Vec<_> = lines.found().map(|line| (line.line, line.debit, line.credit)).collect();
        assert_eq!(kept, [(1, 100, 0), (2, 0, 100)]);
        assert_eq!(entries.found().map(|row| (row.debit, row.credit)).next(), Some((100, 100)));
        let told = &outputs.events::<JournalPosted>()[0].lines;
        assert_eq!(told[1].credit.to_string(), "1.00");
    }
}
