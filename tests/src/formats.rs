//! One order in every format of documents: files to and from its warehouse, X12 and UBL to its
//! buyer, a notification of its bank; and warehouses by webhook.

mod bill;
mod credit;
mod text;
mod webhook;
mod yard;

use std::{
    collections::BTreeMap,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use self::{
    bill::{NINE, THE_TENTH, is_billed},
    credit::is_credited,
    text::{advice, notification},
    yard::Yard,
};
use crate::{
    mesh::{Mesh, ordermesh},
    shop::{Shop, customer},
};

const PATIENCE: Duration = Duration::from_secs(20);
const FREIGHT: &str = "12.00";

/// The sum of both bills: 107.46 + 11.94.
const CASH: &str = "119.40";

#[tokio::test(flavor = "multi_thread")]
async fn f6_i12_p4_shipped_by_files_billed_in_three_formats_paid_by_a_notification_and_credited() {
    let yard = Yard::new();
    let mesh = Mesh::start(&["--config", &yard.config]);
    let mut shop = Shop::open(&mesh).await;
    sign_up(&mesh, &mut shop).await;
    let order = json!({"po_number": "PO-1", "charges": [{"code": "freight", "amount": FREIGHT}],
        "lines": [{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]});
    shop.acme.send("order", &order).await;
    let ack = shop.acme.answer("order-ack", |_| true).await;
    assert_eq!((&ack["status"], &ack["total"]), (&json!("accepted"), &json!("111.90")));

    // The tenth is not found at once: it is requested again, and shipped (F4).
    let asked = yard.nth("940", 1).await;
    assert_eq!([asked.element("W05", 1), asked.element("W05", 3)], ["N", "PO-1"]);
    assert_eq!(asked.element("W01", 1), "10", "{asked:?}");
    let at = Timestamp::now() - SignedDuration::from_mins(2);
    yard.leave("945-1.edi", &advice(1, &asked, at, ["9", "1"])).await;
    let first = is_billed(&mut shop, &NINE, 1, at).await;
    let again = yard.nth("940", 2).await;
    assert_eq!(again.element("W01", 1), "1", "{again:?}");
    assert_ne!(again.element("W05", 2), asked.element("W05", 2), "a shipment of its own (F1)");
    needs(&mesh, &["shipment_short"]).await;
    yard.leave("945-2.edi", &advice(2, &again, at, ["1", ""])).await;
    let second = is_billed(&mut shop, &THE_TENTH, 2, at).await;
    for place in 1..=2 {
        let answer = yard.nth("997", place).await;
        assert_eq!(answer.element("AK1", 2), place.to_string(), "{answer:?}");
        assert_eq!(answer.element("AK9", 1), "A", "{answer:?}");
    }
    assert_eq!(yard.names("processed"), ["945-1.edi", "945-2.edi"]);
    assert_eq!([yard.names("in"), yard.names("failed")], [[""; 0]; 2]);

    is_paid(&mut shop, &first, &second).await;
    needs(&mesh, &[]).await;
    is_credited(&mut shop, &first).await;
    needs(&mesh, &["unapplied_cash"]).await;
    mesh.balanced(PATIENCE);
    assert_eq!(journal(&mesh), expected());
}

/// Sets the partners' formats by the command that operators use, and terms of payment.
async fn sign_up(mesh: &Mesh, shop: &mut Shop) {
    let acme = ["--format", "ship-notice=x12", "--format", "invoice=x12,ubl,json"];
    let acme = [
        &acme[..],
        &[
            "--format",
            "credit-memo=x12,ubl,json",
            "--x12-isa-id",
            "ACME",
            "--x12-customer",
            "0042=C-100",
        ],
    ]
    .concat();
    let bank = ["--x12-isa-id", "BANK", "--x12-customer", "ACME STORES INC=C-100"];
    for (name, arguments) in [("acme", acme), ("bank", bank.to_vec())] {
        let output = mesh.run(&[&["partner", "set", name], &arguments[..]].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let mut record = customer("C-100");
    record["terms"] = json!({"net_days": 30, "discount_percent": "2", "discount_days": 10});
    shop.erp.send("customer", &record).await;
    shop.erp.answer("document-ack", |ack| ack["document"] == "customer").await;
}

/// Creates the bank's notification of one credit for both bills, less the discounts.
async fn is_paid(shop: &mut Shop, first: &str, second: &str) {
    let bills = [(first, NINE.paid), (second, THE_TENTH.paid)];
    shop.bank.send_bytes("camt", notification("R-1", CASH, &bills).into_bytes()).await;
    let paid = shop.bank.answer("payment-ack", |ack| ack["status"] == "applied").await;
    let applied = bills.map(|(number, [amount, discount])| {
        json!({"invoice_number": number, "amount": amount, "discount": discount})
    });
    assert_eq!((&paid["payment_id"], &paid["applied"]), (&json!("R-1"), &json!(applied)));
    assert_eq!(paid["unapplied_amount"], "0.00");
    let account = shop.acme.ask("account", &json!({"customer_id": "C-100"})).await;
    assert_eq!(account["open_items"], json!([]), "{account:#}");
}

/// Waits until this is the only exception.
async fn needs(mesh: &Mesh, wanted: &[&str]) {
    let begun = Instant::now();
    loop {
        let open = mesh.json(&["exceptions"])["exceptions"].as_array().unwrap().clone();
        if open.iter().map(|case| case["kind"].as_str().unwrap()).eq(wanted.iter().copied()) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "{wanted:?} wanted, {open:#?}\n{}", mesh.log());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Returns the debits less the credits of each account, from the file that finance takes.
fn journal(mesh: &Mesh) -> BTreeMap<String, i64> {
    let mut export = Command::new(ordermesh());
    export.args(["export", "journal", "--format", "csv", "--data-dir"]).arg(mesh.folder());
    let output = export.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let csv = String::from_utf8(output.stdout).unwrap();
    let mut accounts = BTreeMap::new();
    let (mut debits, mut credits) = (0, 0);
    for line in csv.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let (debit, credit) = (cents(fields[7]), cents(fields[8]));
        (debits, credits) = (debits + debit, credits + credit);
        *accounts.entry(fields[5].to_owned()).or_default() += debit - credit;
    }
    assert_eq!(debits, credits, "{csv}");
    accounts.retain(|_, balance| *balance != 0);
    accounts
}

/// Everything is paid, so nothing is receivable, and the credit is kept for the buyer. Nine of the
/// ten stay sold, at a cost of 4.10 each.
fn expected() -> BTreeMap<String, i64> {
    let balances = [
        ("cash", CASH),
        // The memo takes back its part of the discount, 0.22; only the money paid is freed (P8).
        ("discounts", "2.21"),
        ("unapplied_cash", "-10.66"),
        ("revenue", "-89.91"),
        ("charges", "-12.00"),
        ("tax", "-9.04"),
        ("cost_of_goods", "36.90"),
        ("inventory", "-36.90"),
    ];
    balances.map(|(account, balance)| (account.to_owned(), cents(balance))).into()
}

fn cents(amount: &str) -> i64 {
    let (whole, hundredths) = amount.split_once('.').unwrap();
    assert_eq!(hundredths.len(), 2, "{amount}");
    format!("{whole}{hundredths}").parse().unwrap()
}

/// Writes a configuration that retries these warehouses quickly, and returns its path.
fn configured(folder: &Path, warehouses: &str) -> String {
    let path = folder.join("ordermesh.toml");
    let pace = "poll_ms = 50\nretry_first_ms = 50\nretry_most_seconds = 1\n\
        breaker_failures = 3\nbreaker_open_seconds = 1\ntimeout_seconds = 3\nlease_seconds = 4\n";
    std::fs::write(&path, format!("[fulfillment-bridge]\n{pace}\n{warehouses}")).unwrap();
    path.to_str().unwrap().to_owned()
}
