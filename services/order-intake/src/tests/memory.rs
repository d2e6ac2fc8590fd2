//! Order-intake over rows in memory, for rules that need `decide` alone.

use std::collections::BTreeSet;

use contracts::{
    Egress, Event, Ingress, OrderId, PartnerName,
    command::{CancelOrder, Command, ReleaseOrder, UpsertPartner},
    document::{CommandResult, OrderAck},
    partner::Partner,
    question::IntakeLine,
};
use jiff::Timestamp;
use serde_json::{Value, json};
use testkit::{Decided, Outcome, Scenario};

use super::{
    customer, item, name, partner, prices,
    shop::{account, id, limited, priced, widgets},
};
use crate::{
    OrderIntake,
    domain::{
        change::State,
        credit::{Account, Owed},
        line::Line,
        order::{Order, Taken},
    },
    handlers::take_up_change::Turn,
    store::credit::Room,
};

/// The outputs of a message, from an engine or from rows in memory.
pub trait Heard: std::fmt::Debug {
    fn events<E: Event>(&self) -> Vec<E>;
    fn documents<D: Egress>(&self, partner: &PartnerName) -> Vec<D>;
}

impl Heard for Outcome {
    fn events<E: Event>(&self) -> Vec<E> {
        self.events()
    }

    fn documents<D: Egress>(&self, partner: &PartnerName) -> Vec<D> {
        self.documents(partner)
    }
}

/// The decisions on a message and on the work that it left.
#[derive(Debug)]
pub struct Told(Vec<Decided>);

impl Told {
    pub fn is_silent(&self) -> bool {
        self.0.iter().all(|decided| decided.outputs().is_silent())
    }
}

impl Heard for Told {
    fn events<E: Event>(&self) -> Vec<E> {
        self.0.iter().flat_map(Decided::events).collect()
    }

    fn documents<D: Egress>(&self, partner: &PartnerName) -> Vec<D> {
        self.0.iter().flat_map(|decided| decided.documents(partner)).collect()
    }
}

/// The service over rows in memory. Work that is due is done at once, as the engine does.
#[derive(Debug)]
pub struct Memory {
    scenario: Scenario<OrderIntake>,
}

impl Memory {
    /// Two buyers, an ERP, a customer, an item and a price list, as on the bench.
    pub fn open() -> Self {
        let mut memory = Self { scenario: Scenario::new(OrderIntake) };
        memory.partner(partner("acme", json!(["buyer"])));
        memory.partner(partner("shop", json!(["buyer"])));
        memory.partner(partner("erp", json!(["erp"])));
        let erp = name("erp");
        memory.document(&erp, &customer());
        memory.document(&erp, &item());
        memory.document(&erp, &prices());
        memory
    }

    pub fn partner(&mut self, record: Partner) {
        self.scenario.partner(record);
    }

    pub fn document<D: Ingress>(&mut self, partner: &PartnerName, document: &D) -> Told {
        let decided = self.scenario.document(partner, document);
        self.settled(decided)
    }

    pub fn event<E: Event + Clone>(&mut self, event: &E) -> Told {
        let decided = self.scenario.event(event);
        self.settled(decided)
    }

    /// Hands in a command, and returns its result too.
    pub fn command(&mut self, verb: &str, body: Value) -> (Told, Value) {
        let mut command = json!({"operator": "me", "reason": "asked"});
        command.as_object_mut().unwrap().extend(body.as_object().unwrap().clone());
        let read = "a command";
        let decided = match verb {
            ReleaseOrder::VERB => {
                self.scenario.command::<ReleaseOrder>(&serde_json::from_value(command).expect(read))
            }
            CancelOrder::VERB => {
                self.scenario.command::<CancelOrder>(&serde_json::from_value(command).expect(read))
            }
            _ => {
                let command = serde_json::from_value(command).expect(read);
                self.scenario.command::<UpsertPartner>(&command)
            }
        };
        let result = serde_json::to_value(&decided.to_operator::<CommandResult>()[0]).unwrap();
        (self.settled(decided), result)
    }

    pub fn at(&mut self, now: Timestamp) {
        self.scenario.now = now;
    }

    fn settled(&mut self, decided: Decided) -> Told {
        let mut all = vec![decided];
        loop {
            let more = self.due();
            if more.is_empty() {
                return Told(all);
            }
            all.extend(more);
        }
    }

