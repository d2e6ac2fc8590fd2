//! The figures of a line that shrinks and grows (contract, question `order-status`).

use contracts::event::{
    InventoryBackordered, InventoryDeclined, InventoryReleased, InventoryReserved, OrderAccepted,
    OrderCancelled, OrderChanged, ShipmentDispatched,
};
use mesh::{Asker, Inbound};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::json;
use testkit::Bench;

use super::{bench, order_id, order_status, samples::*};

const SKU: &str = "WIDGET-1";

/// Ordered, reserved, backordered, shipped, cancelled.
async fn stands(bench: &Bench) -> [u32; 5] {
    let status = order_status(bench, Asker::Operator).await;
    let line = &status.lines[0];
    [line.ordered, line.reserved, line.backordered, line.shipped, line.cancelled]
        .map(|figure| figure.to_string().parse().unwrap())
}

fn changed(total: u32, cancelled: u32) -> OrderChanged {
    let mut order = body(0);
    order["lines"][0]["quantity"] = json!(total.to_string());
    let gone = json!([{"line": 1, "sku": SKU, "quantity": cancelled.to_string()}]);
    serde_json::from_value(json!({"order_id": order_id(), "order": order, "cancelled": gone}))
        .unwrap()
}

#[tokio::test]
async fn c6_ordered_is_the_highest_total_and_cancelled_that_less_the_present_one() {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    bench.event(&reserved::<InventoryReserved>(&[(1, SKU, 10)])).await;
    bench.event(&quantities::<InventoryReleased>(&[(1, SKU, 2)])).await;
    bench.event(&changed(8, 0)).await;
    assert_eq!(stands(&bench).await, [10, 8, 0, 0, 2]);
    bench.event(&changed(9, 0)).await;
    bench.event(&reserved::<InventoryReserved>(&[(1, SKU, 1)])).await;
    assert_eq!(stands(&bench).await, [10, 9, 0, 0, 1]);
    bench.event(&shipped::<ShipmentDispatched>(1, &[(1, SKU, 11)])).await;
    assert_eq!(stands(&bench).await, [10, 0, 0, 11, 1], "a surplus stands in shipped");
}

/// A line as order-intake and allocation keep it.
#[derive(Debug, Default)]
struct Model {
    highest: u32,
    /// What order-intake calls the total, declined units included.
    total: u32,
    declined: u32,
    reserved: u32,
    waiting: u32,
    shipped: u32,
}

impl Model {
    fn serve(&mut self, bench: &mut Bench, quantity: u32, in_stock: u32) -> Vec<Inbound> {
        let now = quantity.min(in_stock);
        let later = quantity - now;
        (self.reserved, self.waiting) = (self.reserved + now, self.waiting + later);
        let mut said = Vec::new();
        if now > 0 {
            said.push(bench.numbered(&reserved::<InventoryReserved>(&[(1, SKU, now)])));
        }
        if later > 0 {
            said.push(bench.numbered(&quantities::<InventoryBackordered>(&[(1, SKU, later)])));
        }
        said
    }

    fn step(&mut self, bench: &mut Bench, kind: u8, size: u32) -> Vec<Inbound> {
        match kind {
            // The buyer wants less: what waits goes first.
            0 => {
                let less = size.min(self.reserved + self.waiting);
                let of_waiting = less.min(self.waiting);
                self.waiting -= of_waiting;
                self.reserved -= less - of_waiting;
                // Declined units come off a total first.
                self.total = self.total - self.declined - less;
                self.declined = 0;
                let freed = quantities::<InventoryReleased>(&[(1, SKU, less)]);
                let freed = (less > 0).then(|| bench.numbered(&freed));
                freed.into_iter().chain([bench.numbered(&changed(self.total, 0))]).collect()
            }
            // The buyer wants more.
            1 => {
                self.total += size;
                self.highest = self.highest.max(self.total);
                let changed = bench.numbered(&changed(self.total, self.declined));
                let mut said = vec![changed];
                // What waits is served first.
                let in_stock = if self.waiting > 0 { 0 } else { size / 2 };
                said.extend(self.serve(bench, size, in_stock));
                said
            }
            // Stock comes in.
            2 => {
                let now = size.min(self.waiting);
                (self.reserved, self.waiting) = (self.reserved + now, self.waiting - now);
                let event = reserved::<InventoryReserved>(&[(1, SKU, now)]);
                (now > 0).then(|| bench.numbered(&event)).into_iter().collect()
            }
            // What waits does not come.
            3 => {
                let gone = size.min(self.waiting);
                (self.waiting, self.declined) = (self.waiting - gone, self.declined + gone);
                if gone == 0 {
                    return Vec::new();
                }
                let lines = [(1, SKU, gone)];
                let declined = bench.numbered(&quantities::<InventoryDeclined>(&lines));
                vec![declined, bench.numbered(&quantities::<OrderCancelled>(&lines))]
            }
            _ => {
                let left = size.min(self.reserved);
                (self.reserved, self.shipped) = (self.reserved - left, self.shipped + left);
                let event = shipped::<ShipmentDispatched>(1, &[(1, SKU, left)]);
                (left > 0).then(|| bench.numbered(&event)).into_iter().collect()
            }
        }
    }

    fn figures(&self) -> [u32; 5] {
        let cancelled = self.highest - (self.total - self.declined);
        [self.highest, self.reserved, self.waiting, self.shipped, cancelled]
    }
}

#[test]
fn c6_at_rest_a_line_adds_up_whatever_was_changed() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: testkit::cases(48),
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let steps = prop::collection::vec((0_u8..5, 1_u32..9), 1..12);
    let outcome = runner.run(&steps, |steps| {
        runtime.block_on(async {
            let mut bench = bench().await;
            bench.event(&order::<OrderAccepted>(0)).await;
            let mut model = Model { highest: 10, total: 10, ..Model::default() };
            let served = model.serve(&mut bench, 10, 6);
            bench.deliver(served).await;
            for (kind, size) in steps {
                let said = model.step(&mut bench, kind, size);
                bench.deliver(said).await;
                let found = stands(&bench).await;
                prop_assert_eq!(found, model.figures(), "{:?}", model);
                let [ordered, rest @ ..] = found;
                prop_assert_eq!(ordered, rest.iter().sum::<u32>());
            }
            Ok(())
        })
    });
    outcome.unwrap();
}
