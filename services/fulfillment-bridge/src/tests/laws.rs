//! The laws that hold after any sequence of messages.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    ConfirmationId, WarehouseId,
    command::ConfirmShipment,
    document::{LineQuantity, Rejection, ShipCancel, ShipNotice},
    event::{
        OrderChanged, ShipmentCancelled, ShipmentCovered, ShipmentDispatched, ShipmentRefused,
        ShipmentRequested, ShipmentShort,
    },
};
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::json;

use super::*;

/// Something that happens to an order of which ten were asked of EAST.
#[derive(Debug, Clone)]
enum Step {
    /// More is reserved, in EAST or WEST.
    Reserve(bool, u32),
    /// A confirmation of one of the shipments: its id, shipped, declared short, final.
    Confirm(usize, u8, u32, u32, bool),
    /// A recall of so many, from EAST or WEST.
    Recall(bool, u32),
    /// An operator accepts units of one of the shipments: its id, shipped, final.
    Accept(usize, u8, u32, bool),
    /// A change to so many in all, which is granted.
    Change(u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (any::<bool>(), 1_u32..6).prop_map(|(east, units)| Step::Reserve(east, units)),
        4 => (0_usize..3, 0_u8..3, 0_u32..8, 0_u32..4, prop::bool::weighted(0.2)).prop_map(
            |(shipment, id, shipped, short, last)| Step::Confirm(shipment, id, shipped, short, last)
        ),
        1 => (any::<bool>(), 0_u32..6).prop_map(|(east, units)| Step::Recall(east, units)),
        1 => (0_usize..3, 3_u8..6, 0_u32..8, any::<bool>())
            .prop_map(|(shipment, id, units, last)| Step::Accept(shipment, id, units, last)),
        1 => (0_u32..15).prop_map(Step::Change),
    ]
}

fn at(east: bool) -> &'static str {
    if east { "EAST" } else { "WEST" }
}

fn units(lines: &[LineQuantity]) -> i64 {
    lines.iter().map(|line| line.quantity.scaled() / 1_000_000).sum()
}

/// The events, added up as another service does it.
#[derive(Debug, Default)]
struct Heard {
    shipped: i64,
    short: i64,
    cancelled: i64,
    /// The reservations of allocation: one reservation per warehouse, consumed by whatever leaves it.
    reserved: BTreeMap<WarehouseId, i64>,
    shipments: Vec<ShipmentId>,
}

impl Heard {
    fn of(&mut self, outcome: &Decided) {
        for event in outcome.events::<ShipmentRequested>() {
            *self.reserved.entry(event.warehouse_id).or_default() += units(&event.lines);
            self.shipments.push(event.shipment_id);
        }
        for event in outcome.events::<ShipmentDispatched>() {
            self.shipped += units(&event.lines);
            self.take(event.warehouse_id, units(&event.lines));
        }
        for event in outcome.events::<ShipmentShort>() {
            let short: i64 = event.lines.iter().map(|it| it.quantity.scaled() / 1_000_000).sum();
            self.short += short;
            self.take(event.warehouse_id, short);
        }
        for event in outcome.events::<ShipmentCancelled>() {
            self.cancelled += units(&event.lines);
            self.take(event.warehouse_id, units(&event.lines));
        }
    }

    fn take(&mut self, warehouse: WarehouseId, units: i64) {
        let reserved = self.reserved.entry(warehouse).or_default();
        *reserved = (*reserved - units).max(0);
    }
}

/// The order as it stands after a change of line 1.
fn changed(total: u32) -> OrderChanged {
    let mut order = accepted().order;
    order.lines[0].quantity = total.to_string().parse().unwrap();
    OrderChanged { order_id: order_id(), order, cancelled: Vec::new(), grown: Vec::new() }
}

/// Sends a confirmation twice: it is answered twice, and has its effect once.
fn twice(
    scenario: &mut Scenario<FulfillmentBridge>,
    confirm: &ShipConfirm,
) -> Result<Decided, TestCaseError> {
    let decided = scenario.document(&name("threepl"), confirm);
    prop_assert_eq!(answers(&decided), 1, "each document is answered once");
    let again = scenario.document(&name("threepl"), confirm);
    prop_assert_eq!(answers(&again), 1, "a resend is answered");
    prop_assert_eq!(effects(&again), 0, "a resend has no effect");
    Ok(decided)
}

fn answers(decided: &Decided) -> usize {
    acks(decided).len() + decided.documents::<Rejection>(&name("threepl")).len()
}

/// Everything else that a confirmation may lead to.
fn effects(decided: &Decided) -> usize {
    decided.events::<ShipmentDispatched>().len()
        + decided.events::<ShipmentShort>().len()
        + decided.events::<ShipmentCovered>().len()
        + decided.events::<ShipmentRefused>().len()
        + decided.documents::<ShipNotice>(&name("acme")).len()
        + decided.documents::<ShipCancel>(&name("threepl")).len()
}

