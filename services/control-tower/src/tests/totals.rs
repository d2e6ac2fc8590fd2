//! The figures of a line that shrinks and grows (contract, question `order-status`).

use contracts::event::{
    InventoryBackordered, InventoryDeclined, InventoryReleased, InventoryReserved, OrderAccepted,
    OrderCancelled, OrderChanged, ShipmentDispatched,
};
use proptest::prelude::*;
use serde_json::json;
use testkit::Scenario;

use super::{order_id, samples::*, scenario};
use crate::ControlTower;

const SKU: &str = "WIDGET-1";

/// Ordered, reserved, backordered, shipped, cancelled.
fn stands(tower: &Scenario<ControlTower>) -> [u32; 5] {
    let line = tower.work.lines.get(&(order_id(), 1)).unwrap();
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

#[test]
fn c6_ordered_is_the_highest_total_and_cancelled_that_less_the_present_one() {
    let mut tower = scenario();
    tower.event(&order::<OrderAccepted>(0)).outputs();
    tower.event(&reserved::<InventoryReserved>(&[(1, SKU, 10)])).outputs();
    tower.event(&quantities::<InventoryReleased>(&[(1, SKU, 2)])).outputs();
    tower.event(&changed(8, 0)).outputs();
    assert_eq!(stands(&tower), [10, 8, 0, 0, 2]);
    tower.event(&changed(9, 0)).outputs();
    tower.event(&reserved::<InventoryReserved>(&[(1, SKU, 1)])).outputs();
    assert_eq!(stands(&tower), [10, 9, 0, 0, 1]);
    tower.event(&shipped::<ShipmentDispatched>(1, &[(1, SKU, 11)])).outputs();
    assert_eq!(stands(&tower), [10, 0, 0, 11, 1], "a surplus stands in shipped");
}

/// A line as order-intake and allocation keep it.
#[derive(Debug, Default)]
struct Model {
    highest: u32,
    /// The total of order-intake, declined units included.
    total: u32,
    declined: u32,
    reserved: u32,
    waiting: u32,
    shipped: u32,
}

impl Model {
    fn serve(&mut self, tower: &mut Scenario<ControlTower>, quantity: u32, in_stock: u32) {
        let now = quantity.min(in_stock);
        let later = quantity - now;
        (self.reserved, self.waiting) = (self.reserved + now, self.waiting + later);
        if now > 0 {
            tower.event(&reserved::<InventoryReserved>(&[(1, SKU, now)])).outputs();
        }
        if later > 0 {
            tower.event(&quantities::<InventoryBackordered>(&[(1, SKU, later)])).outputs();
        }
    }

    fn step(&mut self, tower: &mut Scenario<ControlTower>, kind: u8, size: u32) {
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
                if less > 0 {
                    tower.event(&quantities::<InventoryReleased>(&[(1, SKU, less)])).outputs();
                }
                tower.event(&changed(self.total, 0)).outputs();
            }
            // The buyer wants more.
            1 => {
                self.total += size;
                self.highest = self.highest.max(self.total);
                tower.event(&changed(self.total, self.declined)).outputs();
                // What waits is served first.
                let in_stock = if self.waiting > 0 { 0 } else { size / 2 };
                self.serve(tower, size, in_stock);
            }
            // Stock comes in.
            2 => {
                let now = size.min(self.waiting);
                (self.reserved, self.waiting) = (self.reserved + now, self.waiting - now);
                if now > 0 {
                    tower.event(&reserved::<InventoryReserved>(&[(1, SKU, now)])).outputs();
                }
            }
            // What waits does not come.
            3 => {
                let gone = size.min(self.waiting);
                (self.waiting, self.declined) = (self.waiting - gone, self.declined + gone);
                if gone > 0 {
                    let lines = [(1, SKU, gone)];
                    tower.event(&quantities::<InventoryDeclined>(&lines)).outputs();
                    tower.event(&quantities::<OrderCancelled>(&lines)).outputs();
                }
            }
            _ => {
                let left = size.min(self.reserved);
                (self.reserved, self.shipped) = (self.reserved - left, self.shipped + left);
                if left > 0 {
                    tower.event(&shipped::<ShipmentDispatched>(1, &[(1, SKU, left)])).outputs();
                }
            }
        }
    }

    fn figures(&self) -> [u32; 5] {
        let cancelled = self.highest - (self.total - self.declined);
        [self.highest, self.reserved, self.waiting, self.shipped, cancelled]
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: testkit::cases(48),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn c6_at_rest_a_line_adds_up_whatever_was_changed(
        steps in prop::collection::vec((0_u8..5, 1_u32..9), 1..12)
    ) {
        let mut tower = scenario();
        tower.event(&order::<OrderAccepted>(0)).outputs();
        let mut model = Model { highest: 10, total: 10, ..Model::default() };
        model.serve(&mut tower, 10, 6);
        for (kind, size) in steps {
            model.step(&mut tower, kind, size);
            let found = stands(&tower);
            prop_assert_eq!(found, model.figures(), "{:?}", model);
            let [ordered, rest @ ..] = found;
            prop_assert_eq!(ordered, rest.iter().sum::<u32>());
        }
    }
}
