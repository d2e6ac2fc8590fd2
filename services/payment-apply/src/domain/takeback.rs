//! The part of what settled an invoice that its credit memos take back (rule P8), and give back when a
//! reversal opens it again (rule P9).

use std::collections::BTreeMap;

use contracts::{
    InvoiceNumber,
    document::LedgerAccount::{Discounts, Receivable, UnappliedCash},
};
use mesh::{Halt, Outputs};

use super::{
    announce,
    apply::{cash, item, shift},
    cash::{Application, Cash},
    checked::{add, neg, sub, total},
    decision_context::DecisionContext,
    item::{Item, Taken},
    journal::{Side, given_up, side},
    notifications::{self, Booked},
    statement,
    today::Today,
};
use crate::unit_of_work::UnitOfWork;

/// The part that a memo takes back beyond what is open: what was given up, then the discount in
/// proportion (all that is left of it with the memo that completes the invoice), then cash that was
/// received.
pub fn taken_back(work: &UnitOfWork, item: &Item, memo: i64) -> Result<Taken, Halt> {
    let rest = sub(memo, item.open_amount)?.max(0);
    let given_up = item.written_off.min(rest);
    let rest = sub(rest, given_up)?;
    let completes = add(item.credited, memo)? >= item.total;
    let share = if completes { item.discount } else { share(work, item, memo)? };
    let never_received = sub(rest, item.paid.max(0))?;
    let discount = share.max(never_received).min(item.discount).min(rest);
    Ok(Taken { amount: sub(rest, discount)?, discount, given_up })
}

/// Half up (memo × discount ÷ invoice total).
fn share(work: &UnitOfWork, item: &Item, memo: i64) -> Result<i64, Halt> {
    let back = credits(work, &item.invoice_number);
    let back = back.filter_map(|credit| of(work, &credit.payment, &item.invoice_number));
    let earned = i128::from(item.discount) - total(back.map(|it| it.discount));
    let whole = i128::from(item.total);
    let share = (2 * i128::from(memo) * earned + whole) / (2 * whole);
    i64::try_from(share).map_err(|_| Halt::broken("a share of a discount is no amount"))
}

/// The cash of an item's credit memos.
fn credits<'a>(work: &'a UnitOfWork, number: &'a InvoiceNumber) -> impl Iterator<Item = &'a Cash> {
    work.payments.having("credit_of", number)
}

fn of<'a>(work: &'a UnitOfWork, credit: &str, number: &InvoiceNumber) -> Option<&'a Application> {
    work.applications.get(&(credit.to_owned(), number.clone()))
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
    /// The amount that was given up.
    GivenUp,
}

impl Part {
    /// The most of it that a credit memo has to give back.
    fn most(self, work: &UnitOfWork, credit: &str, number: &InvoiceNumber) -> Result<i64, Halt> {
        let took = of(work, credit, number).map(Application::taken).unwrap_or_default().back()?;
        Ok(match self {
            Self::Unearned => took.discount.min(neg(item(work, number)?.discount)?),
            Self::Cash => cash(work, credit)?.unapplied,
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

/// Puts what credit memos took back to an item that is open again, and returns it: a memo takes
/// nothing back of an invoice while something of it is open.
pub fn given_back(
    work: &mut UnitOfWork,
    number: &InvoiceNumber,
) -> Result<BTreeMap<String, Taken>, Halt> {
    let credits: Vec<String> = credits(work, number).map(|cash| cash.payment.clone()).collect();
    let mut given: BTreeMap<String, Taken> = BTreeMap::new();
    for part in [Part::Unearned, Part::Cash, Part::Discount, Part::GivenUp] {
        for credit in &credits {
            let amount = part.most(work, credit, number)?.min(item(work, number)?.open_amount);
            if amount <= 0 {
                continue;
            }
            let taken = part.taken(amount);
            shift(work, credit, number, taken)?;
            let before = given.entry(credit.clone()).or_default();
            *before = before.plus(taken)?;
        }
    }
    Ok(given)
}

/// Tells and books what a credit memo took back; below zero, what it gave back.
pub fn told(
    work: &mut UnitOfWork,
    credit: &str,
    number: &InvoiceNumber,
    back: Taken,
    (today, context): (&Today, &DecisionContext<'_>),
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let (cash, item) = (cash(work, credit)?.clone(), item(work, number)?.clone());
    if back.given_up != 0 {
        announce::given_up(&item, neg(back.given_up)?, outputs);
    }
    if back.amount != 0 || back.discount != 0 {
        announce::pays(work, &cash, &[(number.clone(), back.back()?)], &[], outputs);
    }
    // The buyer hears where cash of its went; that it was credited it heard before.
    if back.amount < 0 || back.discount < 0 {
        notifications::state(work, &cash, &notifications::buyers(work, &cash, context), outputs);
    }
    statement::taken_back(work, &cash, &item, back, today.date, context);
    let booked = Booked::on(today.date, lines(&item, back)).noted(today.note.map(str::to_owned));
    notifications::booked(work, credit, booked, context, outputs)
}

fn lines(item: &Item, back: Taken) -> Vec<Side> {
    let Taken { amount, discount, given_up: loss } = back;
    let receivable = total([amount, discount, loss]);
    let mut lines = vec![
        side(Receivable, receivable),
        given_up(item, -i128::from(loss)),
        side(Discounts, -i128::from(discount)),
        side(UnappliedCash, -i128::from(amount)),
    ];
    // Debits come first.
    if receivable < 0 {
        lines.reverse();
    }
    lines
}
