//! A random history: what buyers, operators and the other services do, as the messages that say so
//! and as what the reference is told. What the others tell comes in any order across aggregates,
//! within one early at times, and again.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{Event, document::Order, subject};
use jiff::SignedDuration;
use mesh::Inbound;
use serde_json::{Value, json};

use super::{
    Intake,
    cash::Desk,
    name,
    reference::{Books, Customer, Told},
};

/// Items, their price in millionths, and that from ten units on.
pub const ITEMS: [(&str, i64, i64); 3] =
    [("A", 10_005_000, 10_005_000), ("B", 335_000, 333_500), ("C", 7_000_000, 6_400_000)];
/// Customers, their currency and price list, and its digits.
pub const CUSTOMERS: [(&str, &str, &str, u32); 3] =
    [("C-100", "USD", "HERE", 2), ("C-200", "USD", "HERE", 2), ("C-300", "JPY", "THERE", 0)];

/// Small numbers out of one: the same everywhere.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn below(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    /// From 1 to so many.
    pub fn units(&mut self, most: i64) -> i64 {
        i64::try_from(self.below(usize::try_from(most.max(1)).unwrap())).unwrap() + 1
    }

    pub fn one<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        (!of.is_empty()).then(|| of[self.below(of.len())].clone())
    }
}

/// A line, as the services see it that serve it.
#[derive(Debug, Default, Clone, Copy)]
pub struct Served {
    pub open: i64,
    pub shipped: i64,
    pub taken_back: i64,
}

/// A message of somebody.
#[derive(Debug)]
struct Parcel {
    message: Inbound,
    told: Told,
    sent: bool,
}

/// The messages of one batch, and their meanings.
#[derive(Debug, Default)]
pub struct Step {
    pub messages: Vec<Inbound>,
    pub told: Vec<Told>,
}

impl Step {
    pub fn of(message: Inbound, told: Told) -> Self {
        Self { messages: vec![message], told: vec![told] }
    }
}

pub struct Script {
    pub dice: Dice,
    pub books: Books,
    pub lines: BTreeMap<(usize, u32), Served>,
    /// Orders of which a change is not answered yet.
    pub pending: BTreeSet<usize>,
    pub orders: Vec<Order>,
    pub desk: Desk,
    post: BTreeMap<String, Vec<Parcel>>,
    /// Messages that were delivered, to be delivered again.
    seen: Vec<Inbound>,
    numbers: usize,
}

/// An amount in the smallest unit of its currency, as text.
pub fn amount(minor: i64, digits: u32) -> String {
    match digits {
        0 => minor.to_string(),
        _ => format!("{}.{:02}", minor / 100, minor % 100),
    }
}

/// A price in millionths, as text.
pub fn price(millionths: i64) -> String {
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

impl Script {
    pub fn new(seed: u64) -> Self {
        let terms = |(_, _, _, digits): (&str, &str, &str, u32)| Customer {
            limit: Some(20_000),
            blocked: false,
            digits,
        };
        Self {
            dice: Dice(seed),
            books: Books::of(CUSTOMERS.map(terms).into()),
            lines: BTreeMap::new(),
            pending: BTreeSet::new(),
            orders: Vec::new(),
            desk: Desk::default(),
            post: BTreeMap::new(),
            seen: Vec::new(),
            numbers: 0,
        }
    }

    pub fn number(&mut self) -> usize {
        self.numbers += 1;
        self.numbers
    }

    /// The next event, and the messages that are delivered now.
    pub fn next(&mut self, bench: &mut Intake) -> (&'static str, Step) {
        bench.at(bench.now() + SignedDuration::from_secs(1));
        let (what, step) = match self.dice.below(36) {
            0..=3 => ("orders", self.order(bench)),
            4..=6 => ("goods leave", self.ship(bench)),
            7 | 8 => ("a change", self.change(bench)),
            9 => ("a cancel", self.cancel(bench)),
            10 => ("a decline", self.decline(bench)),
            11 | 12 => ("late or above the order", self.leave_besides(bench)),
            13 => ("terms", self.terms(bench)),
            14 => ("prices", self.prices(bench)),
            15 => ("a release", self.release(bench)),
            16..=19 => ("cash", self.move_cash(bench)),
            20..=22 => ("again", self.again(bench)),
            _ => ("the post", self.deliver()),
        };
        self.seen.extend(step.messages.clone());
        (what, step)
    }

    /// A partner's document of any kind.
    pub fn document(bench: &mut Intake, partner: &str, kind: &str, body: &Value) -> Inbound {
        let payload = serde_json::to_vec(body).unwrap();
        bench.inbound(subject::ingress(&name(partner), kind), payload)
    }

    /// Puts an event among what will be told.
    pub fn later<E: Event>(&mut self, bench: &mut Intake, event: &E, told: Told) {
        let message = bench.numbered(event);
        let aggregate = format!("{}/{}", E::AGGREGATE, event.id());
        self.post.entry(aggregate).or_default().push(Parcel { message, told, sent: false });
    }

    /// Returns whether everything was heard of what an aggregate told.
    pub fn is_heard(&self, aggregate: &str) -> bool {
        !self.post.contains_key(aggregate)
    }

    /// The next event of an aggregate; or the one behind it, which waits for it.
    fn deliver(&mut self) -> Step {
        let all: Vec<String> = self.post.keys().cloned().collect();
        let Some(aggregate) = self.dice.one(&all) else { return Step::default() };
        // What allocation sets free and declines is clipped by what is open: its order counts.
        let early = self.dice.below(6) == 0 && !aggregate.starts_with("inventory/");
        let queue = self.post.get_mut(&aggregate).unwrap();
        let step = if let Some(second) = queue.get_mut(1).filter(|it| early && !it.sent) {
            second.sent = true;
            Step::of(second.message.clone(), Told::Nothing)
        } else {
            let first = queue.remove(0);
            let mut step = Step::of(first.message, first.told);
            while queue.first().is_some_and(|next| next.sent) {
                step.told.push(queue.remove(0).told);
            }
            step
        };
        if queue.is_empty() {
            self.post.remove(&aggregate);
        }
        step
    }

    /// Something that was delivered before: the same message, or the same order in another one.
    fn again(&mut self, bench: &mut Intake) -> Step {
        let order = self.dice.one(&self.orders.clone()).filter(|_| self.dice.below(3) == 0);
        let message = match order {
            Some(order) => Some(Self::document(bench, "acme", "order", &json!(order))),
            None => self.dice.one(&self.seen.clone()),
        };
        message.map_or_else(Step::default, |message| Step::of(message, Told::Nothing))
    }
}
