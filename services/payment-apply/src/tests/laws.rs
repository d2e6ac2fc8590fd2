//! P9 and P10 as laws: they hold after any sequence of invoices, payments, credits, reversals and
//! commands.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    command::{ApplyCash, Refund, WriteOff},
    document::LedgerAccount,
};
use mesh::{Context, Decision, Outputs, Partners, set::WorkingSet};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::{Message, Set, decide};

/// What happens; small numbers, so that things meet.
#[derive(Debug, Clone)]
enum Happening {
    Invoice { number: u8, total: u16 },
    Payment { id: u8, amount: u16, early: bool, lines: Vec<(u8, u16)> },
    Credit { number: u8, percent: u8 },
    Reversal { id: u8 },
    Apply { id: u8, number: u8, amount: u16 },
    Refund { id: u8, amount: u16 },
    WriteOff { number: u8, amount: u16 },
}

const INVOICES: u8 = 5;
const PAYMENTS: u8 = 5;

fn without_operator() -> impl Strategy<Value = Happening> {
    let line = (1..=INVOICES, 0..15_000_u16);
    prop_oneof![
        3 => (1..=INVOICES, 1..12_000_u16)
            .prop_map(|(number, total)| Happening::Invoice { number, total }),
        4 => (1..=PAYMENTS, 0..20_000_u16, any::<bool>(), prop::collection::vec(line, 0..4))
            .prop_map(|(id, amount, early, lines)| Happening::Payment { id, amount, early, lines }),
        2 => (1..=INVOICES, 1..=50_u8)
            .prop_map(|(number, percent)| Happening::Credit { number, percent }),
        1 => (1..=PAYMENTS).prop_map(|id| Happening::Reversal { id }),
    ]
}

fn with_operator() -> impl Strategy<Value = Happening> {
    prop_oneof![
        6 => without_operator(),
        1 => (1..=PAYMENTS, 1..=INVOICES, 1..9_000_u16)
            .prop_map(|(id, number, amount)| Happening::Apply { id, number, amount }),
        1 => (1..=PAYMENTS, 1..9_000_u16)
            .prop_map(|(id, amount)| Happening::Refund { id, amount }),
        1 => (1..=INVOICES, 1..9_000_u16)
            .prop_map(|(number, amount)| Happening::WriteOff { number, amount }),
    ]
}

fn cents(amount: u16) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}

/// The ledger in memory, and what invoicing posted to the receivable account.
#[derive(Default)]
struct Ledger {
    set: Set,
    partners: Partners,
    billed: i64,
    totals: BTreeMap<u8, u16>,
    credits: u32,
    credited: BTreeSet<u8>,
    commands: u32,
}

impl Ledger {
    fn hand_in(&mut self, message: &Message) -> bool {
        let context = Context {
            now: "2026-03-02T12:00:00Z".parse().unwrap(),
            inbound: None,
            partners: &self.partners,
            last_chance: false,
        };
        self.set.mark();
        match decide(&mut self.set, message, &context, &Config::default()) {
            Decision::Done(Outputs { .. }) => true,
            Decision::Wait(_) => {
                self.set.undo();
                false
            }
            Decision::Poison { code, reason } => panic!("{code}: {reason}"),
        }
    }

    fn command(&mut self, body: Value) -> Value {
        self.commands += 1;
        let mut command = json!({"command_id": format!("c-{}", self.commands), "operator": "me",
            "reason": "law", "currency": "USD"});
        command.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        command
    }

    fn happen(&mut self, it: &Happening) {
        let invoice_number = |number: u8| format!("INV-{number}");
        match it {
            Happening::Invoice { number, total } => {
                if self.totals.insert(*number, *total).is_some() {
                    let known = self.set.items.get(&super::number(&invoice_number(*number)));
                    let known = known.unwrap().total;
                    self.totals.insert(*number, u16::try_from(known).unwrap());
                } else {
                    self.billed += i64::from(*total);
                }
                let (number, total) = (invoice_number(*number), cents(*total));
                let bill = Bill { number: &number, total: &total, ..BILL };
                assert!(self.hand_in(&Message::Invoice(Box::new(invoice(bill)))));
            }
            Happening::Payment { id, amount, early: in_time, lines } => {
                let lines: Vec<_> = lines
                    .iter()
                    .map(|(number, amount)| pays(&invoice_number(*number), &cents(*amount)))
                    .collect();
                let make = if *in_time { early } else { payment };
                let document = make(&format!("P-{id}"), &cents(*amount), Value::Array(lines));
                self.hand_in(&Message::Payment(name("bank"), Box::new(document)));
            }
            Happening::Credit { number, percent } => self.credit(*number, *percent),
            Happening::Reversal { id } => self.reverse(*id),
            Happening::Apply { id, number, amount } => {
                let body = self.command(json!({"payment": format!("bank/P-{id}"),
                    "invoice_number": invoice_number(*number), "amount": cents(*amount)}));
                let command: ApplyCash = serde_json::from_value(body).unwrap();
                self.hand_in(&Message::ApplyCash(Box::new(command)));
            }
            Happening::Refund { id, amount } => {
                let body = json!({"payment": format!("bank/P-{id}"), "amount": cents(*amount)});
                let command: Refund = serde_json::from_value(self.command(body)).unwrap();
                self.hand_in(&Message::Refund(Box::new(command)));
            }
            Happening::WriteOff { number, amount } => {
                let body = json!({"invoice_number": invoice_number(*number),
                    "amount": cents(*amount)});
                let command: WriteOff = serde_json::from_value(self.command(body)).unwrap();
                self.hand_in(&Message::WriteOff(Box::new(command)));
            }
        }
    }

