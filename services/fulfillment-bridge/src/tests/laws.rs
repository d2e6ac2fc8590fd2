//! What holds after any sequence of messages.

use std::collections::BTreeSet;

use contracts::event::{ShipmentCancelled, ShipmentDispatched, ShipmentShort};
use proptest::{prelude::*, test_runner::TestCaseError};
use serde_json::json;

use super::*;

/// Something that happens to a shipment of ten.
#[derive(Debug, Clone)]
enum Step {
    /// A confirmation: its id, shipped, declared short, final.
    Confirm(u8, u32, u32, bool),
    /// A recall of so many.
    Recall(u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0_u8..4, 0_u32..8, 0_u32..4, prop::bool::weighted(0.2))
            .prop_map(|(id, shipped, short, last)| Step::Confirm(id, shipped, short, last)),
        1 => (0_u32..6).prop_map(Step::Recall),
    ]
}

/// Shipped, short and taken back, as the events say, and whether an answer came.
#[derive(Debug, Default, PartialEq)]
struct Told {
    shipped: i64,
    short: i64,
    cancelled: i64,
}

impl Told {
    fn add(&mut self, outcome: &Outcome) {
        let units = |quantity: contracts::Quantity| quantity.scaled() / 1_000_000;
        let shipped = outcome.events::<ShipmentDispatched>();
        self.shipped +=
            shipped.iter().flat_map(|it| &it.lines).map(|it| units(it.quantity)).sum::<i64>();
        let short = outcome.events::<ShipmentShort>();
        self.short +=
            short.iter().flat_map(|it| &it.lines).map(|it| units(it.quantity)).sum::<i64>();
        let cancelled = outcome.events::<ShipmentCancelled>();
        self.cancelled +=
            cancelled.iter().flat_map(|it| &it.lines).map(|it| units(it.quantity)).sum::<i64>();
    }
}

async fn holds(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut bench = ten_asked().await;
    let threepl = name("threepl");
    let mut told = Told::default();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for step in steps {
        let outcome = match step {
            Step::Recall(quantity) => {
                bench.event(&recalled(&[("EAST", 1, "WIDGET-1", &quantity.to_string())])).await
            }
            Step::Confirm(id, shipped, short, last) => {
                let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": shipped,
                    "short_quantity": short}]);
                let confirm = confirm(&format!("T-{id}"), lines, last);
                let outcome = bench.document(&threepl, &confirm).await;
                let answers = outcome.outgoing.iter();
                let answers = answers.filter(|it| it.subject.starts_with("egress.threepl."));
                prop_assert_eq!(answers.count(), 1, "each document is answered once");
                let again = bench.document(&threepl, &confirm).await;
                prop_assert_eq!(again.outgoing.len(), 1, "a resend is answered and has no effect");
                if !acks(&outcome).is_empty() {
                    taken.insert(format!("T-{id}"));
                }
                outcome
            }
        };
        told.add(&outcome);
        let lines = books(&bench).await;
        let [requested, shipped, short, cancelled] = {
            let line = &lines[0];
            [line.requested, line.dispatched, line.short, line.cancelled]
                .map(|it| it.scaled() / 1_000_000)
        };
        prop_assert_eq!(&Told { shipped, short, cancelled }, &told, "the books are the events");
        let open = requested - shipped - short - cancelled;
        prop_assert!(open >= 0, "nothing is answered for twice");
        let over = (shipped + short + cancelled - 10).max(0);
        prop_assert_eq!(shipped + short + cancelled + open, 10 + over);
        prop_assert!(short + cancelled <= 10, "only what was asked can be missing");
        let status = status(&bench).await;
        let dispatches = &status.shipments[0].dispatches;
        prop_assert!(dispatches.iter().all(|it| taken.contains(it.confirmation_id.as_str())));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// F3, F4, F5: dispatched + short + cancelled + open = requested, and what left unasked.
    #[test]
    fn f3_f4_f5_every_unit_is_answered_for_once(steps in prop::collection::vec(step(), 1..8)) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(holds(steps))?;
    }
}
