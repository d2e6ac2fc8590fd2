//! R1 against an independent model: the units that may come back, with dispatches that arrive late,
//! twice and in any order, and with requests and receipts of several lines and items.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{Quantity, RmaNumber, partner::Partner};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use proptest::prelude::*;
use serde_json::{Value, json};
use testkit::Scenario;

use super::*;
use crate::{Returns, domain::rma};

/// An order line and one of its two items: the ordered one, or its substitute.
type Goods = (u32, u8);

/// One step of a random sequence.
#[derive(Debug, Clone)]
enum Step {
    /// The shipment with this id left that many days ago, and is reported twice now.
    Dispatch { id: u8, goods: Goods, units: u32, days_ago: i8 },
    /// A request under this id.
    Request { id: u8, lines: BTreeMap<Goods, u32> },
    /// A receipt under this id of a return, perhaps the final one.
    Receipt { id: u8, rma: u8, lines: BTreeMap<Goods, (u32, u8)>, last: bool },
    /// This many days pass, and perhaps the timer runs.
    Days { days: i8, timer: bool },
}

fn goods() -> impl Strategy<Value = Goods> {
    (1..3_u32, 0..2_u8)
}

fn step() -> impl Strategy<Value = Step> {
    let wanted = prop::collection::btree_map(goods(), 1..6_u32, 1..3);
    let came = prop::collection::btree_map(goods(), (1..4_u32, 0..3_u8), 0..3);
    prop_oneof![
        (0..6_u8, goods(), 1..7_u32, 0..40_i8).prop_map(|(id, goods, units, days_ago)| {
            Step::Dispatch { id, goods, units, days_ago }
        }),
        (0..12_u8, wanted).prop_map(|(id, lines)| Step::Request { id, lines }),
        (0..8_u8, 1..5_u8, came, any::<bool>()).prop_map(|(id, rma, lines, last)| Step::Receipt {
            id,
            rma,
            lines,
            last
        }),
        (0..20_i8, any::<bool>()).prop_map(|(days, timer)| Step::Days { days, timer }),
    ]
}

fn item((line, substitute): Goods) -> Sku {
    sku(&format!("WIDGET-{}", line + 10 * u32::from(substitute)))
}

/// Creates a line of a document about these goods.
fn entry(goods: Goods, units: u32) -> Value {
    json!({"line": goods.0, "sku": item(goods), "quantity": units.to_string()})
}

