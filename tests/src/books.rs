//! Intermediate states that are no differences: goods that wait for a tax rate, a return that is
//! partly in, and units that a customer accepts above its order.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    mesh::Mesh,
    shop::{Shop, customer, order},
};

const PATIENCE: Duration = Duration::from_secs(20);

/// Returns the left side of a check of books that balance.
fn balanced(mesh: &Mesh, check: &str) -> String {
    let books = mesh.balanced(PATIENCE);
    let checks = books["checks"].as_array().unwrap();
    let found = checks.iter().find(|it| it["name"] == check);
    found.unwrap_or_else(|| panic!("{books:#}"))["left"].as_str().unwrap().to_owned()
}

/// Ships this much of an order's only line in one piece.
async fn ship(shop: &mut Shop, po_number: &str, quantity: &str) {
    let asked = shop.threepl.answer("ship-order", |it| it["po_number"] == po_number).await;
    let confirm = json!({"shipment_id": asked["shipment_id"], "confirmation_id": po_number,
        "final": true, "shipped_at": jiff::Timestamp::now(),
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]});
    shop.threepl.send("ship-confirm", &confirm).await;
    shop.threepl.answer("ship-confirm-ack", |it| it["confirmation_id"] == po_number).await;
    shop.acme.answer("ship-notice", |notice| notice["po_number"] == po_number).await;
}

async fn receive(shop: &mut Shop, rma: &Value, id: &str, quantity: &str, is_final: bool) {
    let receipt = json!({"rma_number": rma, "receipt_id": id, "warehouse_id": "EAST",
        "final": is_final, "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity,
        "disposition": "restock"}]});
    shop.threepl.send("return-receipt", &receipt).await;
    shop.threepl.answer("document-ack", |ack| ack["key"] == id).await;
}

/// I3, I11 and R5: no tax rate for Canada is known yet, and some of the goods come back meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn i11_books_agree_while_an_invoice_waits_and_goods_of_it_come_back_in_parts() {
    const GRANTED: &str = "granted = billed + waiting + returned before billed";
    const RETURNED: &str = "returned = credited + returned before billed";
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let mut north = order("PO-1", "10");
    north["ship_to"] = json!({"name": "Acme", "line1": "1 Bay Street", "city": "Toronto",
        "region": "ON", "postal_code": "M5J", "country": "CA"});
    shop.acme.send("order", &north).await;
    ship(&mut shop, "PO-1", "10").await;
    assert_eq!(balanced(&mesh, GRANTED), "10");

    let back = json!({"return_request_id": "RR-1", "po_number": "PO-1", "reason": "damaged",
        "lines": [{"line": 1, "quantity": "3"}]});
    shop.acme.send("return-request", &back).await;
    let rma = shop.acme.answer("return-authorization", |_| true).await["rma_number"].clone();
    receive(&mut shop, &rma, "RC-1", "1", false).await;
    assert_eq!(balanced(&mesh, "restocked = received from returns"), "1");
    assert_eq!(balanced(&mesh, RETURNED), "0", "not complete, so nothing is due for it");
    receive(&mut shop, &rma, "RC-2", "1", true).await;
    assert_eq!(balanced(&mesh, "restocked = received from returns"), "2");
    assert_eq!(balanced(&mesh, RETURNED), "2");

    let rate = json!({"country": "CA", "region": null, "tax_category": "standard",
        "rate_percent": "13", "valid_from": "2026-01-01", "code": "S", "exemption_reason": null});
    shop.erp.send("tax-rate", &rate).await;
    let invoice = shop.acme.answer("invoice", |_| true).await;
    assert_eq!(invoice["lines"][0]["quantity"], "8", "{invoice:#}");
    assert_eq!(balanced(&mesh, "billed = billed, as ordered"), "8");
}

/// F5: units that a customer accepts above its order are billed, and the books say that they must
/// be.
#[tokio::test(flavor = "multi_thread")]
async fn f5_what_is_accepted_above_the_order_is_granted_and_billed() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let mut generous = customer("C-100");
    generous["over_ship_tolerance_percent"] = json!("10");
    shop.erp.send("customer", &generous).await;
    shop.erp.answer("document-ack", |ack| ack["document"] == "customer").await;
    shop.acme.send("order", &order("PO-1", "10")).await;
    ship(&mut shop, "PO-1", "12").await;
    let invoice = shop.acme.answer("invoice", |_| true).await;
    assert_eq!(invoice["lines"][0]["quantity"], "11", "{invoice:#}");
    let granted = balanced(&mesh, "granted = billed + waiting + returned before billed");
    assert_eq!(granted, "11");
}
