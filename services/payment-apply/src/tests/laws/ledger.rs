//! The ledger in memory, beside what was sent to it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    CommandId, Currency, CustomerId, EntryId, InvoiceNumber,
    document::{CommandStatus, LedgerAccount},
};
use mesh::Halt;
use testkit::Scenario;

use super::{
    super::{NOON, company, knobs, number},
    happening::{CURRENCIES, Deal, Happening, INVOICES},
    tally::{Left, Tally},
    wire::command_id,
};
use crate::{
    PaymentApply,
    config::Config,
    domain::{
        cash::{Application, Cash, Source},
        item::Item,
        statement_line::StatementLine,
    },
    unit_of_work::UnitOfWork,
};

pub struct Ledger {
    pub scenario: Scenario<PaymentApply>,
    deal: Deal,
    tally: Tally,
    /// What waits for an invoice or a payment.
    waiting: Vec<(usize, Happening)>,
    decided: BTreeSet<usize>,
}

impl Ledger {
    pub fn new(deal: &Deal) -> Self {
        let config = Config { oldest_due_first: deal.oldest_due_first, ..knobs() };
        let mut scenario = Scenario::new(PaymentApply::new(config));
        scenario.now = NOON.parse().unwrap();
        scenario.event(&company("America/Chicago")).outputs();
        Self {
            scenario,
            deal: deal.clone(),
            tally: Tally::default(),
            waiting: Vec::new(),
            decided: BTreeSet::new(),
        }
    }

    /// Lets something happen, and what has waited for it. What happened before changes nothing.
    pub fn happen(&mut self, index: usize, happening: &Happening) {
        let before = self.decided.contains(&index).then(|| self.figures());
        if !self.decides(index, happening) {
            self.waiting.push((index, happening.clone()));
            return;
        }
        if let Some(before) = before {
            assert!(self.figures() == before, "again: {happening:?}");
        }
        for (index, happening) in std::mem::take(&mut self.waiting) {
            if !self.decides(index, &happening) {
                self.waiting.push((index, happening));
            }
        }
    }

    fn decides(&mut self, index: usize, happening: &Happening) -> bool {
        let decided = happening.sent(&self.deal, index).decided(&mut self.scenario);
        if decided.is_halted() {
            assert!(matches!(decided.halt(), Halt::Wait(_)), "{:?}", decided.halt());
            return false;
        }
        self.decided.insert(index);
        let command = CommandId::new(command_id(index)).unwrap();
        let audit = self.scenario.work.commands.get(&command);
        let carried_out = audit.is_some_and(|it| it.result.status == CommandStatus::Done);
        self.tally.note(&self.deal, index, happening, carried_out);
        true
    }

    /// All that is known, to be compared.
    fn figures(&self) -> (Vec<Item>, Vec<Cash>, Vec<StatementLine>, [usize; 3]) {
        let UnitOfWork { items, payments, statement, .. } = &self.scenario.work;
        let (items, payments) = (items.iter().cloned(), payments.iter().cloned());
        let rows = [
            self.scenario.work.applications.iter().count(),
            self.scenario.work.entry_lines.iter().count(),
            self.scenario.work.commands.iter().count(),
        ];
        (items.collect(), payments.collect(), statement.iter().cloned().collect(), rows)
    }

    fn posted(&self, currency: Currency, account: LedgerAccount) -> i64 {
        let lines = self.scenario.work.entry_lines.iter();
        let lines = lines.filter(|line| line.account == account && line.currency == currency);
        lines.map(|line| line.debit - line.credit).sum()
    }

    /// Debits less credits of both journals.
    pub fn balance(&self, currency: &str, account: LedgerAccount) -> i64 {
        let receivable = account == LedgerAccount::Receivable;
        let billed = if receivable { self.tally.billed(currency) } else { 0 };
        self.posted(currency.parse().unwrap(), account) + billed
    }

    /// Every law that holds at any time.
    pub fn check(&self) {
        self.check_cash();
        self.check_items();
        for currency in CURRENCIES {
            self.check_accounts(currency);
            self.check_totals(currency);
        }
        self.check_entries();
        self.check_credits();
        self.check_statements();
    }

