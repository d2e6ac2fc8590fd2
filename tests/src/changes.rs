//! Changes and cancels of orders, before and while a warehouse works on them (O7, O8).

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{
    mesh::Mesh,
    partner::Partner,
    shop::{Shop, order},
};

const PATIENCE: Duration = Duration::from_secs(20);

fn total(po_number: &str, number: u32, quantity: &str) -> Value {
    json!({"po_number": po_number, "change_number": number,
        "lines": [{"line": 1, "quantity": quantity}]})
}

fn confirm(asked: &Value, id: &str, quantity: &str, is_final: bool) -> Value {
    json!({"shipment_id": asked["shipment_id"], "confirmation_id": id, "final": is_final,
        "shipped_at": jiff::Timestamp::now(),
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]})
}

/// Sends an order of ten widgets and waits until its warehouse is asked for it.
async fn ten(shop: &mut Shop, po_number: &str) -> Value {
    shop.acme.send("order", &order(po_number, "10")).await;
    let ack = shop.acme.answer("order-ack", |ack| ack["po_number"] == po_number).await;
    assert_eq!(ack["status"], "accepted");
    shop.threepl.answer("ship-order", |asked| asked["po_number"] == po_number).await
}

async fn changed(acme: &mut Partner, po_number: &str) -> Value {
    acme.answer("order-change-ack", |ack| ack["po_number"] == po_number).await
}

