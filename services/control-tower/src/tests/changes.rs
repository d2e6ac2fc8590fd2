//! Orders that change, are cancelled, or are shipped all the same (O7, O8).

use contracts::{
    event::{
        InventoryReleased, InventoryReserved, InvoicePosted, OrderAccepted, OrderCancelled,
        OrderChanged, OrderCompleted, ShipmentDispatched,
    },
    question::OrderState,
};
use serde_json::{Value, json};
use testkit::Scenario;

use super::{order_id, samples::*, scenario};
use crate::{ControlTower, queries::order_status::state};

/// The order of so many widgets, of which some are cancelled.
fn changed(quantity: u32, cancelled: u32) -> OrderChanged {
    let mut order = body(0);
    order["lines"][0]["quantity"] = json!(quantity.to_string());
    let gone = json!([{"line": 1, "sku": "WIDGET-1", "quantity": cancelled.to_string()}]);
    let gone: Value = if cancelled > 0 { gone } else { json!([]) };
    serde_json::from_value(json!({"order_id": order_id(), "order": order, "cancelled": gone}))
        .unwrap()
}

fn cancelled(quantity: u32, whole: bool) -> OrderCancelled {
    let event: OrderCancelled = quantities(&[(1, "WIDGET-1", quantity)]);
    OrderCancelled { whole, ..event }
}

/// Ordered, reserved, shipped, cancelled, invoiced; and the state.
fn stands(tower: &Scenario<ControlTower>) -> ([String; 5], OrderState) {
    let line = tower.work.lines.get(&(order_id(), 1)).unwrap();
    let order = tower.work.orders.get(&order_id()).unwrap();
    let figures = [line.ordered, line.reserved, line.shipped, line.cancelled, line.invoiced];
    (figures.map(|figure| figure.to_string()), state(order.stage))
}

fn texts(figures: [&str; 5]) -> [String; 5] {
    figures.map(str::to_owned)
}

fn ten() -> Scenario<ControlTower> {
    let mut tower = scenario();
    tower.event(&order::<OrderAccepted>(0)).outputs();
    tower.event(&reserved::<InventoryReserved>(&[(1, "WIDGET-1", 10)])).outputs();
    tower
}

#[test]
fn o7_a_change_says_what_is_ordered_and_what_of_it_is_cancelled() {
    let mut tower = ten();
    tower.event(&cancelled(3, false)).outputs();
    tower.event(&quantities::<InventoryReleased>(&[(1, "WIDGET-1", 2)])).outputs();
    tower.event(&changed(8, 3)).outputs();
    let wanted = (texts(["10", "5", "0", "5", "0"]), OrderState::Accepted);
    assert_eq!(stands(&tower), wanted);
    tower.event(&changed(12, 3)).outputs();
    assert_eq!(stands(&tower).0, texts(["12", "9", "0", "3", "0"]));
}

#[test]
fn o8_a_short_close_is_completed_when_what_left_is_billed() {
    let mut tower = ten();
    tower.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 4)])).outputs();
    tower.event(&cancelled(6, true)).outputs();
    assert_eq!(stands(&tower), (texts(["10", "0", "4", "6", "0"]), OrderState::Accepted));
    tower.event(&invoiced::<InvoicePosted>(1, &[(1, "WIDGET-1", 4)])).outputs();
    tower.event(&completed::<OrderCompleted>()).outputs();
    assert_eq!(stands(&tower), (texts(["10", "0", "4", "6", "4"]), OrderState::Completed));
}

/// Goods left after the cancellation and were accepted: the order is open again.
#[test]
fn o8_goods_that_left_after_the_cancel_open_the_order_again() {
    let mut tower = ten();
    tower.event(&cancelled(10, true)).outputs();
    assert_eq!(stands(&tower), (texts(["10", "0", "0", "10", "0"]), OrderState::Cancelled));
    tower.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 10)])).outputs();
    tower.event(&changed(10, 0)).outputs();
    assert_eq!(stands(&tower), (texts(["10", "0", "10", "0", "0"]), OrderState::Accepted));
    tower.event(&invoiced::<InvoicePosted>(1, &[(1, "WIDGET-1", 10)])).outputs();
    tower.event(&completed::<OrderCompleted>()).outputs();
    assert_eq!(stands(&tower).1, OrderState::Completed);
}
