//! Every command of an operator, carried out by the service that owns the matter.

use contracts::OrderId;
use serde_json::{Value, json};

use crate::mesh::{Mesh, Told};

fn refused(told: &Told, code: &str) -> bool {
    told.exit == Some(1)
        && told.answer["status"] == "refused"
        && told.answer["reasons"][0]["code"] == code
        && told.words.starts_with("refused: ")
}

/// Returns the order's shipments, the latest last, once there are so many.
fn shipments(mesh: &Mesh, count: usize) -> Vec<Value> {
    let all = |told: &Told| told.answer["shipments"].as_array().cloned().unwrap_or_default();
    all(&mesh.until(&["trace", "PO-1"], |told| all(told).len() == count))
}

/// Releases an order that is held for its price, at the list price.
async fn release(mesh: &Mesh) {
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10", "unit_price": "5.00"}]);
    mesh.send("acme", "order", &json!({"po_number": "PO-1", "lines": lines})).await;
    let release = ["release-order", "PO-1", "--command-id", "r-1"];
    mesh.until(&release, |told| refused(told, "price_choice_needed"));
    let again = mesh.run(&[&release[..], &["--price", "list"]].concat());
    assert!(refused(&again, "conflicting_command"), "{again:?}");
    let release = ["release-order", "PO-1", "--price", "list", "--command-id", "r-2"];
    let done = json!({"command_id": "r-2", "status": "done", "reasons": []});
    assert_eq!(mesh.done(&release), done);
    assert_eq!(mesh.done(&release), done, "given again it is answered again");
    let another = mesh.run(&release[..4]);
    assert!(refused(&another, "not_held"), "{another:?}");
}

/// Ships nine of ten by the operator's command; the tenth is requested again and then cancelled.
/// Returns the invoice.
fn ship(mesh: &Mesh) -> String {
    let first = shipments(mesh, 1)[0]["shipment_id"].as_str().unwrap().to_owned();
    let goods = ["--line", "1=9", "--short", "1=1:damaged", "--final"];
    let unknown = "00000000-0000-5000-8000-000000000000";
    let wrong = mesh.run(&[&["confirm-shipment", unknown], &goods[..]].concat());
    assert!(wrong.words.contains("ordermesh trace PO"), "{wrong:?}");
    mesh.done(&[&["confirm-shipment", &first], &goods[..]].concat());
    let second = shipments(mesh, 2)[1]["shipment_id"].as_str().unwrap().to_owned();
    mesh.done(&["cancel-shipment", &second, "--reason", "nobody is there"]);
    let posted = |told: &Told| {
        let lines = told.answer["lines"].as_array().unwrap().iter();
        let sources = lines.filter_map(|line| line["source"].as_str());
        sources.filter_map(|it| it.strip_prefix("invoice/")).next().map(str::to_owned)
    };
    posted(&mesh.until(&["export", "journal"], |told| posted(told).is_some())).unwrap()
}

/// Settles 99.00: of 50.00 received, 20.00 are applied and 30.00 refunded; the rest is written off.
async fn settle(mesh: &Mesh, invoice: &str) {
    let payment = json!({"payment_id": "P-1", "customer_id": "C-100", "currency": "USD",
        "amount": "50.00", "received_on": jiff::Zoned::now().date(), "method": "check"});
    mesh.send("mybank", "payment", &payment).await;
    let sum = |amount| ["--currency", "USD", "--amount", amount];
    let apply = [&["apply-cash", "mybank/P-1", "--invoice", invoice], &sum("20.00")[..]].concat();
    mesh.until(&apply, |told| told.exit == Some(0));
    let refund = |amount| [&["refund", "mybank/P-1"], &sum(amount)[..]].concat();
    let too_much = mesh.run(&refund("30.01"));
    assert!(refused(&too_much, "amount_too_large"), "{too_much:?}");
    mesh.done(&refund("30.00"));
    mesh.done(&[&["write-off", invoice], &sum("79.00")[..]].concat());
    let settled = mesh.run(&[&["write-off", invoice], &sum("1.00")[..]].concat());
    assert!(refused(&settled, "invoice_settled"), "{settled:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_an_operator_is_carried_out_and_the_books_agree() {
    let mesh = Mesh::start().with_partners();
    release(&mesh).await;
    let invoice = ship(&mesh);
    mesh.done(&["cancel-order", "PO-1", "--reason", "the buyer has closed"]);
    settle(&mesh, &invoice).await;
    for verb in ["close-warehouse", "open-warehouse"] {
        mesh.done(&[verb, "EAST"]);
        let unknown = mesh.run(&[verb, "NOWHERE"]);
        assert_eq!(
            (unknown.exit, &unknown.answer["error"]["code"]),
            (Some(3), &json!("not_found"))
        );
    }
    mesh.done(&["close-period", "--through", "2026-01-31"]);
    mesh.until(&["reconcile"], |told| told.exit == Some(0) && told.answer["balanced"] == true);
    let books = mesh.done(&["export", "journal"]);
    let of = |account: &str| -> Vec<&str> {
        let lines = books["lines"].as_array().unwrap().iter();
        let own = lines.filter(|line| line["account"] == account && line["credit"] != "0.00");
        own.filter_map(|line| line["credit"].as_str()).collect()
    };
    assert_eq!(of("revenue"), ["90.00"], "the list's price, of nine: {books:#}");
}

/// One PO number of two buyers stands for two orders, and none is chosen by chance.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_two_buyers_may_mean_is_asked_for() {
    let mesh = Mesh::start().with_partners();
    mesh.done(&["partner", "add", "portal", "--role", "buyer", "--customer", "C-100"]);
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "1"}]);
    let order = json!({"po_number": "PO-1", "lines": lines});
    let (acme, po_number) = ("acme".parse().unwrap(), "PO-1".parse().unwrap());
    for buyer in ["acme", "portal"] {
        mesh.send(buyer, "order", &order).await;
        let id = OrderId::of(&buyer.parse().unwrap(), &po_number).to_string();
        mesh.until(&["trace", &id], |told| told.exit == Some(0));
    }
    let asked = mesh.run(&["cancel-order", "PO-1"]);
    assert_eq!((asked.exit, &asked.answer["error"]["code"]), (Some(1), &json!("failed")));
    assert!(asked.words.contains("acme, portal; say whose with --buyer"), "{asked:?}");
    let named = mesh.done(&["trace", "PO-1", "--buyer", "acme"]);
    let portals = OrderId::of(&"portal".parse().unwrap(), &po_number);
    assert_eq!(named["order_id"], json!(OrderId::of(&acme, &po_number)));
    assert_eq!(named["others"], json!([]), "it was said whose");
    let others = &mesh.done(&["trace", "PO-1"])["others"];
    assert_eq!(others.as_array().map(Vec::len), Some(1), "{others}");
    mesh.done(&["trace", "PO-1", "--buyer", "portal"]);
    assert!(others[0]["order_id"] == json!(portals) || others[0]["partner"] == "acme", "{others}");
    mesh.done(&["cancel-order", "PO-1", "--buyer", "portal"]);
    let acmes = mesh.done(&["trace", &OrderId::of(&acme, &po_number).to_string()]);
    assert_ne!(acmes["status"], "cancelled");
}
