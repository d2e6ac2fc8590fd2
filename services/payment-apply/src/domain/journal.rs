//! The entries of cash in the journal.

use contracts::{Currency, EntryId, decimal::MAX_DIGITS, document::LedgerAccount, ids::derived};
use jiff::civil::Date;
use mesh::{
    Halt, Outputs,
    books::{Entry, EntryHead, Posting},
};

use super::{decision_context::DecisionContext, item::Item, period::open_day};
use crate::{config::Numbered, unit_of_work::UnitOfWork};

/// An entry to be posted.
#[derive(Debug)]
pub struct Booking {
    /// The day on which it counts, closed or not.
    pub date: Date,
    pub currency: Currency,
    /// The business document behind the entry, such as `payment/bank/CHK-5512`.
    pub source: String,
    /// The number among the entries of that source.
    pub number: u32,
    /// A note to finance.
    pub note: Option<String>,
    pub sides: Vec<Side>,
}

/// An account and the amount that it is debited; below zero, credited.
#[derive(Debug, Clone, Copy)]
pub struct Side {
    account: LedgerAccount,
    /// The account whose number in the seller's chart it is told under: mostly its own.
    as_if: Numbered,
    /// In minor units. More than one amount holds is told in several lines (rule D2).
    amount: i128,
}

/// A side under the account's own number.
pub fn side(account: LedgerAccount, amount: impl Into<i128>) -> Side {
    Side { account, as_if: Numbered::Account(account), amount: amount.into() }
}

/// A write-off of this item. To the seller, what a payer kept back is another expense than a debt that
/// went bad (rule P5).
pub fn given_up(item: &Item, amount: impl Into<i128>) -> Side {
    let as_if = match item.deducted_by {
        Some(_) => Numbered::Deductions,
        None => Numbered::Account(LedgerAccount::WriteOffs),
    };
    Side { account: LedgerAccount::WriteOffs, as_if, amount: amount.into() }
}

/// Posts an entry. What counts on a closed day is dated on the first open one (rule I13). Without
/// amounts there is no entry.
pub fn book(
    work: &mut UnitOfWork,
    booking: Booking,
    context: &DecisionContext<'_>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let Booking { date, currency, source, number, note, sides } = booking;
    let (date, moved) = open_day(&work.periods, date);
    let note = join(note, moved);
    let entry_id = EntryId(derived(&["payment-apply", "entry", &source, &number.to_string()]));
    let numbers = &context.config.accounts;
    let postings = sides.iter().flat_map(|Side { account, as_if, amount }| {
        let number = numbers.number(*as_if);
        parts(*amount).map(move |part| Posting::debit(*account, number, part))
    });
    let postings: Vec<Posting> = postings.collect();
    if postings.is_empty() {
        return Ok(());
    }
    let head = EntryHead { entry_id, date, currency, source, note };
    let entry = Entry::balanced(head, postings)?;
    entry.post(&mut work.entries, &mut work.entry_lines, outputs, context.mesh);
    Ok(())
}

/// The largest amount that a line holds, in minor units.
const LARGEST: i128 = 10_i128.pow(MAX_DIGITS) - 1;

/// The amounts of the lines that tell a side: one, unless it is more than a line holds.
fn parts(amount: i128) -> impl Iterator<Item = i64> {
    let (sign, mut left) = (amount.signum(), amount.abs());
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
