//! The demonstration as users run it: generated orders, real data, and PostgreSQL.

use std::{ffi::OsStr, process::Command};

use serde_json::{Value, json};
use testkit::Postgres;

use crate::mesh::{data, ordermesh};

/// Plays a run, and checks what must hold for every run.
fn run<A: AsRef<OsStr>>(arguments: &[A]) -> Value {
    let mut demo = Command::new(ordermesh());
    let output = demo.args(["demo", "--json"]).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let text = String::from_utf8_lossy(&output.stdout);
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}{said}"));
    assert!(output.status.success(), "{report:#}{said}");
    assert_eq!(report["reconciliation"]["balanced"], true, "{report:#}");
    report
}

fn sum(parts: &Value) -> u64 {
    parts.as_object().unwrap().values().filter_map(Value::as_u64).sum()
}

#[test]
fn a_generated_run_balances() {
    let report = run(&["--orders", "200", "--seed", "7"]);
    let orders = sum(&report["orders"]);
    assert_eq!((orders, &report["dead_letters"]), (200, &Value::from(0)), "{report:#}");
    // Everything that the run should show happened in it, and every kind of document was sent.
    let heard = |document: &str| report["documents_read"][document].as_u64() > Some(0);
    for document in [
        "backorder-notice",
        "credit-memo",
        "invoice",
        "journal",
        "payment-ack",
        "return-authorization",
    ] {
        assert!(heard(document), "no {document}: {report:#}");
    }
    let opened = |kind: &str| report["exceptions"][kind].as_u64() > Some(0);
    assert!(opened("shipment_short") && opened("order_held"), "{report:#}");
    assert!(report["orders"]["settled"].as_u64() > Some(150), "{report:#}");
    assert_eq!((&report["repeats"], &report["missing"]), (&json!(0), &json!([])), "{report:#}");
}

/// Plays orders of real data. Every row that was read must be played or reported.
fn dataset(name: &str, orders: &str) -> Option<Value> {
    let dataset = data(name)?.into_os_string();
    let arguments = [OsStr::new("--dataset"), &dataset, OsStr::new("--orders"), OsStr::new(orders)];
    let report = run(&arguments);
    let source = &report["source"];
    let accounted = sum(&source["played"]) + sum(&source["rest"]);
    assert_eq!(source["rows"].as_u64(), Some(accounted), "{source:#}");
    Some(report)
}

/// The first invoices of a real wholesaler.
#[test]
fn real_invoices_balance_and_no_row_is_dropped() {
    let Some(report) = dataset("tx/online-retail", "100") else { return };
    assert_eq!(sum(&report["orders"]), 100, "{report:#}");
}

/// All of `classicmodels`. P2: a payment of exactly one open invoice's amount pays it, any other is
/// kept. O8: orders that are cancelled in the data are cancelled, and not shipped.
#[test]
fn p2_cheques_without_remittance_pay_the_invoice_of_their_amount() {
    let Some(report) = dataset("tx/classicmodels", "500") else { return };
    let orders = &report["orders"];
    assert_eq!((sum(orders), orders["cancelled"].as_u64()), (196, Some(6)), "{report:#}");
    let payments = &report["payments"];
    let [reported, matched, unapplied] =
        ["reported", "matched", "unapplied"].map(|it| payments[it].as_u64().unwrap());
    assert_eq!((reported, matched + unapplied), (172, 172), "{payments:#}");
    // 158 of the 172 payments in the data match an order's total. Several open invoices of one
    // amount, or a discount, may make it a few more or fewer.
    assert_eq!(payments["otherwise"], 0, "{payments:#}");
    assert_eq!(payments["like_orders"]["played"]["like_an_order"], 158, "{payments:#}");
    assert!(matched >= 150, "{payments:#}");
    assert_eq!(sum(&payments["why"]), unapplied, "{payments:#}");
}

/// All of Oracle OE: items that are not sold are refused; orders above the credit limit are held,
/// then released or cancelled.
#[test]
fn o5_orders_over_their_limit_are_held_until_an_operator_releases_them() {
    let Some(report) = dataset("tx/oracle-oe", "500") else { return };
    let orders = &report["orders"];
    assert_eq!((sum(orders), orders["rejected"].as_u64()), (57, Some(21)), "{report:#}");
    assert!(report["released"].as_u64() >= Some(20), "{report:#}");
    assert_eq!(report["held"], Value::Array(Vec::new()), "{report:#}");
}

#[test]
fn a_run_on_postgresql_balances() {
    let postgres = Postgres::start().unwrap();
    run(&["--orders", "60", "--database-url", postgres.url()]);
}
