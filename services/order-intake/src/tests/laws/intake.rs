//! Order-intake in memory, checked after every step.

use std::collections::BTreeMap;

use contracts::{
    OrderId,
    command::ReleaseOrder,
    document::{Customer, CustomerStatus, LineQuantity, Order, OrderCancel, OrderChange},
    event::InventoryDeclined,
};
use mesh::{Context, Decision, Partners, set::WorkingSet};
use serde_json::json;

use super::{Happening, Money, Wish};
use crate::{
    domain::{
        Message, Set,
        cash::Owing,
        change::{Change, State},
        credit::Credit,
        decide,
        exposure::part,
        order::{self, Status},
    },
    tests::{
        document, item, name, partner,
        shop::{
            BILL, Bill, account, applied, credit_memo, dispatched, id, invoice, limited, priced,
            received, refunded, reversed, written_off,
        },
    },
};

/// Minor units as an amount.
pub fn cents(amount: i64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}

/// Order-intake in memory, and what others would know.
pub struct Intake {
    set: Set,
    partners: Partners,
    customer: Customer,
    paid: BTreeMap<u8, i64>,
    numbers: u32,
}

impl Intake {
    pub fn open() -> Self {
        let acme = partner("acme", json!(["buyer"]));
        let customer = limited(Some("200.00"));
        let mut intake = Self {
            set: Set::default(),
            partners: [(name("acme"), acme)].into(),
            customer: customer.clone(),
            paid: BTreeMap::new(),
            numbers: 0,
        };
        let erp = || name("erp");
        intake.hand_in(&Message::Customer(erp(), Box::new(customer)));
        intake.hand_in(&Message::Item(erp(), Box::new(item())));
        intake.hand_in(&Message::PriceList(erp(), Box::new(priced("10.005"))));
        intake
    }

    fn hand_in(&mut self, message: &Message) {
        let context = Context {
            now: "2026-03-02T12:00:00Z".parse().unwrap(),
            inbound: None,
            partners: &self.partners,
            last_chance: false,
        };
        self.set.mark();
        match decide(&mut self.set, message, &context) {
            Decision::Done(_) => {}
            Decision::Wait(_) => self.set.undo(),
            Decision::Poison { code, reason } => panic!("{code}: {reason}"),
        }
    }

    fn next(&mut self) -> u32 {
        self.numbers += 1;
        self.numbers
    }

    pub fn owing(&mut self, owing: impl Into<Owing>) {
        self.hand_in(&Message::Owing(Box::new(owing.into())));
    }

