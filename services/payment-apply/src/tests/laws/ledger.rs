//! The ledger in memory, beside what invoicing posted to the receivable account.

use std::collections::BTreeMap;

use contracts::{Currency, CustomerId, document::LedgerAccount};
use mesh::{Context, Decision, Partners, set::WorkingSet};

use super::{
    super::{company, knobs},
    happening::{Deal, Happening, Sent, currency_of, memo_amount},
};
use crate::{
    config::Config,
    domain::{Message, Set, cash::Source, decide},
};

pub struct Ledger {
    pub set: Set,
    deal: Deal,
    config: Config,
    partners: Partners,
    billed: BTreeMap<Currency, i64>,
    /// What waits for an invoice or a payment.
    waiting: Vec<(usize, Happening)>,
}

impl Ledger {
    pub fn new(deal: &Deal) -> Self {
        let config = Config { oldest_due_first: deal.oldest_due_first, ..knobs() };
        let (deal, partners) = (deal.clone(), Partners::new());
        let (billed, waiting) = (BTreeMap::new(), Vec::new());
        let mut ledger = Self { set: Set::default(), deal, config, partners, billed, waiting };
        ledger.hand_in(&Message::Company(Box::new(company("America/Chicago"))));
        ledger
    }

    /// Whether it was decided rather than told to wait.
    fn hand_in(&mut self, message: &Message) -> bool {
        let context = Context {
            now: "2026-03-02T12:00:00Z".parse().unwrap(),
            inbound: None,
            partners: &self.partners,
            last_chance: false,
        };
        self.set.mark();
        match decide(&mut self.set, message, &context, &self.config) {
            Decision::Done(_) => true,
            Decision::Wait(_) => {
                self.set.undo();
                false
            }
            Decision::Poison { code, reason } => panic!("{code}: {reason}"),
        }
    }

    pub fn take(&mut self, sent: Sent) {
        self.hand_in(&sent.message());
    }

    fn bill(&mut self, number: u8, amount: i64) {
        *self.billed.entry(currency_of(number).parse().unwrap()).or_default() += amount;
    }

    pub fn repeat(&mut self, index: usize, happening: &Happening) {
        let message = happening.sent(&self.deal, index).message();
        self.hand_in(&message);
    }

    /// Lets something happen, and what has waited for it.
    pub fn happen(&mut self, index: usize, happening: &Happening) {
        if !self.decided(index, happening) {
            self.waiting.push((index, happening.clone()));
            return;
        }
        for (index, happening) in std::mem::take(&mut self.waiting) {
            if !self.decided(index, &happening) {
                self.waiting.push((index, happening));
            }
        }
    }

    fn decided(&mut self, index: usize, happening: &Happening) -> bool {
        let known = (self.set.items.iter().count(), self.set.payments.iter().count());
        let message = happening.sent(&self.deal, index).message();
        let decided = self.hand_in(&message);
        let now = (self.set.items.iter().count(), self.set.payments.iter().count());
        match happening {
            Happening::Invoice(number) if now.0 > known.0 => {
                self.bill(*number, self.deal.totals[usize::from(*number) - 1]);
            }
            Happening::Credit { number, memo } if now.1 > known.1 => {
                self.bill(*number, -memo_amount(&self.deal, *number, *memo));
            }
            Happening::Invoice(_)
            | Happening::Credit { .. }
            | Happening::Payment { .. }
            | Happening::Reversal { .. }
            | Happening::Apply { .. }
            | Happening::Refund { .. }
            | Happening::WriteOff { .. } => {}
        }
        decided
    }

    /// All that is known, to be compared.
    pub fn figures(&self) -> String {
        let items: Vec<_> = self.set.items.iter().collect();
        let payments: Vec<_> = self.set.payments.iter().collect();
        let rows = (self.set.applications.iter().count(), self.set.entry_lines.iter().count());
        let statement: Vec<_> = self.set.statement.iter().collect();
        format!("{items:?} {payments:?} {rows:?} {statement:?}")
    }

    fn posted(&self, currency: Currency, account: LedgerAccount) -> i64 {
        let name = account.to_string();
        let lines = self.set.entry_lines.iter();
        let lines = lines.filter(|line| line.account == name && line.currency == currency);
        lines.map(|line| line.debit - line.credit).sum()
    }

    /// Debits less credits of both journals.
    pub fn balance(&self, currency: &str, account: LedgerAccount) -> i64 {
        let currency = currency.parse().unwrap();
        let billed = self.billed.get(&currency).copied().unwrap_or_default();
        let billed = if account == LedgerAccount::Receivable { billed } else { 0 };
        self.posted(currency, account) + billed
    }

    /// Every law that holds at any time.
    pub fn check(&self) {
        self.check_cash();
        self.check_items();
        for currency in super::happening::CURRENCIES {
            self.check_accounts(currency);
        }
        self.check_statements();
    }