struct World {
    scenario: Scenario<Returns>,
    /// The units that left on each day, by goods.
    left: BTreeMap<(u32, Sku), Vec<(Date, Quantity)>>,
    closed: BTreeMap<RmaNumber, Vec<rma::Line>>,
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
        // A quarter of an hour before midnight in Chicago, before the clocks change there.
        scenario.now = "2026-03-01T05:45:00Z".parse().unwrap();
        records.into_iter().for_each(|record| scenario.partner(record));
        scenario.event(&warehouse("EAST", "threepl"));
        scenario.event(&company());
        Self { scenario, left: BTreeMap::new(), closed: BTreeMap::new() }
    }

    fn day(at: Timestamp) -> Date {
        at.to_zoned(TimeZone::get("America/Chicago").unwrap()).date()
    }

    fn step(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Dispatch { id, goods, units, days_ago } => {
                if self.left_before(*id) {
                    return Ok(());
                }
                let left_at = self.scenario.now - (24 * i64::from(*days_ago)).hours();
                let units_left = quantity(&units.to_string());
                let days = self.left.entry((goods.0, item(*goods))).or_default();
                days.push((Self::day(left_at), units_left));
                let lines = json!([entry(*goods, *units)]);
                let left = dispatched(&id.to_string(), "EAST", &left_at.to_string(), lines);
                self.scenario.event(&left).outputs();
                self.scenario.event(&left).outputs();
            }
            Step::Request { id, lines } => self.request(*id, lines)?,
            Step::Receipt { id, rma, lines, last } => {
                let lines = lines.iter().map(|(goods, (units, disposition))| {
                    let mut line = entry(*goods, *units);
                    let kinds = ["restock", "scrap", "return_to_customer"];
                    line["disposition"] = json!(kinds[usize::from(*disposition)]);
                    line
                });
                let came = json!({"rma_number": format!("RMA-{rma:06}"), "warehouse_id": "EAST",
                    "receipt_id": format!("RC-{id}"), "final": last,
                    "lines": lines.collect::<Vec<_>>()});
                let came: ReturnReceipt = serde_json::from_value(came).unwrap();
                self.scenario.document(&name("threepl"), &came).outputs();
            }
            Step::Days { days, timer } => {
                self.scenario.now += (24 * i64::from(*days)).hours();
                let all = self.scenario.work.authorizations.iter().filter(|_| *timer);
                let numbers: Vec<_> = all.map(|one| one.rma_number.clone()).collect();
                for number in numbers {
                    self.scenario.due(number).outputs();
                }
            }
        }
        Ok(())
    }

    fn left_before(&self, id: u8) -> bool {
        let shipment = contracts::ShipmentId(derived(&["shipment", &id.to_string()]));
        self.scenario.work.dispatches.iter().any(|one| one.shipment_id == shipment)
    }

    /// Sends a request, and checks that it is granted if and only if all of it left within the
    /// window.
    fn request(&mut self, id: u8, lines: &BTreeMap<Goods, u32>) -> Result<(), TestCaseError> {
        let known = self.scenario.work.requests.iter().any(|one| {
            one.return_request_id.as_str() == format!("RR-{id}")
                && one.answer.0.rma_number.is_some()
        });
        let before = self.scenario.work.authorizations.iter().count();
        let fits = lines.iter().all(|(goods, units)| {
            let asked = (Self::day(self.scenario.now), quantity(&units.to_string()));
            self.fits(&(goods.0, item(*goods)), Some(asked))
        });
        let body: Vec<Value> = lines.iter().map(|(goods, units)| entry(*goods, *units)).collect();
        let asked = request(&format!("RR-{id}"), json!(body));
        self.scenario.document(&name("acme"), &asked).outputs();
        let granted = self.scenario.work.authorizations.iter().count() > before;
        prop_assert_eq!(granted, fits && !known, "R1: {:?} of {:?}", lines, self.left);
        Ok(())
    }

    /// Returns true if the units in use fit the window. Units differ only by the day they left.
    /// Each one that may come back, or came, must have left within the window of its own request.
    /// For every day, the units requested on it or later must therefore not exceed those that left
    /// since the earliest day of its window.
    fn fits(&self, goods: &(u32, Sku), asked: Option<(Date, Quantity)>) -> bool {
        let today = Self::day(self.scenario.now);
        let used =
            self.scenario.work.lines.iter().filter(|line| (line.line, line.sku.clone()) == *goods);
        let used = used.map(|line| {
            let authorization = self.scenario.work.authorizations.get(&line.rma_number).unwrap();
            let over = authorization.expires_on < today;
            let came = [line.restocked, line.scrapped, line.returned_to_customer];
            let may_come = if over { Quantity::ZERO } else { line.outstanding };
            (authorization.requested_on, came.into_iter().chain([may_come]).sum())
        });
        let used: Vec<(Date, Quantity)> = used.chain(asked).collect();
        let days: BTreeSet<Date> = used.iter().map(|(day, _)| *day).collect();
        days.into_iter().all(|cut| {
            let earliest = cut - 30.days();
            let left = self.left.get(goods).into_iter().flatten();
            let left: Quantity =
                left.filter(|(day, _)| *day >= earliest).map(|(_, units)| *units).sum();
            used.iter().filter(|(day, _)| *day >= cut).map(|(_, units)| *units).sum::<Quantity>()
                <= left
        })
    }

    /// Checks R1, R3 and R5 on all rows.
    fn check(&mut self) -> Result<(), TestCaseError> {
        let kinds: BTreeSet<(u32, Sku)> =
            self.scenario.work.lines.iter().map(|line| (line.line, line.sku.clone())).collect();
        for goods in kinds {
            prop_assert!(self.fits(&goods, None), "R1: {goods:?}");
        }
        for line in self.scenario.work.lines.iter() {
            prop_assert!(line.used().unwrap() <= line.authorized, "R3: {line:?}");
        }
        for authorization in self.scenario.work.authorizations.iter() {
            let number = &authorization.rma_number;
            let lines = self.scenario.work.lines.iter().filter(|line| line.rma_number == *number);
            let lines: Vec<rma::Line> = lines.cloned().collect();
            if authorization.status != rma::Status::Open {
                let as_closed = self.closed.entry(number.clone()).or_insert_with(|| lines.clone());
                prop_assert_eq!(&lines, as_closed, "R5: what is closed stays as it was");
                prop_assert!(lines.iter().all(|line| line.outstanding.is_zero()), "R2, R5");
            } else {
                prop_assert!(!self.closed.contains_key(number), "R5: {} is closed", number);
            }
        }
        Ok(())
    }
}

proptest! {
    #[test]
    fn r1_a_request_is_granted_when_its_units_left_within_the_window_and_only_then(
        steps in prop::collection::vec(step(), 1..50)
    ) {
        let mut world = World::new();
        for step in &steps {
            world.step(step)?;
            world.check()?;
        }
    }
}
