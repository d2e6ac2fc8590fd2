//! The whole life of one order, step by step, and invalid documents.

use std::{collections::BTreeMap, time::Duration};

use contracts::Quantity;
use futures::TryStreamExt as _;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{
    mesh::Mesh,
    shop::{Shop, order},
};

/// From the order to the payment and back with a return: every document of the contract's walk.
#[tokio::test(flavor = "multi_thread")]
async fn an_order_walks_from_ingress_to_cash_and_back() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    shop.acme.send("order", &order("PO-1", "10")).await;
    let ack = shop.acme.answer("order-ack", |ack| ack["po_number"] == "PO-1").await;
    assert_eq!((&ack["status"], &ack["total"]), (&json!("accepted"), &json!("99.90")));

    // The warehouse ships 6, then the rest.
    let asked = shop.threepl.answer("ship-order", |_| true).await;
    assert_eq!(asked["lines"], json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]));
    let confirm = |id: &str, quantity: &str, is_final: bool| {
        json!({"shipment_id": asked["shipment_id"], "confirmation_id": id, "final": is_final,
            "shipped_at": jiff::Timestamp::now(), "carrier": "UPS",
            "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": quantity}]})
    };
    shop.threepl.send("ship-confirm", &confirm("T-1", "6", false)).await;
    shop.threepl.send("ship-confirm", &confirm("T-2", "4", true)).await;
    for _ in 0..2 {
        shop.threepl.answer("ship-confirm-ack", |_| true).await;
        shop.acme.answer("ship-notice", |notice| notice["po_number"] == "PO-1").await;
    }
    // I2, I3: 6 × 9.99 = 59.94, tax 8.875 % = 5.32; 4 × 9.99 = 39.96, tax 3.55.
    let mut totals = Vec::new();
    for _ in 0..2 {
        let invoice = shop.acme.answer("invoice", |_| true).await;
        totals.push((text(&invoice, "invoice_number"), text(&invoice, "total")));
    }
    totals.sort();
    let amounts: Vec<&str> = totals.iter().map(|(_, total)| total.as_str()).collect();
    assert_eq!(amounts, ["65.26", "43.51"]);

    // The bank reports one cheque for both.
    let remittance: Vec<Value> = totals
        .iter()
        .map(|(number, total)| {
            json!({"invoice_number": number, "amount": total, "discount": "0.00",
            "deduction": "0.00", "deduction_reason": null})
        })
        .collect();
    let payment = json!({"payment_id": "CHK-1", "customer_id": "C-100", "currency": "USD",
        "amount": "108.77", "received_on": today(), "method": "check", "remittance": remittance});
    shop.bank.send("payment", &payment).await;
    // The payment may come before an invoice is known there, and is then applied later (P7).
    let paid = shop.bank.answer("payment-ack", |ack| ack["status"] == "applied").await;
    assert_eq!((&paid["status"], &paid["unapplied_amount"]), (&json!("applied"), &json!("0.00")));
    shop.acme.answer("payment-status", |_| true).await;

    // Two of them come back.
    let back = json!({"return_request_id": "RR-1", "po_number": "PO-1", "reason": "damaged",
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "2"}]});
    shop.acme.send("return-request", &back).await;
    let allowed = shop.acme.answer("return-authorization", |_| true).await;
    assert_eq!(allowed["status"], "authorized", "{allowed}");
    shop.threepl.answer("return-expected", |_| true).await;
    let receipt = json!({"rma_number": allowed["rma_number"], "receipt_id": "RC-1",
        "warehouse_id": "EAST", "final": true, "lines": [{"line": 1, "sku": "WIDGET-1",
        "quantity": "2", "disposition": "restock"}]});
    shop.threepl.send("return-receipt", &receipt).await;
    shop.threepl.answer("document-ack", |ack| ack["document"] == "return-receipt").await;
    let credit = shop.acme.answer("credit-memo", |_| true).await;
    // I9: 2 × 9.99 = 19.98, tax 1.77.
    assert_eq!(credit["total"], "21.75", "{credit}");

    // I8: the ERP gets every entry; debits equal credits.
    let entry = shop.erp.answer("journal", |it| text(it, "source").starts_with("invoice/")).await;
    let side = |side: &str| -> i64 {
        let lines = entry["lines"].as_array().unwrap().iter();
        lines.map(|line| text(line, side).parse::<Quantity>().unwrap().scaled()).sum()
    };
    assert!(side("debit") > 0 && side("debit") == side("credit"), "{entry}");

    mesh.balanced(Duration::from_secs(20));
    the_export_holds_what_the_erp_got(&mesh, &mut shop, entry).await;
    let status = shop.acme.ask("order-status", &json!({"po_number": "PO-1"})).await;
    assert_eq!(status["status"], "completed", "{status:#}");
    let line = &status["lines"][0];
    assert_eq!((&line["shipped"], &line["invoiced"]), (&json!("10"), &json!("10")));
    assert_eq!(line["returned"], "2");
    let account = shop.acme.ask("account", &json!({"customer_id": "C-100"})).await;
    assert_eq!(account["open_items"], json!([]), "{account:#}");
    let trace = mesh.json(&["trace", "PO-1"]);
    assert!(trace["entries"].as_array().unwrap().len() >= 10, "{trace:#}");
    a_closed_month_stays_what_it_is(&mesh, &mut shop).await;
    the_largest_receipts_are_taken(&mesh, &mut shop).await;
    mesh.exposes_clean_metrics();
    let mut mesh = mesh;
    assert!(mesh.terminate(), "{}", mesh.log());
    let lost: Vec<String> =
        mesh.log().lines().filter(|it| it.contains("IO error")).map(str::to_owned).collect();
    assert!(lost.is_empty(), "a clean stop loses no connection: {lost:#?}");
}

