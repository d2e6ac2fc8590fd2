//! The events between a seller, its customers and their bank; small numbers, so that things
//! meet.

use std::ops::Range;

use proptest::{prelude::*, sample::Index};

use super::wire::{currency_of, customer_of};

pub const CURRENCIES: [&str; 3] = ["USD", "KWD", "JPY"];
pub const PAYMENTS: u8 = 5;
pub const INVOICES: u8 = 6;
/// Credit memos of an invoice: two of at most half of it, and one of all that these leave.
pub const LAST_MEMO: u8 = 2;
/// What is owed: invoices, then what the bank took back after it was refunded.
const OWED: u8 = INVOICES + PAYMENTS;
/// Where unapplied cash lies: payments, then what the first two credit memos freed.
const PURSES: u8 = PAYMENTS + 2 * INVOICES;

/// A sequence of happenings, and the amounts that invoices and credit memos have in it.
#[derive(Debug, Clone)]
pub struct Deal {
    pub totals: Vec<i64>,
    pub percents: Vec<(i64, i64)>,
    pub oldest_due_first: bool,
    /// Whether credit memos come in time for the discount, so that what they free may earn it.
    pub early_memos: bool,
    pub happenings: Vec<Happening>,
    /// Places in `happenings`: each once, in order, and some of them again later.
    order: Vec<usize>,
}

#[derive(Debug, Clone)]
pub enum Happening {
    Invoice(u8),
    Payment { id: u8, amount: i64, early: bool, payer: u8, currency: usize, lines: Vec<Line> },
    Credit { number: u8, memo: u8 },
    Reversal { id: u8 },
    Apply { purse: u8, number: u8, amount: i64 },
    Refund { purse: u8, number: u8, amount: i64 },
    WriteOff { number: u8, amount: i64 },
}

/// A line of a remittance.
#[derive(Debug, Clone)]
pub struct Line {
    pub number: u8,
    pub by_po: bool,
    pub amount: i64,
    pub deducts: bool,
}

impl Deal {
    /// What happens, one after the other, with its place: the same place again is the same message.
    pub fn steps(&self) -> impl Iterator<Item = (usize, &Happening)> {
        self.order.iter().map(|index| (*index, &self.happenings[*index]))
    }

    fn then(&mut self, happening: Happening) {
        self.order.push(self.happenings.len());
        self.happenings.push(happening);
    }
}

fn line() -> impl Strategy<Value = Line> {
    (1..=INVOICES, any::<bool>(), 0..15_000_i64, prop::bool::weighted(0.2))
        .prop_map(|(number, by_po, amount, deducts)| Line { number, by_po, amount, deducts })
}

fn payment() -> impl Strategy<Value = Happening> {
    let currency = prop_oneof![4 => Just(0_usize), 1 => Just(1), 1 => Just(2)];
    let lines = prop::collection::vec(line(), 0..4);
    (1..=PAYMENTS, 0..20_000_i64, any::<bool>(), 0..4_u8, currency, lines).prop_map(
        |(id, amount, early, payer, currency, lines)| Happening::Payment {
            id,
            amount,
            early,
            payer,
            currency,
            lines,
        },
    )
}

fn apply(purses: u8, owed: u8) -> impl Strategy<Value = Happening> {
    (1..=purses, 1..=owed, 1..9_000_i64).prop_map(|(purse, number, amount)| Happening::Apply {
        purse,
        number,
        amount,
    })
}

/// Nothing that leaves the house for good: no refunds, no write-offs, and cash that a credit memo
/// freed stays where it is.
fn money() -> impl Strategy<Value = Happening> {
    prop_oneof![
        3 => (1..=INVOICES).prop_map(Happening::Invoice),
        4 => payment(),
        2 => (1..=INVOICES, 0..LAST_MEMO)
            .prop_map(|(number, memo)| Happening::Credit { number, memo }),
        1 => (1..=PAYMENTS).prop_map(|id| Happening::Reversal { id }),
        1 => apply(PAYMENTS, INVOICES),
    ]
}

fn with_operator() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => money(),
        1 => apply(PURSES, OWED),
        1 => (1..=PURSES, 1..=INVOICES, 1..9_000_i64)
            .prop_map(|(purse, number, amount)| Happening::Refund { purse, number, amount }),
        1 => (1..=OWED, 1..9_000_i64)
            .prop_map(|(number, amount)| Happening::WriteOff { number, amount }),
    ]
}