    fn check_cash(&self) {
        for cash in self.scenario.work.payments.iter() {
            assert_eq!(cash.amount, cash.applied + cash.unapplied + cash.refunded + cash.reversed);
            assert!(cash.unapplied >= 0, "{cash:?}");
            let pays =
                self.scenario.work.applications.iter().filter(|it| it.payment == cash.payment);
            let owed = if cash.is_reversed { cash.refunded } else { 0 };
            assert_eq!(cash.applied, pays.map(|it| it.amount).sum::<i64>() - owed, "{cash:?}");
        }
        for line in self.scenario.work.waiting.iter() {
            let cash = self.scenario.work.payments.get(&line.payment).unwrap();
            assert!(cash.unapplied > 0 && !cash.is_reversed, "{line:?} waits for nothing");
        }
    }

    fn check_items(&self) {
        for item in self.scenario.work.items.iter() {
            let settled = item.paid + item.discount + item.credited + item.written_off;
            assert_eq!(item.open_amount, item.total - settled, "{item:?}");
            assert!(item.open_amount >= 0, "{item:?}");
            let of_item = |it: &&Application| it.invoice_number == item.invoice_number;
            let paid = self.scenario.work.applications.iter().filter(of_item);
            let (paid, discount) =
                paid.fold((0, 0), |sum, it| (sum.0 + it.amount, sum.1 + it.discount));
            assert_eq!((item.paid, item.discount), (paid, discount), "{item:?}");
            assert!(item.discount >= 0 && item.written_off >= 0, "{item:?}");
        }
    }

    fn check_accounts(&self, code: &str) {
        let currency: Currency = code.parse().unwrap();
        let items = || self.scenario.work.items.iter().filter(|item| item.currency == currency);
        let cash = || self.scenario.work.payments.iter().filter(|cash| cash.currency == currency);
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
    }

    /// Every entry balances (P10), and says what its lines say.
    fn check_entries(&self) {
        let mut sums: BTreeMap<EntryId, (i128, i128)> = BTreeMap::new();
        for line in self.scenario.work.entry_lines.iter() {
            let sum = sums.entry(line.entry_id).or_default();
            *sum = (sum.0 + i128::from(line.debit), sum.1 + i128::from(line.credit));
        }
        for entry in self.scenario.work.entries.iter() {
            assert_eq!(sums.remove(&entry.entry_id), Some((entry.debit, entry.credit)));
            assert_eq!(entry.debit, entry.credit, "{entry:?}");
        }
        assert!(sums.is_empty(), "lines of no entry: {sums:?}");
    }

    /// A statement ends with what is open less what is unapplied.
    fn check_statements(&self) {
        type Owed = BTreeMap<(Option<CustomerId>, Currency), i64>;
        let (mut told, mut owed) = (Owed::new(), Owed::new());
        for line in self.scenario.work.statement.iter() {
            *told.entry((line.customer_id.clone(), line.currency)).or_default() += line.amount;
        }
        for item in self.scenario.work.items.iter() {
            let of = (Some(item.customer_id.clone()), item.currency);
            *owed.entry(of).or_default() += item.open_amount;
        }
        for cash in self.scenario.work.payments.iter() {
            *owed.entry((cash.customer_id.clone(), cash.currency)).or_default() -= cash.unapplied;
        }
        told.retain(|_, amount| *amount != 0);
        owed.retain(|_, amount| *amount != 0);
        assert_eq!(told, owed);
    }

    /// The ledger keeps every cent that was sent, and no other.
    fn check_totals(&self, code: &str) {
        let currency: Currency = code.parse().unwrap();
        let of_currency = |cash: &&Cash| cash.currency == currency;
        let sum = |of: fn(&Cash) -> i64| -> i64 {
            self.scenario.work.payments.iter().filter(of_currency).map(of).sum()
        };
        assert_eq!(sum(|cash| cash.amount), self.tally.received(code));
        assert_eq!(sum(|cash| cash.reversed), self.tally.reversed(code));
        let items = self.scenario.work.items.iter().filter(|item| item.currency == currency);
        let given_up: i64 = items.map(|item| item.written_off - self.taken_back(item)).sum();
        assert_eq!(sum(|cash| cash.refunded), self.tally.refunded(code));
        assert_eq!(given_up, self.tally.written_off(code));
    }

