//! Many buyers at once: the last units of an item and the rest of a credit limit are given once.

use std::{collections::BTreeMap, time::Duration};

use async_nats::{Message, Subscriber};
use contracts::{Quantity, SignedQuantity};
use futures::{StreamExt as _, future::join_all};
use serde_json::{Value, json};

use crate::{
    mesh::Mesh,
    partner::Partner,
    shop::{Shop, order},
};

const PARTNERS: usize = 8;
const BUYERS: usize = 64;
const LIMIT: &str = "1000.00";

/// Buyers with a connection each, eight to a partner; the first of a partner receives its answers.
pub struct Crowd(Vec<Vec<Partner>>);

impl Crowd {
    /// Creates the partners and connects the buyers.
    pub async fn gather(mesh: &Mesh) -> Self {
        let mut partners = Vec::new();
        for name in (0..PARTNERS).map(|number| format!("buyer-{number}")) {
            let who = ["--role", "buyer", "--customer", "C-100", "--customer", "C-200"];
            mesh.add_partner(&name, &who);
            let connections = (0..BUYERS / PARTNERS).map(|_| mesh.connect(&name));
            partners.push(join_all(connections).await);
        }
        Self(partners)
    }

    /// Sends an order from every buyer at the same moment, and returns the first answer to each.
    async fn order(&mut self, customer: &str, quantity: &str) -> Vec<Value> {
        let orders = (0..BUYERS).map(|number| {
            let mut order = order(&format!("PO-{number}"), quantity);
            order["customer_id"] = json!(customer);
            order
        });
        let orders: Vec<Value> = orders.collect();
        let buyers = self.0.iter().flatten().zip(&orders);
        join_all(buyers.map(|(buyer, order)| buyer.send("order", order))).await;
        let mut answers = Vec::new();
        for (number, order) in orders.iter().enumerate() {
            let hearer = self.hearer(number);
            answers.push(
                hearer.answer("order-ack", |ack| ack["po_number"] == order["po_number"]).await,
            );
        }
        answers
    }

    /// Returns the buyer that receives the answers to the order of this number.
    pub fn hearer(&mut self, number: usize) -> &mut Partner {
        &mut self.0[number / (BUYERS / PARTNERS)][0]
    }
}

/// A1: 64 buyers want 3 each of the last 100.
#[tokio::test(flavor = "multi_thread")]
async fn a1_the_last_100_units_are_promised_once_to_64_buyers() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let mut crowd = Crowd::gather(&mesh).await;
    the_last_100(&mesh, &mut shop, &mut crowd).await;
    mesh.balanced(Duration::from_secs(20));
}

/// Lets all buyers order, and checks that exactly the last 100 are promised.
pub async fn the_last_100(mesh: &Mesh, shop: &mut Shop, crowd: &mut Crowd) {
    let left = json!({"warehouse_id": "EAST", "kind": "snapshot", "sequence": 2,
        "as_of": crate::shop::days_ago(1), "lines": [{"sku": "WIDGET-1", "on_hand": "100"}]});
    shop.threepl.send("stock", &left).await;
    shop.threepl.answer("document-ack", |ack| ack["document"] == "stock").await;
    let answers = crowd.order("C-100", "3").await;
    assert!(answers.iter().all(|ack| ack["status"] == "accepted"), "{answers:#?}");
    let operator = mesh.connect("operator").await;
    let books = settled(&operator, |books| {
        let lines = rows(books, "lines");
        lines.len() == BUYERS && sum(&lines, "reserved") + sum(&lines, "backordered") == whole(192)
    })
    .await;
    assert_eq!(sum(&rows(&books, "lines"), "reserved"), whole(100), "{books:#}");
    assert_eq!(sum(&rows(&books, "stock"), "reserved"), whole(100), "{books:#}");
    assert_eq!(sum(&rows(&books, "stock"), "on_hand"), whole(100), "{books:#}");
}

