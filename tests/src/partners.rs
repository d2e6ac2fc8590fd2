//! Partners that are added and changed while the mesh runs.

use serde_json::{Value, json};

use crate::mesh::Mesh;

/// Every service has the record as soon as `partner add` returns: none answers the new partner's
/// question as a stranger's.
#[tokio::test(flavor = "multi_thread")]
async fn a_partner_is_known_to_every_service_when_it_is_added() {
    let mesh = Mesh::start(&[]);
    let status = json!({"po_number": "PO-1"});
    let questions = [
        ("availability", json!({"lines": [{"sku": "W", "quantity": "1"}]})),
        ("order-status", status.clone()),
        ("shipment-status", status.clone()),
        ("invoice", status),
        ("account", json!({"customer_id": "C-1"})),
    ];
    for name in ["one", "two", "three", "four"] {
        mesh.add_partner(name, &["--role", "buyer", "--customer", "C-1"]);
        let partner = mesh.connect(name).await;
        for (question, request) in &questions {
            let subject = format!("api.{question}.v1.{name}");
            let asked = partner.client.request(subject, request.to_string().into());
            let answer = asked.await.unwrap();
            let code = answer.headers.and_then(|headers| {
                headers.get("Nats-Service-Error-Code").map(ToString::to_string)
            });
            assert_ne!(code.as_deref(), Some("403"), "{name} asks {question}");
        }
    }
    // Data of others is answered like data that does not exist, in both headers; a bank may ask
    // nothing.
    mesh.add_partner("bank", &["--role", "bank"]);
    let lines = json!({"lines": [{"sku": "W", "quantity": "1"}]});
    let wrong = [
        ("one", "account", json!({"customer_id": "C-2"}), "404"),
        ("one", "order-status", json!({"po_number": "PO-1"}), "404"),
        ("bank", "availability", lines, "403"),
    ];
    for (name, question, request, wanted) in wrong {
        let partner = mesh.connect(name).await;
        let subject = format!("api.{question}.v1.{name}");
        let answer = partner.client.request(subject, request.to_string().into()).await.unwrap();
        let headers = answer.headers.unwrap_or_default();
        let [code, text] = ["Nats-Service-Error-Code", "Nats-Service-Error"]
            .map(|header| headers.get(header).map(ToString::to_string).unwrap_or_default());
        assert_eq!(code, wanted, "{name} asks {question}: {text}");
        assert!(!text.is_empty(), "{name} asks {question}");
    }
}

/// Two operators at once take turns, and neither loses an answer to the other's reload.
#[tokio::test(flavor = "multi_thread")]
async fn partners_that_are_added_at_the_same_time_are_both_added() {
    let mesh = Mesh::start(&[]);
    for round in 0..3 {
        std::thread::scope(|scope| {
            for name in ["a", "b", "c"].map(|side| format!("{side}{round}")) {
                let mesh = &mesh;
                scope.spawn(move || mesh.add_partner(&name, &["--role", "buyer"]));
            }
        });
    }
    assert_eq!(mesh.json(&["partner", "list"]).as_array().unwrap().len(), 10, "nine and erp");
}

/// A change names the fields that it changes; the others stay. It takes effect at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_partners_record_is_changed_in_parts() {
    let mesh = Mesh::start(&[]);
    let x12 = ["--format", "invoice=json,x12", "--x12-isa-id", "ACME", "--x12-customer", "1=C-1"];
    mesh.add_partner("acme", &[&["--role", "buyer", "--customer", "C-1"][..], &x12].concat());
    let set = |arguments: &[&str]| mesh.json(&[&["partner", "set", "acme"], arguments].concat());
    let changed = set(&["--customer", "C-2", "--remove-customer", "C-1", "--rate-limit", "50"]);
    let record = &changed["record"];
    assert_eq!((&changed["changed"], &record["customers"]), (&json!(true), &json!(["C-2"])));
    // The partner's only customer becomes its default; removing one of several leaves no default to
    // guess.
    assert_eq!(record["default_customer"], "C-2", "{record:#}");
    assert_eq!(record["formats"], json!({"invoice": ["json", "x12"]}));
    assert_eq!(record["x12"]["customer_codes"], json!({"1": "C-1"}));
    assert_eq!(set(&["--rate-limit", "50"])["changed"], false);
    assert_eq!(mesh.json(&["partner", "show", "acme"]), *record);
    set(&["--customer", "C-3"]);
    let taken = set(&["--remove-customer", "C-2"]);
    assert_eq!(taken["record"]["default_customer"], Value::Null, "{taken:#}");
    let names: Vec<Value> = mesh.json(&["partner", "list"]).as_array().unwrap().clone();
    assert_eq!(names.len(), 2, "acme and erp");

    // A misspelt name is reported, and nothing is changed.
    let wrong = mesh.run(&["partner", "set", "acme", "--remove-customer", "C-1"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("acme has no customer `C-1`"));
    assert_eq!(mesh.run(&["partner", "set", "amce", "--status", "blocked"]).status.code(), Some(3));
    assert_eq!(mesh.run(&["partner", "show", "amce"]).status.code(), Some(3));

    // A blocked partner is refused from the moment the command returns.
    let mut acme = mesh.connect("acme").await;
    set(&["--status", "blocked"]);
    acme.send("order", &crate::shop::order("PO-1", "1")).await;
    let refused = acme.answer("rejection", |_| true).await;
    assert_eq!(refused["reasons"][0]["code"], "not_allowed", "{refused}");
    set(&["--status", "active"]);
    acme.send("order", &crate::shop::order("PO-1", "1")).await;
    acme.answer("order-ack", |_| true).await;
}