    fn check_cash(&self) {
        for cash in self.set.payments.iter() {
            assert_eq!(cash.amount, cash.applied + cash.unapplied + cash.refunded + cash.reversed);
            assert!(cash.unapplied >= 0, "{cash:?}");
            let pays = self.set.applications.iter().filter(|it| it.payment == cash.payment);
            let owed = if cash.is_reversed { cash.refunded } else { 0 };
            assert_eq!(cash.applied, pays.map(|it| it.amount).sum::<i64>() - owed, "{cash:?}");
        }
        for line in self.set.waiting.iter() {
            let cash = self.set.payments.get(&line.payment).unwrap();
            assert!(cash.unapplied > 0 && !cash.is_reversed, "{line:?} waits for nothing");
        }
    }

    fn check_items(&self) {
        for item in self.set.items.iter() {
            let settled = item.paid + item.discount + item.credited + item.written_off;
            assert_eq!(item.open_amount, item.total - settled, "{item:?}");
            assert!(item.open_amount >= 0, "{item:?}");
            let of_item = |it: &&_| {
                let it: &crate::domain::cash::Application = it;
                it.invoice_number == item.invoice_number
            };
            let paid = self.set.applications.iter().filter(of_item);
            let (paid, discount) =
                paid.fold((0, 0), |sum, it| (sum.0 + it.amount, sum.1 + it.discount));
            assert_eq!((item.paid, item.discount), (paid, discount), "{item:?}");
        }
    }

    fn check_accounts(&self, code: &str) {
        let currency: Currency = code.parse().unwrap();
        let items = || self.set.items.iter().filter(|item| item.currency == currency);
        let cash = || self.set.payments.iter().filter(|cash| cash.currency == currency);
        let open: i64 = items().map(|item| item.open_amount).sum();
        let unapplied: i64 = cash().map(|cash| cash.unapplied).sum();
        let kept: i64 = cash().map(|cash| cash.amount - cash.refunded - cash.reversed).sum();
        let discounts: i64 = items().map(|item| item.discount).sum();
        let given_up: i64 = items().map(|item| item.written_off).sum();
        assert_eq!(self.balance(code, LedgerAccount::Receivable), open);
        assert_eq!(self.balance(code, LedgerAccount::UnappliedCash), -unapplied);
        assert_eq!(self.balance(code, LedgerAccount::Cash), kept);
        assert_eq!(self.balance(code, LedgerAccount::Discounts), discounts);
        assert_eq!(self.balance(code, LedgerAccount::WriteOffs), given_up);
        for entry in self.set.entries.iter().filter(|entry| entry.currency == currency) {
            let of_entry = self.set.entry_lines.iter().filter(|it| it.entry_id == entry.entry_id);
            let sums = of_entry.fold((0, 0), |sum, it| (sum.0 + it.debit, sum.1 + it.credit));
            assert_eq!(sums, (entry.debit, entry.credit), "{entry:?}");
            assert_eq!(entry.debit, entry.credit, "{entry:?}");
        }
    }

    /// A statement ends with what is open less what is unapplied.
    fn check_statements(&self) {
        type Owed = BTreeMap<(Option<CustomerId>, Currency), i64>;
        let (mut told, mut owed) = (Owed::new(), Owed::new());
        for line in self.set.statement.iter() {
            *told.entry((line.customer_id.clone(), line.currency)).or_default() += line.amount;
        }
        for item in self.set.items.iter() {
            let of = (Some(item.customer_id.clone()), item.currency);
            *owed.entry(of).or_default() += item.open_amount;
        }
        for cash in self.set.payments.iter() {
            *owed.entry((cash.customer_id.clone(), cash.currency)).or_default() -= cash.unapplied;
        }
        told.retain(|_, amount| *amount != 0);
        owed.retain(|_, amount| *amount != 0);
        assert_eq!(told, owed);
    }

    /// Nothing is left of any payment but what was given back before: that is owed.
    pub fn check_that_no_payment_is_left(&self) {
        let of_bank = |cash: &&crate::domain::cash::Cash| cash.source == Source::Bank;
        for cash in self.set.payments.iter().filter(of_bank) {
            assert!(cash.is_reversed, "{cash:?}");
            let parts = (cash.unapplied, cash.reversed, cash.applied);
            assert_eq!(parts, (0, cash.amount, -cash.refunded), "{cash:?}");
            let owed = super::super::number(&format!("REFUND-{}", cash.payment));
            let owed = self.set.items.get(&owed).map_or(0, |item| item.total);
            assert_eq!(owed, cash.refunded, "{cash:?}");
            assert!(self.set.applications.iter().all(|it| it.payment != cash.payment));
        }
        assert_eq!(self.set.waiting.iter().count(), 0);
        assert!(self.set.items.iter().all(|item| item.deducted_by.is_none()));
    }
}