/// O5, O6: 64 orders of 99.90 against a limit of 1,000; a payment releases the oldest held orders.
#[tokio::test(flavor = "multi_thread")]
async fn o5_o6_one_limit_holds_against_64_orders_and_cash_releases_the_oldest() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let mut customer = crate::shop::customer("C-200");
    customer["credit_limit"] = json!(LIMIT);
    customer["tax_exempt"] = json!(true);
    shop.erp.send("customer", &customer).await;
    shop.erp.answer("document-ack", |ack| ack["key"] == "C-200").await;
    let mut crowd = Crowd::gather(&mesh).await;
    let operator = mesh.connect("operator").await;
    let mut sent = operator.client.subscribe("ingress.*.order.v1").await.unwrap();
    let mut events = operator.client.subscribe("events.order.released.v1.*").await.unwrap();
    // After an answer on this connection the server knows its subscriptions.
    assert_eq!(exposure(&operator).await, "0.00");
    let answers = crowd.order("C-200", "10").await;
    let held = answers.iter().filter(|ack| ack["status"] == "held");
    assert!(held.clone().all(|ack| ack["reasons"][0]["code"] == "credit_limit"), "{answers:#?}");
    assert_eq!(held.count(), BUYERS - 10);
    assert_eq!(exposure(&operator).await, "999.00");

    // Three of the ten are shipped and paid, which makes room for three more.
    let mut numbers = Vec::new();
    for _ in 0..3 {
        let asked = shop.threepl.answer("ship-order", |_| true).await;
        let confirm = json!({"shipment_id": asked["shipment_id"], "confirmation_id": "T-1",
            "final": true, "shipped_at": jiff::Timestamp::now(),
            "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]});
        shop.threepl.send("ship-confirm", &confirm).await;
        let number: usize = asked["po_number"].as_str().unwrap()[3..].parse().unwrap();
        let its = |it: &Value| it["order_id"] == asked["order_id"];
        let invoice = crowd.hearer(number).answer("invoice", its).await;
        assert_eq!(invoice["total"], "99.90", "{invoice}");
        numbers.push(invoice["invoice_number"].clone());
        assert_eq!(exposure(&operator).await, "999.00", "an invoice takes its order's place");
    }
    let paid = |number: &Value| {
        json!({"invoice_number": number, "amount": "99.90", "discount": "0.00",
            "deduction": "0.00", "deduction_reason": null})
    };
    let remittance: Vec<Value> = numbers.iter().map(paid).collect();
    let payment = json!({"payment_id": "CHK-1", "customer_id": "C-200", "currency": "USD",
        "amount": "299.70", "received_on": jiff::Zoned::now().date(), "method": "check",
        "remittance": remittance});
    shop.bank.send("payment", &payment).await;
    assert_eq!(shop.bank.answer("payment-ack", |_| true).await["status"], "applied");

    // The three oldest held orders go on, and no other.
    let mut came = BTreeMap::new();
    for _ in 0..BUYERS {
        let order = next(&mut sent).await;
        let stored = order.headers.as_ref().unwrap().get("Nats-Time-Stamp").unwrap().to_string();
        let order: Value = serde_json::from_slice(&order.payload).unwrap();
        came.insert(order["po_number"].to_string(), stored);
    }
    let held = answers.iter().filter(|ack| ack["status"] == "held");
    let since =
        |ack: &Value| (came[&ack["po_number"].to_string()].clone(), ack["order_id"].clone());
    let mut oldest: Vec<_> = held.map(since).collect();
    oldest.sort_by(|one, other| one.0.cmp(&other.0));
    let mut released = Vec::new();
    for _ in 0..3 {
        let event = next(&mut events).await;
        released.push(serde_json::from_slice::<Value>(&event.payload).unwrap()["order_id"].clone());
    }
    let first: Vec<Value> = oldest.into_iter().take(3).map(|(_, order)| order).collect();
    assert_eq!(released, first);
    mesh.balanced(Duration::from_secs(20));
    assert_eq!(exposure(&operator).await, "999.00");
}

async fn next(heard: &mut Subscriber) -> Message {
    let next = tokio::time::timeout(Duration::from_secs(30), heard.next());
    next.await.expect("the operator hears it").unwrap()
}

async fn exposure(operator: &Partner) -> String {
    let check = operator.ask("customer-check", &json!({"customer_id": "C-200"})).await;
    assert_eq!(check["credit_limit"], LIMIT, "{check}");
    check["exposure"].as_str().unwrap().to_owned()
}

/// Returns the books of allocation as soon as they satisfy `there`.
async fn settled(operator: &Partner, there: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..100 {
        let books = books(operator).await;
        if there(&books) {
            return books;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    panic!("allocation does not come to rest");
}

/// Returns all pages of the books of allocation.
async fn books(operator: &Partner) -> Value {
    let (mut lines, mut stock, mut after) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let request = json!({"limit": 2000, "after": after});
        let page = operator.ask("allocation-books", &request).await;
        lines.extend(rows(&page, "lines"));
        stock.extend(rows(&page, "stock"));
        after = page["next"].clone();
        if after.is_null() {
            return json!({"lines": lines, "stock": stock});
        }
    }
}

fn rows(books: &Value, of: &str) -> Vec<Value> {
    books[of].as_array().cloned().unwrap_or_default()
}

fn sum(rows: &[Value], field: &str) -> i64 {
    let figure = |row: &Value| row[field].as_str().unwrap().parse::<SignedQuantity>().unwrap();
    rows.iter().map(|row| figure(row).scaled()).sum()
}

fn whole(units: i64) -> i64 {
    units * "1".parse::<Quantity>().unwrap().scaled()
}