/// Reports a payment of the customer that names no invoice.
async fn receive(shop: &mut Shop, id: &str, day: Date, amount: &str) {
    let payment = json!({"payment_id": id, "customer_id": "C-100", "currency": "USD",
        "amount": amount, "received_on": day, "method": "check"});
    shop.bank.send("payment", &payment).await;
    let ack = shop.bank.answer("payment-ack", |ack| ack["payment_id"] == id).await;
    assert_eq!(
        (&ack["status"], &ack["unapplied_amount"]),
        (&json!("unapplied"), &json!(amount)),
        "{ack:#}"
    );
}

/// I13: a payment dated in a closed month changes nothing in an earlier export of that month.
async fn a_closed_month_stays_what_it_is(mesh: &Mesh, shop: &mut Shop) {
    let company = jiff::tz::TimeZone::get("America/Chicago").unwrap();
    let open = jiff::Timestamp::now().to_zoned(company).date();
    let closed = open.yesterday().unwrap();
    receive(shop, "CHK-2", closed, "5.00").await;
    let export = |name: &str| {
        let file = mesh.folder().join(name);
        let path = file.to_str().unwrap();
        let arguments = ["export", "journal", "--to", &closed.to_string(), "--output", path];
        (mesh.json(&arguments)["entries"].clone(), std::fs::read(&file).unwrap())
    };
    let result = mesh.json(&["close-period", "--through", &closed.to_string()]);
    assert_eq!(result["status"], "done", "{result:#}");
    let before = export("before.csv");
    assert_eq!(before.0, 1, "the cheque of before");
    receive(shop, "CHK-3", closed, "7.00").await;
    assert_eq!(export("after.csv"), before, "byte for byte");
    let since = mesh.json(&["export", "journal", "--from", &open.to_string()]);
    let lines = since["lines"].as_array().unwrap();
    let late = lines.iter().find(|line| line["source"] == "payment/bank/CHK-3").unwrap();
    assert_eq!(late["date"], open.to_string(), "{late:#}");
}

/// D2: ten payments of the largest amount are taken, reconcile, and are exported.
async fn the_largest_receipts_are_taken(mesh: &Mesh, shop: &mut Shop) {
    let debit = || -> Decimal {
        let exported = mesh.json(&["export", "journal"]);
        assert_eq!(exported["balanced"], true, "{:#}", exported["totals"]);
        text(&exported["totals"]["USD"], "debit").parse().unwrap()
    };
    let before = debit();
    for n in 0..10 {
        receive(shop, &format!("LARGE-{n}"), today(), "9999999999999999.99").await;
    }
    mesh.balanced(Duration::from_secs(20));
    assert_eq!((debit() - before).to_string(), "99999999999999999.90");
    let doctor = mesh.run(&["doctor"]);
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
}