/// The order's history so far.
struct World {
    scenario: Scenario<FulfillmentBridge>,
    heard: Heard,
    /// Confirmations that were taken.
    taken: BTreeSet<(ShipmentId, ConfirmationId)>,
    commands: u32,
    reinstated: i64,
}

impl World {
    fn new() -> Self {
        let mut scenario = scenario_of_partners();
        scenario.event(&accepted());
        let mut heard = Heard::default();
        heard.of(&scenario.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])));
        Self { scenario, heard, taken: BTreeSet::new(), commands: 0, reinstated: 0 }
    }

    fn shipment(&self, number: usize) -> ShipmentId {
        self.heard.shipments[number % self.heard.shipments.len()]
    }

    fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let decided = match *step {
            Step::Reserve(east, units) => {
                let lines = [(at(east), 1, "WIDGET-1", &*units.to_string())];
                self.scenario.event(&reserved(&lines))
            }
            Step::Recall(east, units) => {
                let lines = [(at(east), 1, "WIDGET-1", &*units.to_string())];
                self.scenario.event(&recalled(&lines))
            }
            Step::Change(total) => {
                let decided = self.scenario.event(&changed(total));
                prop_assert!(decided.outputs().is_silent());
                decided
            }
            Step::Accept(shipment, id, shipped, last) => {
                self.accept(self.shipment(shipment), id, shipped, last)?
            }
            Step::Confirm(shipment, id, shipped, short, last) => {
                let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": shipped,
                    "short_quantity": short}]);
                let confirm = confirm(&format!("T-{id}"), lines, last);
                let confirm = ShipConfirm { shipment_id: self.shipment(shipment), ..confirm };
                let decided = twice(&mut self.scenario, &confirm)?;
                if !acks(&decided).is_empty() {
                    self.taken.insert((confirm.shipment_id, confirm.confirmation_id));
                }
                decided
            }
        };
        self.heard.of(&decided);
        let only_cancelled = self.reinstated <= self.heard.cancelled;
        prop_assert!(only_cancelled, "only what was taken back is put back");
        self.agrees()
    }

    fn accept(
        &mut self,
        shipment_id: ShipmentId,
        id: u8,
        shipped: u32,
        last: bool,
    ) -> Result<Decided, TestCaseError> {
        let confirmation = format!("T-{id}");
        self.commands += 1;
        let command = json!({"command_id": format!("c-{}", self.commands), "operator": "me",
            "reason": "it has left", "shipment_id": shipment_id,
            "confirmation_id": confirmation, "shipped_at": "2026-03-03T15:00:00Z",
            "lines": widgets(&shipped.to_string()), "final": last});
        let command: ConfirmShipment = serde_json::from_value(command).unwrap();
        let decided = self.scenario.command(&command);
        if !acks(&decided).is_empty() {
            self.taken.insert((shipment_id, confirmation.parse().unwrap()));
        }
        for event in decided.events::<ShipmentDispatched>() {
            self.reinstated += units(&event.reinstated);
            prop_assert!(units(&event.reinstated) <= units(&event.lines));
        }
        Ok(decided)
    }

    fn agrees(&self) -> Result<(), TestCaseError> {
        let (line, heard, work) = (totals_of(&self.scenario), &self.heard, &self.scenario.work);
        let figures = [line.requested, line.dispatched, line.short, line.cancelled];
        let [requested, shipped, short, cancelled] = figures.map(|it| it.scaled() / 1_000_000);
        let told = [heard.shipped, heard.short, heard.cancelled];
        prop_assert_eq!([shipped, short, cancelled], told, "the books are the events");
        let open = requested - shipped - short - cancelled;
        let reserved: i64 = heard.reserved.values().sum();
        prop_assert_eq!(open, reserved, "what is asked is what is reserved");
        let dispatches = work.confirmations.iter().filter(|it| it.is_dispatch());
        for dispatch in dispatches {
            let key = (dispatch.shipment_id, dispatch.confirmation_id.clone());
            prop_assert!(self.taken.contains(&key));
        }
        for line in work.lines.iter() {
            let unshipped = [line.short, line.cancelled].into_iter().sum::<contracts::Quantity>();
            prop_assert!(unshipped <= line.requested, "only what was asked can be missing");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(testkit::cases(32)))]

    /// F3, F4, F5, O7, O8: dispatched + short + cancelled + open = requested, and what left unasked; and
    /// what is open is what allocation holds reserved.
    #[test]
    fn f3_f4_f5_every_unit_is_answered_for_once(steps in prop::collection::vec(step(), 1..10)) {
        let mut world = World::new();
        for step in &steps {
            world.step(step)?;
        }
    }
}