    /// At most two credits of at most half the invoice: never more than was billed.
    fn credit(&mut self, number: u8, percent: u8) {
        let Some(total) = self.totals.get(&number).copied() else { return };
        if !self.credited.insert(number) && !self.credited.insert(number + 100) {
            return;
        }
        self.credits += 1;
        let amount = u16::try_from(u32::from(total) * u32::from(percent) / 100).unwrap();
        self.billed -= i64::from(amount);
        let memo = format!("CM-{}", self.credits);
        let posted = credit(&memo, &format!("INV-{number}"), &cents(amount));
        assert!(self.hand_in(&Message::CreditMemo(Box::new(posted))));
    }

    fn reverse(&mut self, id: u8) {
        let document = reversal(&format!("R-{id}"), &format!("P-{id}"));
        self.hand_in(&Message::Reversal(name("bank"), Box::new(document)));
    }

    /// Debits less credits of this service's journal.
    fn balance(&self, account: LedgerAccount) -> i64 {
        let name = account.to_string();
        let lines = self.set.entry_lines.iter().filter(|line| line.account == name);
        lines.map(|line| line.debit - line.credit).sum()
    }

    fn check(&self) {
        let mut received = 0;
        for cash in self.set.payments.iter() {
            assert_eq!(cash.amount, cash.applied + cash.unapplied + cash.refunded + cash.reversed);
            assert!(cash.unapplied >= 0, "{cash:?}");
            received += cash.amount - cash.refunded - cash.reversed;
            let pays = self.set.applications.iter().filter(|it| it.payment == cash.payment);
            let owed = if cash.is_reversed { cash.refunded } else { 0 };
            assert_eq!(cash.applied, pays.map(|it| it.amount).sum::<i64>() - owed, "{cash:?}");
        }
        for item in self.set.items.iter() {
            let settled = item.paid + item.discount + item.credited + item.written_off;
            assert_eq!(item.open_amount, item.total - settled, "{item:?}");
            assert!(item.open_amount >= 0, "{item:?}");
        }
        let open: i64 = self.set.items.iter().map(|item| item.open_amount).sum();
        let unapplied: i64 = self.set.payments.iter().map(|cash| cash.unapplied).sum();
        assert_eq!(self.billed + self.balance(LedgerAccount::Receivable), open);
        assert_eq!(-self.balance(LedgerAccount::UnappliedCash), unapplied);
        assert_eq!(self.balance(LedgerAccount::Cash), received);
        assert_eq!(self.set.entry_lines.iter().map(|it| it.debit - it.credit).sum::<i64>(), 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn p10_no_cent_is_lost_or_used_twice(
        happenings in prop::collection::vec(with_operator(), 1..40)
    ) {
        let mut ledger = Ledger::default();
        for happening in &happenings {
            ledger.happen(happening);
            ledger.check();
        }
    }

    #[test]
    fn p9_with_every_payment_reversed_the_ledger_is_as_if_none_had_come(
        happenings in prop::collection::vec(without_operator(), 1..40)
    ) {
        let mut ledger = Ledger::default();
        happenings.iter().for_each(|happening| ledger.happen(happening));
        (1..=PAYMENTS).for_each(|id| ledger.reverse(id));
        ledger.check();
        for account in [
            LedgerAccount::Cash,
            LedgerAccount::UnappliedCash,
            LedgerAccount::Discounts,
            LedgerAccount::Receivable,
        ] {
            assert_eq!(ledger.balance(account), 0, "{account}");
        }
        for item in ledger.set.items.iter() {
            assert_eq!((item.paid, item.discount), (0, 0), "{item:?}");
            assert_eq!(item.open_amount, item.total - item.credited);
        }
        assert_eq!(ledger.set.applications.iter().count(), 0);
        assert_eq!(ledger.set.waiting.iter().count(), 0);
    }
}