/// I8, P10: the export and the ERP's egress hold the same entries, to the cent. `heard` is the
/// entry that was read from the egress before.
async fn the_export_holds_what_the_erp_got(mesh: &Mesh, shop: &mut Shop, heard: Value) {
    let exported = mesh.json(&["export", "journal"]);
    assert_eq!(exported["balanced"], true, "{exported:#}");
    let lines = exported["lines"].as_array().unwrap();
    let mut entries: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for line in lines {
        entries.entry(text(line, "entry_id")).or_default().push(line);
    }
    // Two dispatches, two invoices, a payment, a credit memo with the amount that it freed, and
    // goods back.
    assert_eq!((&exported["entries"], entries.len()), (&json!(8), 8), "{exported:#}");
    for (entry_id, lines) in &entries {
        let journal = if heard["entry_id"] == **entry_id {
            heard.clone()
        } else {
            shop.erp.answer("journal", |it| it["entry_id"] == **entry_id).await
        };
        let journal_lines = journal["lines"].as_array().unwrap();
        assert_eq!(journal_lines.len(), lines.len(), "{journal:#}");
        for (journal_line, line) in journal_lines.iter().zip(lines) {
            let of_entry = ["date", "currency", "source"].map(|name| (&journal[name], &line[name]));
            let of_line =
                ["account", "debit", "credit"].map(|name| (&journal_line[name], &line[name]));
            for (got, exported) in of_entry.iter().chain(&of_line) {
                assert_eq!(got, exported, "{line:#}");
            }
        }
    }
    let operator = mesh.connect("operator").await;
    let stream = operator.jetstream().get_stream("EGRESS_ERP").await.unwrap();
    let subject = "egress.erp.journal.v1";
    let counts: Vec<_> =
        stream.info_with_subjects(subject).await.unwrap().try_collect().await.unwrap();
    assert_eq!(counts, [(subject.to_owned(), 8)], "every entry sent is exported");

    let file = mesh.folder().join("journal.csv");
    let written = mesh.json(&["export", "journal", "--output", file.to_str().unwrap()]);
    assert_eq!(written["totals"], exported["totals"]);
    let csv = std::fs::read_to_string(file).unwrap();
    assert_eq!(csv.lines().count(), 1 + lines.len());
    let none = mesh.json(&["export", "journal", "--to", "2020-12-31"]);
    assert_eq!((&none["entries"], &none["lines"]), (&json!(0), &json!([])));
}

/// No document of a partner stops the mesh, and the answer says what is wrong and where.
#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_document_is_answered_and_stops_nothing() {
    let mesh = Mesh::start(&[]);
    let mut shop = Shop::open(&mesh).await;
    let with = |field: &str, value: Value| {
        let mut order = order("PO-BAD", "1");
        order[field] = value;
        order.to_string().into_bytes()
    };
    let wrong = [
        (b"not json".to_vec(), "not_json", ""),
        (with("colour", json!("red")), "unknown_field", "colour"),
        (
            with("lines", json!([{"line": 1, "sku": "W", "quantity": true}])),
            "invalid_value",
            "lines[0].quantity",
        ),
    ];
    for (body, code, path) in wrong {
        shop.acme.send_bytes("order", body).await;
        let answer = shop.acme.answer("rejection", |_| true).await;
        let reason = &answer["reasons"][0];
        assert_eq!((&reason["code"], &reason["path"]), (&json!(code), &json!(path)), "{answer}");
        assert!(!text(reason, "message").is_empty());
    }
    // Another version, an unknown kind, and a kind that this partner may not send.
    let (client, body) = (&shop.acme, order("PO-BAD", "1").to_string().into_bytes());
    client.publish("ingress.acme.order.v9".to_owned(), body.clone()).await.unwrap();
    client.publish("ingress.acme.wish.v1".to_owned(), body).await.unwrap();
    shop.acme.send("stock", &json!({"warehouse_id": "EAST"})).await;
    let mut codes = Vec::new();
    for _ in 0..3 {
        let answer = shop.acme.answer("rejection", |_| true).await;
        codes.push(text(&answer["reasons"][0], "code"));
    }
    codes.sort();
    assert_eq!(codes, ["not_allowed", "unknown_document", "unsupported_version"]);
    // An unknown item, after the time in which it might become known.
    let mut unknown = order("PO-2", "1");
    unknown["lines"][0]["sku"] = json!("NO-SUCH-ITEM");
    shop.acme.send("order", &unknown).await;
    // The server itself refuses 2 MiB, and the connection survives.
    let refused = shop.acme.publish("ingress.acme.order.v1".to_owned(), vec![b' '; 2 << 20]).await;
    assert!(refused.unwrap_err().contains("message size exceeds maximum allowed"));
    shop.acme.send("order", &order("PO-3", "1")).await;
    let ack = shop.acme.answer("order-ack", |ack| ack["po_number"] == "PO-3").await;
    assert_eq!(ack["status"], "accepted");
    let ack = shop.acme.answer("order-ack", |ack| ack["po_number"] == "PO-2").await;
    assert_eq!(
        (&ack["status"], &ack["reasons"][0]["code"]),
        (&json!("rejected"), &json!("unknown_item"))
    );
    assert_eq!(mesh.json(&["dlq", "list"]), json!([]));
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn today() -> Date {
    jiff::Zoned::now().date()
}
