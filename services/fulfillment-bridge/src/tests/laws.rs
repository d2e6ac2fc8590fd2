//! What holds after any sequence of messages.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    WarehouseId,
    document::LineQuantity,
    event::{
        OrderChanged, ShipmentCancelled, ShipmentDispatched, ShipmentRequested, ShipmentShort,
    },
};
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::json;

use super::*;

/// Something that happens to an order of which ten were asked of EAST.
#[derive(Debug, Clone)]
enum Step {
    /// More is set aside, in EAST or WEST.
    Reserve(bool, u32),
    /// A confirmation of one of the shipments: its id, shipped, declared short, final.
    Confirm(usize, u8, u32, u32, bool),
    /// So many are wanted back, from EAST or WEST.
    Recall(bool, u32),
    /// An operator accepts what one of the shipments sent.
    Accept(usize, u8, u32, bool),
    /// The buyer wants so many in all, and is granted them.
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

/// What the events say, as another service hears it.
#[derive(Debug, Default)]
struct Heard {
    shipped: i64,
    short: i64,
    cancelled: i64,
    /// What allocation holds: one reservation per warehouse, consumed by whatever leaves it.
    reserved: BTreeMap<WarehouseId, i64>,
    shipments: Vec<ShipmentId>,
}

impl Heard {
    fn of(&mut self, outcome: &Outcome) {
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

/// Sends it twice: it is answered twice, and has its effect once.
async fn twice(bench: &mut Bench, confirm: &ShipConfirm) -> Result<Outcome, TestCaseError> {
    let outcome = bench.document(&name("threepl"), confirm).await;
    let answer = |it: &&&str| it.starts_with("egress.threepl.") && !it.contains("ship-cancel");
    let subjects = outcome.subjects();
    let answers = subjects.iter().filter(answer);
    prop_assert_eq!(answers.count(), 1, "each document is answered once");
    let again = bench.document(&name("threepl"), confirm).await;
    prop_assert_eq!(again.outgoing.len(), 1, "a resend is answered and has no effect");
    Ok(outcome)
}

async fn holds(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut bench = mesh_of_partners().await;
    bench.event(&accepted()).await;
    let mut heard = Heard::default();
    heard.of(&bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await);
    let mut taken = BTreeSet::new();
    let (mut commands, mut reinstated) = (0, 0);
    for step in steps {
        let outcome = match step {
            Step::Reserve(east, units) => {
                bench.event(&reserved(&[(at(east), 1, "WIDGET-1", &units.to_string())])).await
            }
            Step::Recall(east, units) => {
                bench.event(&recalled(&[(at(east), 1, "WIDGET-1", &units.to_string())])).await
            }
            Step::Change(total) => {
                let changed = changed(total);
                let outcome = bench.event(&changed).await;
                prop_assert!(outcome.outgoing.is_empty());
                outcome
            }
            Step::Accept(shipment, id, shipped, last) => {
                let shipment_id = heard.shipments[shipment % heard.shipments.len()];
                let confirmation = format!("T-{id}");
                commands += 1;
                let command = json!({"command_id": format!("c-{commands}"), "operator": "me",
                    "reason": "it has left", "shipment_id": shipment_id,
                    "confirmation_id": confirmation, "shipped_at": "2026-03-03T15:00:00Z",
                    "lines": widgets(&shipped.to_string()), "final": last});
                let outcome =
                    bench.command("fulfillment-bridge", "confirm-shipment", &command).await;
                if !acks(&outcome).is_empty() {
                    taken.insert((shipment_id, confirmation.parse().unwrap()));
                }
                for event in outcome.events::<ShipmentDispatched>() {
                    reinstated += units(&event.reinstated);
                    prop_assert!(units(&event.reinstated) <= units(&event.lines));
                }
                outcome
            }
            Step::Confirm(shipment, id, shipped, short, last) => {
                let shipment_id = heard.shipments[shipment % heard.shipments.len()];
                let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": shipped,
                    "short_quantity": short}]);
                let confirm = confirm(&format!("T-{id}"), lines, last);
                let confirm = ShipConfirm { shipment_id, ..confirm };
                let outcome = twice(&mut bench, &confirm).await?;
                if !acks(&outcome).is_empty() {
                    taken.insert((shipment_id, confirm.confirmation_id));
                }
                outcome
            }
        };
        heard.of(&outcome);
        prop_assert!(reinstated <= heard.cancelled, "only what was taken back is put back");
        agrees(&bench, &heard, &taken).await?;
    }
    Ok(())
}

async fn agrees(
    bench: &Bench,
    heard: &Heard,
    taken: &BTreeSet<(ShipmentId, contracts::ConfirmationId)>,
) -> Result<(), TestCaseError> {
    let line = books(bench).await.into_iter().find(|line| line.line == 1).unwrap();
    let figures = [line.requested, line.dispatched, line.short, line.cancelled];
    let [requested, shipped, short, cancelled] = figures.map(|it| it.scaled() / 1_000_000);
    let told = [heard.shipped, heard.short, heard.cancelled];
    prop_assert_eq!([shipped, short, cancelled], told, "the books are the events");
    let open = requested - shipped - short - cancelled;
    let reserved: i64 = heard.reserved.values().sum();
    prop_assert_eq!(open, reserved, "what is asked is what is reserved");
    for shipment in status(bench).await.shipments {
        let id = shipment.shipment_id;
        let dispatches = &shipment.dispatches;
        prop_assert!(dispatches.iter().all(|it| taken.contains(&(id, it.confirmation_id.clone()))));
        for line in &shipment.lines {
            let unshipped = [line.short, line.cancelled].into_iter().sum::<contracts::Quantity>();
            prop_assert!(unshipped <= line.requested, "only what was asked can be missing");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(testkit::cases(32)))]

    /// F3, F4, F5, O7, O8: dispatched + short + cancelled + open = requested, and what left unasked; and
    /// what is open is what allocation holds reserved.
    #[test]
    fn f3_f4_f5_every_unit_is_answered_for_once(steps in prop::collection::vec(step(), 1..10)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(holds(steps))?;
    }
}
