//! What holds after any sequence of changes, cancels, releases and dispatches, with what is said
//! coming late and twice (O7, O8, M1).

use std::collections::{BTreeMap, VecDeque};

use contracts::{
    document::{LineQuantity, OrderChangeAck},
    event::{OrderCancelled, OrderChangeRequested, OrderChanged},
    question::OrderState,
};
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::json;

use super::*;

/// An event in the life of an order of ten widgets on line 1.
#[derive(Debug, Clone)]
enum Step {
    /// The buyer wants so many of a line, under a number that may be used before.
    Change(u8, u32, u32),
    /// The buyer wants nothing more.
    Cancel,
    /// A warehouse ships so many of what it is asked for.
    Ship(u32, u32),
    /// A warehouse ships what was taken back, and an operator accepts it.
    Late(u32, u32),
    /// The other services hear what intake said last.
    Hear,
    /// Intake hears of the next thing that was set free.
    Free,
    /// Intake hears of the next goods that left.
    Gone,
}

fn step() -> impl Strategy<Value = Step> {
    let line = || 1_u32..3;
    prop_oneof![
        4 => (0_u8..5, line(), 0_u32..15).prop_map(|(n, line, total)| Step::Change(n, line, total)),
        1 => Just(Step::Cancel),
        2 => (line(), 1_u32..8).prop_map(|(line, units)| Step::Ship(line, units)),
        1 => (line(), 1_u32..4).prop_map(|(line, units)| Step::Late(line, units)),
        4 => Just(Step::Hear),
        4 => Just(Step::Free),
        4 => Just(Step::Gone),
    ]
}

/// A line, as the services see it that serve it.
#[derive(Debug, Default, Clone, Copy)]
struct Served {
    open: i64,
    shipped: i64,
    taken_back: i64,
}

/// Events of intake that the others have not heard.
#[derive(Debug)]
enum Said {
    Requested(OrderChangeRequested),
    Changed(Box<OrderChanged>),
}

struct World {
    shop: Shop,
    lines: BTreeMap<u32, Served>,
    said: VecDeque<Said>,
    free: VecDeque<InventoryReleased>,
    gone: VecDeque<ShipmentDispatched>,
    confirmations: u32,
    answers: Vec<OrderChangeAck>,
    cancelled: i64,
}

fn whole(quantity: contracts::Quantity) -> i64 {
    quantity.scaled() / 1_000_000
}

fn units(line: u32, quantity: i64) -> LineQuantity {
    let quantity = quantity.to_string();
    LineQuantity { line, sku: "WIDGET-1".parse().unwrap(), quantity: quantity.parse().unwrap() }
}

impl World {
    async fn new() -> Self {
        let (lines, said) =
            ([(1, Served { open: 10, ..Served::default() })].into(), VecDeque::new());
        Self {
            shop: Shop::with_ten().await,
            lines,
            said,
            free: VecDeque::new(),
            gone: VecDeque::new(),
            confirmations: 0,
            answers: Vec::new(),
            cancelled: 0,
        }
    }

    fn heard(&mut self, outcome: &Outcome) {
        for message in &outcome.outgoing {
            if message.subject.starts_with("events.order.change-requested.") {
                self.said
                    .push_back(Said::Requested(serde_json::from_slice(&message.payload).unwrap()));
            }
            if message.subject.starts_with("events.order.changed.") {
                self.said
                    .push_back(Said::Changed(serde_json::from_slice(&message.payload).unwrap()));
            }
        }
        let gone = outcome.events::<OrderCancelled>().into_iter().flat_map(|event| event.lines);
        self.cancelled += gone.map(|line| whole(line.quantity)).sum::<i64>();
        self.answers.extend(answers(outcome));
    }