fn deal(
    happening: impl Strategy<Value = Happening>,
    length: Range<usize>,
) -> impl Strategy<Value = Deal> {
    let invoices = usize::from(INVOICES);
    let totals = prop::collection::vec(1..12_000_i64, invoices);
    let percents = prop::collection::vec((1..=50_i64, 1..=50_i64), invoices);
    let again = prop::option::weighted(0.2, any::<Index>());
    let exact = prop::option::weighted(0.3, 1..=INVOICES);
    let happenings = prop::collection::vec((happening, exact, again), length);
    (totals, percents, any::<[bool; 2]>(), happenings).prop_map(
        |(totals, percents, [oldest_due_first, early_memos], told)| {
            let (happenings, order) = (Vec::new(), Vec::new());
            let mut deal =
                Deal { totals, percents, oldest_due_first, early_memos, happenings, order };
            for (happening, exact, again) in told {
                let happening = exact.map_or(happening.clone(), |it| happening.paying(it, &deal));
                deal.then(happening);
                let known = deal.happenings.len();
                deal.order.extend(again.map(|again| again.index(known)));
            }
            deal
        },
    )
}

/// Anything.
pub fn any_deal() -> impl Strategy<Value = Deal> {
    deal(with_operator(), 1..40)
}

/// So many that most have something to do with another.
pub fn long_deal() -> impl Strategy<Value = Deal> {
    deal(with_operator(), 60..100)
}

/// Without refunds, write-offs and what credit memos freed.
pub fn without_operator() -> impl Strategy<Value = Deal> {
    deal(money(), 1..40)
}

/// The deal, and at its end every payment reversed, in any order.
pub fn and_all_reversed(deal: Deal) -> impl Strategy<Value = Deal> {
    let deal = Deal { early_memos: false, ..deal };
    followed_by(deal, (1..=PAYMENTS).map(|id| Happening::Reversal { id }).collect())
}

/// The deal, and at its end every payment reversed and what is left of every invoice credited, in
/// any order.
pub fn and_all_taken_back(deal: Deal) -> impl Strategy<Value = Deal> {
    let reversals = (1..=PAYMENTS).map(|id| Happening::Reversal { id });
    let credits = (1..=INVOICES).map(|number| Happening::Credit { number, memo: LAST_MEMO });
    followed_by(Deal { early_memos: false, ..deal }, reversals.chain(credits).collect())
}

fn followed_by(deal: Deal, end: Vec<Happening>) -> impl Strategy<Value = Deal> {
    Just(end).prop_shuffle().prop_map(move |end| {
        let mut deal = deal.clone();
        end.into_iter().for_each(|happening| deal.then(happening));
        deal
    })
}

/// What an earlier happening must be for another not to wait.
type Needs = Box<dyn Fn(&Happening) -> bool>;

impl Happening {
    /// A payment that earns the discount of an invoice, with a remittance or without one.
    fn paying(self, number: u8, deal: &Deal) -> Self {
        let Self::Payment { id, lines, .. } = self else { return self };
        let total = deal.totals[usize::from(number) - 1];
        let amount = total - (total * 2 + 50) / 100;
        let line = Line { number, by_po: false, amount, deducts: false };
        let lines = if lines.is_empty() { lines } else { vec![line] };
        let currency = CURRENCIES.iter().position(|it| *it == currency_of(number)).unwrap();
        let payer = if customer_of(number) == "C-100" { 0 } else { 2 };
        Self::Payment { id, amount, early: true, payer, currency, lines }
    }

    /// What it would wait for.
    pub fn needs(&self) -> Option<Needs> {
        match *self {
            Self::Credit { number, .. } => Some(Box::new(
                move |it: &Self| matches!(it, Self::Invoice(known) if *known == number),
            )),
            Self::Reversal { id } => Some(Box::new(
                move |it: &Self| matches!(it, Self::Payment { id: known, .. } if *known == id),
            )),
            Self::Invoice(_)
            | Self::Payment { .. }
            | Self::Apply { .. }
            | Self::Refund { .. }
            | Self::WriteOff { .. } => None,
        }
    }
}
