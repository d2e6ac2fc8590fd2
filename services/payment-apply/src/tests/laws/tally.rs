//! The sum of what was sent and taken, added up from what the test itself sent: nothing in here asks the ledger
//! for an amount.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    happening::{CURRENCIES, Deal, Happening, INVOICES, PAYMENTS},
    wire::{credited_by, currency_of, memo_amount, refund_owed},
};

/// What is left of an item, in minor units.
#[derive(Default)]
pub struct Left {
    pub open: i64,
    /// What its credits have left.
    pub cash: i64,
    pub given_up: i64,
}

/// Amounts in minor units.
#[derive(Default)]
pub struct Tally {
    invoices: BTreeMap<u8, i64>,
    memos: BTreeMap<(u8, u8), i64>,
    /// Payments by id, with their currency: the first report stands.
    payments: BTreeMap<u8, (&'static str, i64)>,
    reversed: BTreeSet<u8>,
    /// Commands that were carried out, by their place.
    commands: BTreeMap<usize, Happening>,
}

impl Tally {
    /// Takes note of what was decided; of a command, where it was carried out.
    pub fn note(&mut self, deal: &Deal, index: usize, happening: &Happening, carried_out: bool) {
        match happening {
            Happening::Invoice(number) => {
                self.invoices.insert(*number, deal.totals[usize::from(*number) - 1]);
            }
            Happening::Credit { number, memo } => {
                self.memos.insert((*number, *memo), memo_amount(deal, *number, *memo));
            }
            Happening::Payment { id, amount, currency, .. } => {
                self.payments.entry(*id).or_insert((CURRENCIES[*currency], *amount));
            }
            Happening::Reversal { id } => {
                self.reversed.insert(*id);
            }
            Happening::Apply { .. } | Happening::Refund { .. } | Happening::WriteOff { .. } => {
                if carried_out {
                    self.commands.insert(index, happening.clone());
                }
            }
        }
    }

    /// Invoices less credit memos: what invoicing posted to the receivable account.
    pub fn billed(&self, currency: &str) -> i64 {
        let of = |number: &u8| currency_of(*number) == currency;
        let invoices = self.invoices.iter().filter(|(number, _)| of(number));
        let memos = self.memos.iter().filter(|((number, _), _)| of(number));
        invoices.map(|it| it.1).sum::<i64>() - memos.map(|it| it.1).sum::<i64>()
    }

    pub fn received(&self, currency: &str) -> i64 {
        let payments = self.payments.values().filter(|(its, _)| *its == currency);
        payments.map(|(_, amount)| amount).sum()
    }

    pub fn reversed(&self, currency: &str) -> i64 {
        let payments = self.reversed.iter().map(|id| self.payments[id]);
        payments.filter(|(its, _)| *its == currency).map(|(_, amount)| amount).sum()
    }

    pub fn refunded(&self, currency: &str) -> i64 {
        self.given_back(|_, number| currency_of(number) == currency)
    }

    pub fn written_off(&self, currency: &str) -> i64 {
        self.given_up(|number| currency_of(number) == currency)
    }

    fn given_back(&self, counts: impl Fn(u8, u8) -> bool) -> i64 {
        let amount = |it: &Happening| {
            let Happening::Refund { purse, number, amount } = it else { return 0 };
            if counts(*purse, *number) { *amount } else { 0 }
        };
        self.commands.values().map(amount).sum()
    }

    fn given_up(&self, counts: impl Fn(u8) -> bool) -> i64 {
        let amount = |it: &Happening| {
            let Happening::WriteOff { number, amount } = it else { return 0 };
            if counts(*number) { *amount } else { 0 }
        };
        self.commands.values().map(amount).sum()
    }

    /// What operators let credits pay.
    fn moved(&self, counts: impl Fn(u8, u8) -> bool) -> i64 {
        let amount = |it: &Happening| {
            let Happening::Apply { purse, number, amount } = it else { return 0 };
            let is_credit = credited_by(*purse).is_some();
            if is_credit && counts(*purse, *number) { *amount } else { 0 }
        };
        self.commands.values().map(amount).sum()
    }

    /// What is owed of an item when no payment is left: an invoice less its credit memos, or cash
    /// that was given back and taken back, less what was given up, and what credits of other
    /// invoices paid of it; more by what its own credits did elsewhere. Below zero, that much of its
    /// credits pays nothing.
    fn owed(&self, number: u8) -> i64 {
        let own = |purse: u8| credited_by(purse) == Some(number);
        let total = match refund_owed(number) {
            Some(payment) => self.given_back(|purse, _| purse == payment),
            None => self.invoices.get(&number).copied().unwrap_or_default(),
        };
        let memos = self.memos.iter().filter(|((of, _), _)| *of == number);
        let elsewhere = self.moved(|purse, _| own(purse)) + self.given_back(|purse, _| own(purse));
        total + elsewhere
            - memos.map(|(_, amount)| amount).sum::<i64>()
            - self.given_up(|of| of == number)
            - self.moved(|_, of| of == number)
    }

    /// What is left of an invoice when no payment is. Credits take back what was given up before
    /// any of them is cash (P8).
    pub fn invoice(&self, number: u8) -> Left {
        let (owed, given_up) = (self.owed(number), self.given_up(|of| of == number));
        let back = given_up.min((-owed).max(0));
        Left { open: owed.max(0), cash: (-owed - back).max(0), given_up: given_up - back }
    }

    /// What is left of every item of a currency when no payment is. Of refunds the currency is their
    /// payment's.
    pub fn all(&self, currency: &str) -> Left {
        let invoices = (1..=INVOICES).filter(|number| currency_of(*number) == currency);
        let of_payment = |id: &u8| self.payments.get(id).is_some_and(|it| it.0 == currency);
        let refunds = (1..=PAYMENTS).filter(of_payment).map(|id| INVOICES + id);
        let parts = invoices.chain(refunds).map(|number| self.invoice(number));
        parts.fold(Left::default(), |sum, it| Left {
            open: sum.open + it.open,
            cash: sum.cash + it.cash,
            given_up: sum.given_up + it.given_up,
        })
    }
}
