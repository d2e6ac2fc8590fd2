//! How an order stands that changes, is cancelled, and is shipped all the same (O7, O8).

use contracts::{
    event::{
        InventoryReleased, InventoryReserved, InvoicePosted, OrderAccepted, OrderCancelled,
        OrderChanged, OrderCompleted, ShipmentDispatched,
    },
    question::OrderState,
};
use mesh::Asker;
use serde_json::{Value, json};
use testkit::Bench;

use super::{bench, order_id, order_status, samples::*};

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
async fn stands(bench: &Bench) -> ([String; 5], OrderState) {
    let status = order_status(bench, Asker::Operator).await;
    let line = &status.lines[0];
    let figures = [line.ordered, line.reserved, line.shipped, line.cancelled, line.invoiced];
    (figures.map(|figure| figure.to_string()), status.status)
}

fn texts(figures: [&str; 5]) -> [String; 5] {
    figures.map(str::to_owned)
}

async fn ten() -> Bench {
    let mut bench = bench().await;
    bench.event(&order::<OrderAccepted>(0)).await;
    bench.event(&reserved::<InventoryReserved>(&[(1, "WIDGET-1", 10)])).await;
    bench
}

#[tokio::test]
async fn o7_a_change_says_what_is_ordered_and_what_of_it_is_cancelled() {
    let mut bench = ten().await;
    bench.event(&cancelled(3, false)).await;
    bench.event(&quantities::<InventoryReleased>(&[(1, "WIDGET-1", 2)])).await;
    bench.event(&changed(8, 3)).await;
    let wanted = (texts(["10", "5", "0", "5", "0"]), OrderState::Accepted);
    assert_eq!(stands(&bench).await, wanted);
    bench.event(&changed(12, 3)).await;
    assert_eq!(stands(&bench).await.0, texts(["12", "9", "0", "3", "0"]));
}

#[tokio::test]
async fn o8_a_short_close_is_completed_when_what_left_is_billed() {
    let mut bench = ten().await;
    bench.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 4)])).await;
    bench.event(&cancelled(6, true)).await;
    assert_eq!(stands(&bench).await, (texts(["10", "0", "4", "6", "0"]), OrderState::Accepted));
    bench.event(&invoiced::<InvoicePosted>(1, &[(1, "WIDGET-1", 4)])).await;
    bench.event(&completed::<OrderCompleted>()).await;
    assert_eq!(stands(&bench).await, (texts(["10", "0", "4", "6", "4"]), OrderState::Completed));
}

/// What was cancelled left all the same, and was accepted: the order is open again.
#[tokio::test]
async fn o8_goods_that_left_after_the_cancel_open_the_order_again() {
    let mut bench = ten().await;
    bench.event(&cancelled(10, true)).await;
    assert_eq!(stands(&bench).await, (texts(["10", "0", "0", "10", "0"]), OrderState::Cancelled));
    bench.event(&shipped::<ShipmentDispatched>(1, &[(1, "WIDGET-1", 10)])).await;
    bench.event(&changed(10, 0)).await;
    assert_eq!(stands(&bench).await, (texts(["10", "0", "10", "0", "0"]), OrderState::Accepted));
    bench.event(&invoiced::<InvoicePosted>(1, &[(1, "WIDGET-1", 10)])).await;
    bench.event(&completed::<OrderCompleted>()).await;
    assert_eq!(stands(&bench).await.1, OrderState::Completed);
}
