//! Rule P8: the part of what settled an invoice that its credit memos take back, and give back when a
//! reversal opens it again (P9).

use std::collections::BTreeMap;

use contracts::{
    InvoiceNumber,
    document::LedgerAccount::{Discounts, Receivable, UnappliedCash},
};
use mesh::Outputs;

use super::{
    Desk, Set, announce,
    apply::{cash, item, shift},
    cash::{Application, Cash},
    figures::{Stop, add, sub, total},
    item::{Item, Taken},
    journal::{Side, given_up, side},
    master::Today,
    statement,
    tell::{self, Booked},
};

/// What a memo takes back beyond what is open: what was given up, then the discount in proportion
/// (all that is left of it with the memo that completes the invoice), then cash that was received.
///
/// # Errors
/// When the amounts do not fit.
pub fn taken_back(set: &Set, item: &Item, memo: i64) -> Result<Taken, Stop> {
    let rest = sub(memo, item.open_amount)?.max(0);
    let given_up = item.written_off.min(rest);
    let rest = sub(rest, given_up)?;
    let completes = add(item.credited, memo)? >= item.total;
    let share = if completes { item.discount } else { share(set, item, memo)? };
    let never_received = sub(rest, item.paid.max(0))?;
    let discount = share.max(never_received).min(item.discount).min(rest);
    Ok(Taken { amount: sub(rest, discount)?, discount, given_up })
}

/// Half up (memo × discount ÷ invoice total).
fn share(set: &Set, item: &Item, memo: i64) -> Result<i64, Stop> {
    let back = credits(set, &item.invoice_number);
    let back = back.filter_map(|credit| of(set, &credit.payment, &item.invoice_number));
    let earned = i128::from(item.discount) - total(back.map(|it| it.discount));
    let whole = i128::from(item.total);
    let share = (2 * i128::from(memo) * earned + whole) / (2 * whole);
    i64::try_from(share).map_err(|_| Stop::Broken("a share of a discount is no amount"))
}

/// The cash of an item's credit memos.
fn credits<'a>(set: &'a Set, number: &'a InvoiceNumber) -> impl Iterator<Item = &'a Cash> {
    set.payments.iter().filter(move |cash| cash.credit_of.as_ref() == Some(number))
}

fn of<'a>(set: &'a Set, credit: &str, number: &InvoiceNumber) -> Option<&'a Application> {
    set.applications.get(&(credit.to_owned(), number.clone()))
}

/// The order in which an item gets back what its credit memos took.
#[derive(Debug, Clone, Copy)]
enum Part {
    /// The discount that was taken back of one that is gone with its payment.
    Unearned,
    /// Cash, as far as it pays nothing.
    Cash,
    /// The discount of a payment that stands.
    Discount,
    /// What was given up.
    GivenUp,
}

impl Part {
    /// At most so much of it has a credit memo to give back.
    fn most(self, set: &Set, credit: &str, number: &InvoiceNumber) -> Result<i64, Stop> {
        let took = of(set, credit, number).map(Application::taken).unwrap_or_default().back()?;
        Ok(match self {
            Self::Unearned => took.discount.min(sub(0, item(set, number)?.discount)?),
            Self::Cash => cash(set, credit)?.unapplied,
            Self::Discount => took.discount,
            Self::GivenUp => took.given_up,
        })
    }

    fn taken(self, amount: i64) -> Taken {
        let nothing = Taken::default();
        match self {
            Self::Cash => Taken::cash(amount),
            Self::Unearned | Self::Discount => Taken { discount: amount, ..nothing },
            Self::GivenUp => Taken { given_up: amount, ..nothing },
        }
    }
}

/// Puts what credit memos took back to an item that is open again, and says what that was: a memo
/// takes nothing back of an invoice while something of it is open.
///
/// # Errors
/// When the amounts do not fit.
pub fn given_back(set: &mut Set, number: &InvoiceNumber) -> Result<BTreeMap<String, Taken>, Stop> {
    let credits: Vec<String> = credits(set, number).map(|cash| cash.payment.clone()).collect();
    let mut given: BTreeMap<String, Taken> = BTreeMap::new();
    for part in [Part::Unearned, Part::Cash, Part::Discount, Part::GivenUp] {
        for credit in &credits {
            let amount = part.most(set, credit, number)?.min(item(set, number)?.open_amount);
            if amount <= 0 {
                continue;
            }
            let taken = part.taken(amount);
            shift(set, credit, number, taken)?;
            let before = given.entry(credit.clone()).or_default();
            *before = before.plus(taken)?;
        }
    }
    Ok(given)
}

/// Tells and books what a credit memo took back; below zero, what it gave back.
///
/// # Errors
/// When the amounts do not fit.
pub fn told(
    set: &mut Set,
    credit: &str,
    number: &InvoiceNumber,
    back: Taken,
    (today, desk): (&Today, &Desk<'_>),
    outputs: &mut Outputs,
) -> Result<(), Stop> {
    let (cash, item) = (cash(set, credit)?.clone(), item(set, number)?.clone());
    if back.given_up != 0 {
        announce::given_up(&item, sub(0, back.given_up)?, outputs);
    }
    if back.amount != 0 || back.discount != 0 {
        announce::pays(set, &cash, &[(number.clone(), back.back()?)], &[], outputs);
    }
    // The buyer hears where cash of its went; that it was credited it heard before.
    if back.amount < 0 || back.discount < 0 {
        tell::state(set, &cash, &tell::buyers(set, &cash, desk), outputs);
    }
    statement::taken_back(set, &cash, &item, back, today.date, desk);
    let booked = Booked::on(today.date, lines(&item, back)).noted(today.note.map(str::to_owned));
    tell::booked(set, credit, booked, desk, outputs)
}

fn lines(item: &Item, back: Taken) -> Vec<Side> {
    let Taken { amount, discount, given_up: loss } = back;
    let receivable = total([amount, discount, loss]);
    let mut lines = vec![
        side(Receivable, receivable),
        given_up(item, -loss),
        side(Discounts, -discount),
        side(UnappliedCash, -amount),
    ];
    // Debits come first.
    if receivable < 0 {
        lines.reverse();
    }
    lines
}