    /// Does the work that is due now: orders that may fit, oldest first, and changes in line.
    fn due(&mut self) -> Vec<Decided> {
        let mut done = Vec::new();
        let marked = self.scenario.work.credit.iter().filter(|credit| credit.recheck);
        let marked: Vec<Account> = marked.map(mesh::row::Row::key).collect();
        for account in marked {
            for order_id in self.waiting(&account) {
                done.push(self.scenario.due(Room::For(order_id)));
            }
            let changes = self.scenario.work.credit.get(&account).unwrap().changes;
            done.push(self.scenario.due(Room::ForNobody(account, changes)));
        }
        let ready = self.scenario.work.changes.iter();
        let ready = ready.filter(|change| matches!(change.state, State::Ready | State::Settled));
        let ready: BTreeSet<OrderId> = ready.map(|change| change.order_id).collect();
        done.extend(ready.into_iter().map(|order_id| self.scenario.due(Turn(order_id))));
        done
    }

    fn waiting(&self, account: &Account) -> Vec<OrderId> {
        let waits = |taken: &Taken| taken.waits_for_credit && taken.account() == *account;
        let orders = self.scenario.work.orders.iter();
        let mut orders: Vec<&Order> =
            orders.filter(|order| order.taken().is_some_and(waits)).collect();
        orders.sort_by_key(|order| (order.received_at, order.order_id));
        orders.into_iter().map(|order| order.order_id).collect()
    }
}

/// A [`Shop`](super::shop::Shop) over rows in memory.
#[derive(Debug)]
pub struct Stall {
    memory: Memory,
}

impl Stall {
    /// Widgets cost 10.00, the customer may owe 100.00.
    pub fn open() -> Self {
        Self::at_price("10.00", Some("100.00"))
    }

    pub fn over(memory: Memory) -> Self {
        Self { memory }
    }

    /// Opens with another price and limit.
    pub fn at_price(price: &str, limit: Option<&str>) -> Self {
        let mut memory = Memory::open();
        memory.document(&name("erp"), &priced(price));
        memory.document(&name("erp"), &limited(limit));
        Self { memory }
    }

    /// Ten widgets are on order.
    pub fn with_ten() -> Self {
        let mut stall = Self::at_price("10.00", None);
        let taken = stall.order("PO-1", "10");
        assert_eq!(taken.status, contracts::document::OrderAckStatus::Accepted);
        stall
    }

    pub fn document<D: Ingress>(&mut self, partner: &PartnerName, document: &D) -> Told {
        self.memory.document(partner, document)
    }

    pub fn event<E: Event + Clone>(&mut self, event: &E) -> Told {
        self.memory.event(event)
    }

    pub fn command(&mut self, verb: &str, body: Value) -> (Told, Value) {
        self.memory.command(verb, body)
    }

    pub fn at(&mut self, now: Timestamp) {
        self.memory.at(now);
    }

    /// Orders so many widgets, and returns the answer.
    pub fn order(&mut self, po: &str, quantity: &str) -> OrderAck {
        super::ack(&self.memory.document(&name("acme"), &widgets(po, quantity)))
    }

    /// The customer's exposure; that its parts are kept right is seen by the way.
    pub fn exposure(&self) -> String {
        let work = &self.memory.scenario.work;
        let Some(kept) = work.credit.get(&account()) else { return "0.00".to_owned() };
        let part = |order: &Order| {
            let lines = work.lines.from((order.order_id, 0));
            order.taken().map_or(0, |taken| taken.part_anew(lines).unwrap())
        };
        let on_order: i64 = work.orders.iter().map(part).sum();
        let of_account = |owed: &&Owed| owed.account() == Some(account());
        let owed: i64 = work.owed.iter().filter(of_account).map(|owed| owed.amount).sum();
        assert_eq!((kept.on_order, kept.owed), (on_order.into(), owed.into()));
        kept.exposure().amount().to_string()
    }

    pub fn standing(&self, po: &str) -> Order {
        self.memory.scenario.work.orders.get(&id(po)).unwrap().clone()
    }

    pub fn taken(&self, po: &str) -> Taken {
        self.standing(po).taken().unwrap().clone()
    }

    pub fn line(&self, po: &str) -> Line {
        self.memory.scenario.work.lines.from((id(po), 0)).next().unwrap().clone()
    }

    /// The lines of all orders.
    pub fn lines(&self) -> Vec<IntakeLine> {
        let work = &self.memory.scenario.work;
        let line = |line: &Line| {
            let Line { order_id, line, ordered, cancelled, dispatched, billed, .. } = line.clone();
            let status = work.orders.get(&order_id).unwrap().status().to_string();
            let status = status.parse().unwrap();
            IntakeLine { order_id, line, ordered, cancelled, dispatched, billed, status }
        };
        work.lines.iter().map(line).collect()
    }

    /// Ordered, cancelled, dispatched and billed units of line 1, and the status of its order.
    pub fn figures(&self) -> ([String; 4], String) {
        let lines = self.lines();
        let line = lines.iter().find(|line| line.line == 1).unwrap();
        let figures = [line.ordered, line.cancelled, line.dispatched, line.billed];
        (figures.map(|it| it.to_string()), line.status.to_string())
    }
}