    pub fn happen(&mut self, it: &Happening) {
        match it {
            Happening::Order { po, quantity, offered, charge } => {
                let order: Order = document(json!({"po_number": format!("PO-{po}"),
                    "charges": [{"code": "freight", "amount": charge.to_string()}],
                    "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity.to_string(),
                        "unit_price": offered.map(|it| it.to_string())}]}));
                let before = self.accepted(*po);
                self.hand_in(&Message::Order(name("acme"), Box::new(order)));
                if !before && self.accepted(*po) {
                    self.check_limit();
                }
            }
            Happening::Limit { limit, blocked } => {
                let limit = limit.map(|limit| format!("{limit}.00"));
                let mut record = limited(limit.as_deref());
                if *blocked {
                    record.status = CustomerStatus::Blocked;
                }
                self.customer = record.clone();
                self.hand_in(&Message::Customer(name("erp"), Box::new(record)));
            }
            Happening::Dispatch { po, quantity } => {
                let event = dispatched(&format!("PO-{po}"), &quantity.to_string());
                if self.accepted(*po) {
                    self.hand_in(&Message::Dispatched(Box::new(event)));
                }
            }
            Happening::Bill { po, quantity, tax } => self.bill(*po, *quantity, *tax),
            Happening::Decline { po, quantity } => {
                let line: LineQuantity = serde_json::from_value(
                    json!({"line": 1, "sku": "WIDGET-1", "quantity": quantity.to_string()}),
                )
                .unwrap();
                let order_id = id(&format!("PO-{po}"));
                if self.accepted(*po) {
                    let (partner, po_number) = (name("acme"), format!("PO-{po}").parse().unwrap());
                    let (lines, why) = (vec![line], String::new());
                    self.hand_in(&Message::Declined(InventoryDeclined {
                        order_id,
                        partner,
                        po_number,
                        lines,
                        why,
                    }));
                }
            }
            Happening::Release { po, at_list } => {
                let command: ReleaseOrder = serde_json::from_value(json!({
                    "command_id": format!("c-{}", self.next()), "operator": "me", "reason": "law",
                    "order_id": id(&format!("PO-{po}")),
                    "price": if *at_list { "list" } else { "order" }}))
                .unwrap();
                self.hand_in(&Message::Release(Box::new(command)));
            }
            Happening::Wish(po, wish) => {
                let before = self.exposure();
                self.wish(*po, wish);
                if self.exposure() > before {
                    self.check_limit();
                }
            }
            Happening::Money(money) => self.money(money),
        }
        self.go_on();
        self.serve();
        self.check();
    }

    fn money(&mut self, it: &Money) {
        let payment = |id: &u8| format!("P-{id}");
        let text = |amount: &u8| cents(i64::from(*amount));
        match it {
            Money::Paid { id, amount, known } => {
                let amount = i64::from(*amount);
                if !self.paid.contains_key(id) {
                    self.paid.insert(*id, amount);
                    let customer = known.then_some("C-100");
                    self.owing(received(&payment(id), customer, &cents(amount)));
                }
            }
            Money::Discount { id, amount } => {
                if self.paid.contains_key(id) {
                    self.owing(applied(&payment(id), "INV-1", "0", &text(amount)));
                }
            }
            Money::Refund { id, amount } => {
                if self.paid.contains_key(id) {
                    self.owing(refunded(&payment(id), &text(amount)));
                }
            }
            Money::Reversal { id } => {
                if let Some(amount) = self.paid.get(id).copied() {
                    self.owing(reversed(&payment(id), &cents(amount), ("INV-1", "0", "0.05")));
                }
            }
            Money::Credit { amount } => {
                let number = format!("CM-{}", self.next());
                self.owing(credit_memo(&number, "INV-1", &text(amount)));
            }
            Money::WriteOff { amount } => self.owing(written_off("INV-1", &text(amount))),
        }
    }

    /// Less or more of an order is wanted, and allocation gives back what it can.
    fn wish(&mut self, po: u8, it: &Wish) {
        let po_number = format!("PO-{po}");
        match it {
            Wish::Total(quantity) => {
                let change: OrderChange = document(json!({"po_number": po_number,
                    "change_number": self.next(),
                    "lines": [{"line": 1, "quantity": quantity.to_string()}]}));
                self.hand_in(&Message::Change(name("acme"), Box::new(change)));
            }
            Wish::Nothing => {
                let cancel: OrderCancel = document(json!({"po_number": po_number}));
                self.hand_in(&Message::Cancel(name("acme"), Box::new(cancel)));
            }
            Wish::Freed(quantity) => {
                let key = (id(&po_number), 1);
                let Some(line) = self.set.lines.get(&key) else { return };
                let quantity = line.open().min(quantity.to_string().parse().unwrap());
                let event = serde_json::from_value(json!({"order_id": key.0,
                    "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]}));
                self.hand_in(&Message::Released(event.unwrap()));
            }
        }
        self.go_on();
    }

    /// Changes whose turn it is begin, and those that are settled take place.
    fn go_on(&mut self) {
        for _ in 0..100 {
            let due = |change: &&Change| matches!(change.state, State::Ready | State::Settled);
            let Some(order_id) = self.set.changes.iter().find(due).map(|it| it.order_id) else {
                return;
            };
            self.hand_in(&Message::Next(order_id));
        }
        panic!("a change never takes place");
    }

    /// Bills what has left and is not billed, at the price of the order.
    fn bill(&mut self, po: u8, quantity: u8, tax: u8) {
        let po_number = format!("PO-{po}");
        let Some(line) = self.set.lines.get(&(id(&po_number), 1)).cloned() else { return };
        let Some(order) = self.set.orders.get(&id(&po_number)).cloned() else { return };
        let left = line.dispatched.saturating_sub(line.billed).min(line.billable());
        let quantity = left.min(quantity.to_string().parse().unwrap());
        if quantity.is_zero() {
            return;
        }
        let body = order.body.as_ref().unwrap();
        let part = contracts::event::OrderedLine { quantity, ..body.lines[0].clone() };
        let net = crate::domain::evaluate::line_net(&part, body.currency).unwrap().minor;
        let total = net + i64::from(tax);
        let number = format!("INV-{}", self.next());
        let bill = Bill {
            number: &number,
            po: &po_number,
            quantity: &quantity.to_string(),
            net: &cents(net),
            tax: &cents(tax.into()),
            total: &cents(total),
            ..BILL
        };
        let before = self.exposure();
        let last = line.billed.checked_add(quantity) >= Some(line.billable());
        self.hand_in(&Message::Billed(Box::new(invoice(&bill))));
        if !last && net <= order.exposure - charges_left(&order) {
            assert_eq!(self.exposure() - before, i64::from(tax), "more than the tax");
        }
    }

    /// What `due` does: who may fit is looked at, oldest first, until nobody does.
    fn serve(&mut self) {
        for _ in 0..100 {
            let credit = self.credit();
            if !credit.recheck {
                return;
            }
            let fit: Vec<_> =
                self.waiting().into_iter().filter(|it| Some(it.1) <= self.room()).collect();
            if fit.is_empty() {
                self.hand_in(&Message::LookedAt(account(), credit.changes));
            }
            for (order_id, _) in fit {
                let held = |set: &Set| set.orders.get(&order_id).unwrap().status == Status::Held;
                self.hand_in(&Message::Fits(order_id));
                if !held(&self.set) {
                    self.check_limit();
                }
            }
        }
        panic!("it never ends");
    }

    /// Orders that wait for credit alone, and what they come to; oldest first.
    fn waiting(&self) -> Vec<(OrderId, i64)> {
        let waits = self.set.orders.iter().filter(|order| order.waits_for_credit);
        let mut waits: Vec<_> = waits.map(|it| (it.received_at, it.order_id, it.total)).collect();
        waits.sort();
        waits.into_iter().map(|(_, order_id, total)| (order_id, total)).collect()
    }

    pub fn credit(&self) -> Credit {
        self.set.credit.get(&account()).cloned().unwrap()
    }

    fn exposure(&self) -> i64 {
        self.credit().exposure().unwrap()
    }

    fn accepted(&self, po: u8) -> bool {
        let order = self.set.orders.get(&id(&format!("PO-{po}")));
        order.is_some_and(|order| order.status == Status::Accepted)
    }

    /// How much more may be ordered; none while nothing may.
    fn room(&self) -> Option<i64> {
        if self.customer.status == CustomerStatus::Blocked {
            return None;
        }
        let Some(limit) = self.customer.credit_limit else { return Some(i64::MAX) };
        let limit = contracts::Money::of(limit, account().1).unwrap().minor;
        Some(limit - self.exposure())
    }

    fn check_limit(&self) {
        assert!(self.room() >= Some(0), "above the limit by {:?}", self.room());
    }

    /// The figures are the sums of their rows, and nobody who fits waits.
    pub fn check(&self) {
        let credit = self.credit();
        let mut on_order = 0;
        for order in self.set.orders.iter() {
            let lines = self.set.lines.range((order.order_id, 0)..=(order.order_id, u32::MAX));
            let exposure = part(order, lines).unwrap();
            assert_eq!(order.exposure, exposure, "{order:?}");
            on_order += exposure;
            let open =
                self.set.lines.get(&(order.order_id, 1)).map(|line| !line.unbilled().is_zero());
            assert!(exposure == 0 || open == Some(true), "{order:?}");
        }
        assert_eq!(credit.on_order, on_order);
        let of_customer = self.set.owed.iter().filter(|it| it.customer_id == Some(account().0));
        assert_eq!(credit.owed, of_customer.map(|it| it.amount).sum::<i64>());
        let waiting = self.waiting();
        assert_eq!(credit.waiting, u64::try_from(waiting.len()).unwrap());
        for (order_id, total) in waiting {
            assert!(self.room() < Some(total), "{order_id} fits and waits");
        }
    }
}

fn charges_left(order: &order::Order) -> i64 {
    let body = order.body.as_ref().unwrap();
    let minor = |it: &contracts::document::Charge| {
        contracts::Money::of(it.amount, body.currency).unwrap().minor
    };
    body.charges.iter().map(minor).sum::<i64>() - order.billed_charges
}
