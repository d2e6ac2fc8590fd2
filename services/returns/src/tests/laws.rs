//! Invariants that hold after any sequence of dispatches, requests, receipts and days, with
//! repeats.

use std::collections::BTreeMap;

use contracts::{Quantity, partner::Partner};
use jiff::ToSpan;
use proptest::prelude::*;
use serde_json::json;
use testkit::Scenario;

use super::*;
use crate::{Returns, domain::rma};

/// One step of a random sequence.
#[derive(Debug, Clone)]
enum Step {
    /// The shipment with this id leaves, or is reported again.
    Dispatch(u8, u8),
    /// A request under this id for this many units.
    Request(u8, u8),
    /// A receipt under this id of a return for this many units, perhaps the final one.
    Receipt(u8, u8, u8, bool),
    /// This many hours pass, and perhaps the timer runs.
    Hours(u16, bool),
    /// The seller's time zone changes: a day may come twice.
    Zone(bool),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4_u8, 1..6_u8).prop_map(|(id, units)| Step::Dispatch(id, units)),
        (0..8_u8, 1..8_u8).prop_map(|(id, units)| Step::Request(id, units)),
        (0..8_u8, 1..5_u8, 1..5_u8, any::<bool>())
            .prop_map(|(id, rma, units, last)| Step::Receipt(id, rma, units, last)),
        (1..600_u16, any::<bool>()).prop_map(|(hours, timer)| Step::Hours(hours, timer)),
        any::<bool>().prop_map(Step::Zone),
    ]
}

/// Returns what came in of a line, plus what may still come.
fn taken(line: &rma::Line) -> Quantity {
    let rma::Line { outstanding, restocked, scrapped, returned_to_customer, .. } = line;
    [outstanding, restocked, scrapped, returned_to_customer].into_iter().copied().sum()
}

struct World {
    scenario: Scenario<Returns>,
    shipments: BTreeMap<u8, u8>,
}

impl World {
    fn new() -> Self {
        let records = [
            json!({"partner": "acme", "roles": ["buyer"]}),
            json!({"partner": "threepl", "roles": ["warehouse"], "warehouses": ["EAST"]}),
        ];
        let records = records.map(|record| serde_json::from_value::<Partner>(record).unwrap());
        let mut scenario = Scenario::new(Returns::new(knobs()));
        scenario.last_chance = true;
        records.into_iter().for_each(|record| scenario.partner(record));
        scenario.event(&warehouse("EAST", "threepl"));
        Self { scenario, shipments: BTreeMap::new() }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Dispatch(id, units) => {
                let units = *self.shipments.entry(id).or_insert(units);
                let (at, lines) = (self.scenario.now.to_string(), one(&units.to_string()));
                let left = dispatched(&id.to_string(), "EAST", &at, lines);
                self.scenario.event(&left).outputs();
            }
            Step::Request(id, units) => {
                let asked = request(&format!("RR-{id}"), one(&units.to_string()));
                self.scenario.document(&name("acme"), &asked).outputs();
            }
            Step::Receipt(id, rma, units, last) => {
                let mut came = receipt(&format!("RC-{id}"), &units.to_string(), "restock", last);
                came.rma_number = number(&format!("RMA-{rma:06}"));
                self.scenario.document(&name("threepl"), &came).outputs();
            }
            Step::Hours(hours, timer) => {
                self.scenario.now += i64::from(hours).hours();
                let authorizations = self.scenario.work.authorizations.iter().filter(|_| timer);
                let numbers: Vec<_> = authorizations.map(|one| one.rma_number.clone()).collect();
                for number in numbers {
                    self.scenario.due(number).outputs();
                }
            }
            Step::Zone(east) => {
                let mut moved = company();
                let zone = if east { "Pacific/Kiritimati" } else { "Pacific/Midway" };
                moved.record.time_zone = zone.to_owned();
                self.scenario.event(&moved).outputs();
            }
        }
    }

    /// R1 and R3, and that nothing of a closed return is outstanding.
    fn check(&self) -> Result<(), TestCaseError> {
        let left: Quantity = self.scenario.work.dispatches.iter().map(|one| one.quantity).sum();
        let used: Quantity = self.scenario.work.lines.iter().map(taken).sum();
        prop_assert!(used <= left, "R1: {used} of {left}");
        for line in self.scenario.work.lines.iter() {
            prop_assert!(taken(line) <= line.authorized, "R3: {line:?}");
            let status = self.scenario.work.authorizations.get(&line.rma_number).unwrap().status;
            prop_assert!(status == rma::Status::Open || line.outstanding.is_zero(), "{line:?}");
        }
        let last = self.scenario.work.series.iter().map(|series| series.last).sum::<u64>();
        prop_assert_eq!(
            usize::try_from(last).unwrap(),
            self.scenario.work.authorizations.iter().count()
        );
        Ok(())
    }

    fn figures(&self) -> Vec<rma::Line> {
        self.scenario.work.lines.iter().cloned().collect()
    }
}

proptest! {
    #[test]
    fn r1_r3_no_sequence_authorizes_or_receives_more_than_left(
        steps in prop::collection::vec(step(), 1..60)
    ) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
            world.check()?;
            if !matches!(step, Step::Hours(..)) {
                let before = world.figures();
                world.step(step);
                prop_assert_eq!(world.figures(), before, "once and twice are the same: {:?}", step);
            }
        }
    }
}