/// Waits until the order has this status in control-tower, which learns of it a little later.
async fn standing(acme: &Partner, po_number: &str, status: &str) -> Value {
    let begun = Instant::now();
    loop {
        let now = acme.ask("order-status", &json!({"po_number": po_number})).await;
        if now["status"] == status {
            return now;
        }
        assert!(begun.elapsed() < PATIENCE, "{now:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn figures(status: &Value) -> [&str; 4] {
    let line = &status["lines"][0];
    ["ordered", "cancelled", "shipped", "invoiced"].map(|name| line[name].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn o7_an_order_is_changed_down_and_up_and_what_it_came_to_is_billed() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let asked = ten(&mut shop, "PO-1").await;
    shop.acme.send("order-change", &total("PO-1", 1, "8")).await;
    let ack = changed(&mut shop.acme, "PO-1").await;
    assert_eq!((&ack["status"], &ack["lines"][0]["quantity"]), (&json!("applied"), &json!("8")));
    let back = shop.threepl.answer("ship-cancel", |_| true).await;
    assert_eq!(back["shipment_id"], asked["shipment_id"]);
    assert_eq!(
        (&back["lines"][0]["quantity"], &back["reason"]),
        (&json!("2"), &json!("cancelled_by_buyer"))
    );
    mesh.balanced(PATIENCE);
    shop.acme.send("order-change", &total("PO-1", 2, "13")).await;
    let ack = changed(&mut shop.acme, "PO-1").await;
    assert_eq!((&ack["change_number"], &ack["lines"][0]["quantity"]), (&json!(2), &json!("13")));
    let more = shop.threepl.answer("ship-order", |_| true).await;
    assert_eq!(more["lines"][0]["quantity"], "5");
    mesh.balanced(PATIENCE);
    shop.threepl.send("ship-confirm", &confirm(&asked, "T-1", "8", true)).await;
    shop.threepl.send("ship-confirm", &confirm(&more, "T-2", "5", true)).await;
    for _ in 0..2 {
        shop.acme.answer("invoice", |_| true).await;
    }
    mesh.balanced(PATIENCE);
    let now = standing(&shop.acme, "PO-1", "completed").await;
    assert_eq!(figures(&now), ["13", "0", "13", "13"]);
    // A repeat gets the same answer.
    shop.acme.send("order-change", &total("PO-1", 1, "8")).await;
    assert_eq!(changed(&mut shop.acme, "PO-1").await["lines"][0]["quantity"], "8");
}

#[tokio::test(flavor = "multi_thread")]
async fn o8_an_order_is_cancelled_before_and_during_a_warehouses_work() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    ten(&mut shop, "PO-1").await;
    shop.acme.send("order-cancel", &json!({"po_number": "PO-1"})).await;
    let ack = changed(&mut shop.acme, "PO-1").await;
    assert_eq!((&ack["status"], &ack["change_number"]), (&json!("applied"), &Value::Null));
    let ack = shop.acme.answer("order-ack", |ack| ack["po_number"] == "PO-1").await;
    assert_eq!(ack["status"], "cancelled");
    shop.threepl.answer("ship-cancel", |_| true).await;
    let now = standing(&shop.acme, "PO-1", "cancelled").await;
    assert_eq!(figures(&now), ["10", "10", "0", "0"]);

    // The warehouse is first with four of them.
    let asked = ten(&mut shop, "PO-2").await;
    shop.threepl.send("ship-confirm", &confirm(&asked, "T-1", "4", false)).await;
    shop.threepl.answer("ship-confirm-ack", |_| true).await;
    shop.acme.send("order-cancel", &json!({"po_number": "PO-2"})).await;
    let ack = changed(&mut shop.acme, "PO-2").await;
    assert_ne!(ack["status"], "rejected", "{ack}");
    assert_eq!(ack["lines"][0]["quantity"], "4");
    let back = shop.threepl.answer("ship-cancel", |_| true).await;
    assert_eq!(back["lines"][0]["quantity"], "6");
    shop.acme.answer("invoice", |invoice| invoice["po_number"] == "PO-2").await;
    mesh.balanced(PATIENCE);
    let now = standing(&shop.acme, "PO-2", "completed").await;
    assert_eq!(figures(&now), ["10", "6", "4", "4"]);

    // It is first with all of them.
    let asked = ten(&mut shop, "PO-3").await;
    shop.threepl.send("ship-confirm", &confirm(&asked, "T-1", "10", true)).await;
    shop.threepl.answer("ship-confirm-ack", |_| true).await;
    shop.acme.send("order-cancel", &json!({"po_number": "PO-3"})).await;
    let ack = changed(&mut shop.acme, "PO-3").await;
    assert_eq!(ack["status"], "rejected", "{ack}");
    mesh.balanced(PATIENCE);
}

/// The cancel comes first, and the warehouse ships nevertheless: neither stock nor bill follows
/// until an operator accepts the shipment.
#[tokio::test(flavor = "multi_thread")]
async fn o8_goods_shipped_after_a_cancel_are_billed_when_an_operator_accepts_them() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let asked = ten(&mut shop, "PO-1").await;
    shop.acme.send("order-cancel", &json!({"po_number": "PO-1"})).await;
    assert_eq!(changed(&mut shop.acme, "PO-1").await["status"], "applied");
    let late = confirm(&asked, "T-1", "10", true);
    shop.threepl.send("ship-confirm", &late).await;
    let refused = shop.threepl.answer("rejection", |_| true).await;
    assert_eq!(refused["reasons"][0]["code"], "shipped_after_cancel");
    mesh.balanced(PATIENCE);
    let mut command = late;
    for (field, value) in [("command_id", "c-1"), ("operator", "me"), ("reason", "it has left")] {
        command[field] = json!(value);
    }
    let operator = mesh.connect("operator").await;
    let subject = "commands.fulfillment-bridge.confirm-shipment.v1".to_owned();
    operator.publish(subject, command.to_string().into_bytes()).await.unwrap();
    let invoice = shop.acme.answer("invoice", |_| true).await;
    assert_eq!(invoice["net_total"], "99.90");
    mesh.balanced(PATIENCE);
    let now = standing(&shop.acme, "PO-1", "completed").await;
    assert_eq!(figures(&now), ["10", "0", "10", "10"]);
}

/// F5, O7: more of a line was shipped than ordered, and the excess was not billed. The buyer then
/// orders it: nothing more is shipped, and the excess is billed.
#[tokio::test(flavor = "multi_thread")]
async fn o7_what_left_above_the_order_is_billed_when_it_is_ordered_afterwards() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let mut order = order("PO-1", "10");
    let line =
        |line: u32, quantity: &str| json!({"line": line, "sku": "WIDGET-1", "quantity": quantity});
    order["lines"] = json!([line(1, "10"), line(2, "5")]);
    shop.acme.send("order", &order).await;
    let asked = shop.threepl.answer("ship-order", |_| true).await;
    shop.threepl.send("ship-confirm", &confirm(&asked, "T-1", "12", false)).await;
    let first = shop.acme.answer("invoice", |_| true).await;
    assert_eq!(first["net_total"], "99.90");
    shop.acme.send("order-change", &total("PO-1", 1, "12")).await;
    let ack = changed(&mut shop.acme, "PO-1").await;
    assert_eq!((&ack["status"], &ack["lines"][0]["quantity"]), (&json!("applied"), &json!("12")));
    let second = shop.acme.answer("invoice", |_| true).await;
    assert_eq!(
        (&second["net_total"], &second["confirmation_id"]),
        (&json!("19.98"), &json!("T-1"))
    );
    mesh.balanced(PATIENCE);
    let mut rest = confirm(&asked, "T-2", "5", true);
    rest["lines"][0]["line"] = json!(2);
    shop.threepl.send("ship-confirm", &rest).await;
    shop.acme.answer("invoice", |_| true).await;
    mesh.balanced(PATIENCE);
    let now = standing(&shop.acme, "PO-1", "completed").await;
    assert_eq!(figures(&now), ["12", "0", "12", "12"]);
}