    /// What credit memos took back of what was given up of an item: not above zero (P8).
    fn taken_back(&self, item: &Item) -> i64 {
        self.own_credits(&item.invoice_number).map(|it| it.given_up).sum()
    }

    /// What the cash of an item's own credit memos is of it.
    fn own_credits<'a>(&'a self, of: &'a InvoiceNumber) -> impl Iterator<Item = &'a Application> {
        let credit = |payment: &String| {
            self.scenario.work.payments.get(payment).and_then(|cash| cash.credit_of.as_ref())
                == Some(of)
        };
        let to_it =
            self.scenario.work.applications.iter().filter(move |it| it.invoice_number == *of);
        to_it.filter(move |it| credit(&it.payment))
    }

    /// P8: a credit pays its own invoice first, takes back what was given up before cash, and no
    /// more cash than was received.
    fn check_credits(&self) {
        for item in self.scenario.work.items.iter() {
            let own = || self.own_credits(&item.invoice_number);
            let left = self.left_of_credits(&item.invoice_number);
            if item.open_amount > 0 {
                assert_eq!(left, 0, "{item:?} is open and its credits pay nothing");
                let back = own().any(|it| it.discount != 0 || it.given_up != 0);
                assert!(!back, "{item:?} is open and not all that its credits took back is back");
            }
            if left > 0 {
                assert_eq!(item.written_off, 0, "{item:?} gave cash before what was given up");
            }
            let freed: i64 = own().map(|it| -it.amount).sum();
            let received = item.paid + freed;
            let refunded_or_moved = freed - left;
            assert!(
                freed <= received.max(refunded_or_moved),
                "{item:?} freed {freed} of {received}"
            );
        }
    }

    fn left_of_credits(&self, of: &InvoiceNumber) -> i64 {
        let credits =
            self.scenario.work.payments.iter().filter(|cash| cash.credit_of.as_ref() == Some(of));
        credits.map(|cash| cash.unapplied).sum()
    }

    /// Nothing is left of any payment but what was given back before: that is owed.
    pub fn check_that_no_payment_is_left(&self) {
        let of_bank = |cash: &&Cash| cash.source == Source::Bank;
        for cash in self.scenario.work.payments.iter().filter(of_bank) {
            assert!(cash.is_reversed, "{cash:?}");
            let parts = (cash.unapplied, cash.reversed, cash.applied);
            assert_eq!(parts, (0, cash.amount, -cash.refunded), "{cash:?}");
            let owed = number(&format!("REFUND-{}", cash.payment));
            let owed = self.scenario.work.items.get(&owed).map_or(0, |item| item.total);
            assert_eq!(owed, cash.refunded, "{cash:?}");
            assert!(self.scenario.work.applications.iter().all(|it| it.payment != cash.payment));
        }
        assert_eq!(self.scenario.work.waiting.iter().count(), 0);
        assert!(self.scenario.work.items.iter().all(|item| item.deducted_by.is_none()));
    }

    /// What is left without any payment is what was billed, credited, given back and given up.
    pub fn check_what_remains(&self) {
        self.check_that_no_payment_is_left();
        for of in 1..=INVOICES {
            let Left { open, cash, given_up } = self.tally.invoice(of);
            let of = number(&format!("INV-{of}"));
            let ours = self
                .scenario
                .work
                .items
                .get(&of)
                .map_or((0, 0), |it| (it.open_amount, it.written_off));
            let ours = (ours.0, self.left_of_credits(&of), ours.1);
            assert_eq!(ours, (open, cash, given_up), "{of}");
        }
        for currency in CURRENCIES {
            let Left { open, cash, given_up } = self.tally.all(currency);
            let accounts = [
                (LedgerAccount::Receivable, open),
                (LedgerAccount::UnappliedCash, -cash),
                (LedgerAccount::Cash, -self.tally.refunded(currency)),
                (LedgerAccount::Discounts, 0),
                (LedgerAccount::WriteOffs, given_up),
            ];
            for (account, wanted) in accounts {
                assert_eq!(self.balance(currency, account), wanted, "{currency} {account}");
            }
        }
    }
}
