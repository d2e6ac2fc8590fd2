//! Exceptions from the operator's side.

use std::time::{Duration, Instant};

use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::{mesh::Mesh, shop::Shop};

/// An unapplied payment is an exception until an operator settles it.
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_assigns_and_settles_an_exception() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    // A currency that no invoice of the customer has needs a person at once (P6).
    shop.acme.send("order", &crate::shop::order("PO-1", "1")).await;
    shop.acme.answer("order-ack", |_| true).await;
    let asked = shop.threepl.answer("ship-order", |_| true).await;
    let confirm = json!({"shipment_id": asked["shipment_id"], "confirmation_id": "T-1",
        "shipped_at": jiff::Timestamp::now(), "final": true,
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]});
    shop.threepl.send("ship-confirm", &confirm).await;
    let invoice = shop.acme.answer("invoice", |_| true).await;
    let payment = json!({"payment_id": "CHK-1", "customer_id": "C-100", "currency": "EUR",
        "amount": "1.00", "received_on": jiff::Zoned::now().date(), "method": "check",
        "remittance": [{"invoice_number": invoice["invoice_number"], "amount": "1.00",
            "discount": "0.00", "deduction": "0.00", "deduction_reason": null}]});
    shop.bank.send("payment", &payment).await;
    let case = open(&mesh).remove(0);
    assert_eq!((&case["kind"], &case["queue"]), (&json!("unapplied_cash"), &json!("finance")));

    let id = case["case_id"].as_str().unwrap();
    // The command takes the first characters of the id.
    let assigned = mesh.json(&["exceptions", "assign", &id[..8], "--to", "maria"]);
    assert_eq!(assigned["status"], "done", "{assigned}");
    assert_eq!(open(&mesh)[0]["assignee"], "maria");
    let elsewhere = mesh.json(&["exceptions", "list", "--queue", "operations"]);
    assert_eq!(elsewhere["exceptions"], json!([]));
    let resolved = mesh.json(&["exceptions", "resolve", id, "--note", "sent back by hand"]);
    assert_eq!(resolved["status"], "done", "{resolved}");
    assert_eq!(mesh.json(&["exceptions"])["total"], 0);
    let again = mesh.run(&["exceptions", "resolve", id, "--note", "twice"]);
    assert_eq!(again.status.code(), Some(1));
    let unknown = "00000000-0000-5000-8000-000000000000";
    let unknown = mesh.run(&["exceptions", "assign", unknown, "--to", "maria"]);
    assert_eq!(unknown.status.code(), Some(3));
    let none = mesh.run(&["exceptions", "resolve", "abcdef", "--note", "of nothing"]);
    assert_eq!(none.status.code(), Some(3));
    doctor_sees_what_is_wrong(&mesh, &invoice).await;
}

/// Books that differ, and dead letters: `doctor` names the next command for each.
async fn doctor_sees_what_is_wrong(mesh: &Mesh, invoice: &Value) {
    let failed = || {
        let doctor = mesh.run(&["doctor"]);
        assert_eq!(doctor.status.code(), Some(1));
        let checks: Value = serde_json::from_slice(&doctor.stdout).unwrap();
        let failed = checks.as_array().unwrap().iter().filter(|check| check["ok"] == false);
        let text = |it: &Value| format!("{}: {}", it["name"], it["detail"]);
        let words = String::from_utf8(doctor.stderr).unwrap();
        (failed.map(text).collect::<Vec<_>>().join("\n"), words)
    };
    let database = format!("sqlite://{}/payment-apply.db", mesh.folder().display());
    let database = sea_orm::Database::connect(database).await.unwrap();
    let number = invoice["invoice_number"].as_str().unwrap();
    let wrong = format!(
        "UPDATE open_items SET total = total + 1, open_amount = open_amount + 1 WHERE invoice_number = '{number}'"
    );
    database.execute_unprepared(&wrong).await.unwrap();
    // This is the service's own key: nobody else may publish a dead letter.
    let seed = std::fs::read_to_string(mesh.folder().join("nats/services/returns.nk")).unwrap();
    let service = ordermesh::nats::connect::connect(&mesh.nats, &seed, "returns").await.unwrap();
    let jetstream = async_nats::jetstream::new(service);
    let subject = "dlq.returns.events.order.accepted.v1.x";
    jetstream.publish(subject, "{}".into()).await.unwrap().await.unwrap();
    let (checks, words) = failed();
    assert!(checks.contains("ordermesh reconcile"), "{checks}");
    assert!(checks.contains("returns: 1") && checks.contains("ordermesh dlq list"), "{checks}");
    assert!(words.contains("differing: ") && words.contains("looking again"), "{words}");
}

fn open(mesh: &Mesh) -> Vec<Value> {
    let begun = Instant::now();
    loop {
        let open = mesh.json(&["exceptions"])["exceptions"].as_array().unwrap().clone();
        if !open.is_empty() {
            return open;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "no exception; {}", mesh.log());
        std::thread::sleep(Duration::from_millis(200));
    }
}