    async fn take(&mut self, step: &Step) {
        match *step {
            Step::Change(number, line, total) => {
                let lines = json!([{"line": line, "quantity": total.to_string(),
                    "sku": "WIDGET-1"}]);
                for _ in 0..2 {
                    let outcome = self.shop.change(&change(number.into(), lines.clone())).await;
                    self.heard(&outcome);
                }
            }
            Step::Cancel => {
                let outcome = self.shop.cancel().await;
                self.heard(&outcome);
            }
            Step::Ship(line, wanted) => {
                let served = self.lines.entry(line).or_default();
                let shipped = served.open.min(wanted.into());
                served.open -= shipped;
                self.leave(line, shipped, 0);
            }
            Step::Late(line, wanted) => {
                let served = self.lines.entry(line).or_default();
                let late = served.taken_back.min(wanted.into());
                served.taken_back -= late;
                // Allocation takes them from what is open of the line first (F5).
                served.open -= served.open.min(late);
                self.leave(line, late, late);
            }
            Step::Hear => {
                if let Some(said) = self.said.pop_front() {
                    self.serve(said);
                }
            }
            Step::Free => {
                if let Some(event) = self.free.pop_front() {
                    let outcome = self.shop.bench.event(&event).await;
                    self.heard(&outcome);
                }
            }
            Step::Gone => {
                if let Some(event) = self.gone.pop_front() {
                    let outcome = self.shop.bench.event(&event).await;
                    self.heard(&outcome);
                }
            }
        }
    }

    fn leave(&mut self, line: u32, quantity: i64, late: i64) {
        if quantity == 0 {
            return;
        }
        self.lines.entry(line).or_default().shipped += quantity;
        self.confirmations += 1;
        let mut event = left(&format!("T-{}", self.confirmations), "1", "0");
        event.lines = vec![units(line, quantity)];
        event.reinstated = if late > 0 { vec![units(line, late)] } else { Vec::new() };
        self.gone.push_back(event);
    }

    /// The reactions of allocation and the warehouses.
    fn serve(&mut self, said: Said) {
        match said {
            Said::Requested(event) => {
                let mut lines = Vec::new();
                for less in event.lines.iter().filter(|line| line.to < line.from) {
                    let served = self.lines.entry(less.line).or_default();
                    let kept = (whole(less.to) - served.shipped).max(0);
                    let free = (served.open - kept).max(0);
                    served.open -= free;
                    served.taken_back += free;
                    lines.extend((free > 0).then(|| units(less.line, free)));
                }
                if !lines.is_empty() {
                    self.free.push_back(InventoryReleased { order_id: id("PO-1"), lines });
                }
            }
            Said::Changed(event) => {
                for more in &event.grown {
                    let total = event.order.lines.iter().find(|line| line.line == more.line);
                    let gone = event.cancelled.iter().filter(|line| line.line == more.line);
                    let gone: i64 = gone.map(|line| whole(line.quantity)).sum();
                    let wanted = whole(total.unwrap().quantity) - gone;
                    let served = self.lines.entry(more.line).or_default();
                    // What left above the order counts towards the growth.
                    let room = (wanted - served.shipped - served.open).max(0);
                    served.open += room.min(whole(more.quantity));
                }
            }
        }
    }

    /// Delivers all events to everybody.
    async fn settle(&mut self) {
        while !(self.said.is_empty() && self.free.is_empty() && self.gone.is_empty()) {
            for step in [Step::Hear, Step::Gone, Step::Free] {
                self.take(&step).await;
            }
        }
    }

    async fn agrees(&self) -> Result<(), TestCaseError> {
        for line in self.shop.lines().await {
            let served = self.lines.get(&line.line).copied().unwrap_or_default();
            let [ordered, cancelled, dispatched] =
                [line.ordered, line.cancelled, line.dispatched].map(whole);
            prop_assert_eq!(dispatched, served.shipped);
            let over = (dispatched + cancelled - ordered).max(0);
            prop_assert_eq!(ordered, dispatched + cancelled + served.open - over, "{:?}", line);
        }
        Ok(())
    }
}

async fn holds(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut world = World::new().await;
    for step in &steps {
        world.take(step).await;
    }
    world.settle().await;
    world.agrees().await?;
    // Nothing is left undecided: another change of a standing order is taken at once.
    let status = world.shop.lines().await[0].status;
    let probe = world.shop.change(&change(99, json!([{"line": 1, "quantity": "1000"}]))).await;
    world.heard(&probe);
    let told = world.answers.last().unwrap();
    prop_assert_eq!(told.change_number, Some(99));
    let closed = told.reasons.iter().any(|it| it.code == contracts::Reason::OrderClosed);
    if status == OrderState::Cancelled {
        prop_assert!(closed);
    }
    world.settle().await;
    world.agrees().await
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(testkit::cases(48)))]

    /// O7, O8: ordered = dispatched + cancelled + open, and no change is left unanswered.
    #[test]
    fn o7_o8_every_unit_is_accounted_for_and_every_change_answered(
        steps in prop::collection::vec(step(), 1..24)
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(holds(steps))?;
    }
}
