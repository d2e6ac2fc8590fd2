//! The demonstration as people run it: generated orders, real data, and PostgreSQL.

use std::{ffi::OsStr, process::Command};

use serde_json::Value;
use testkit::Postgres;

use crate::mesh::{data, ordermesh};

/// Plays a run, and checks what must be true of every one.
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

#[test]
fn a_generated_run_balances() {
    let report = run(&["--orders", "200", "--seed", "7"]);
    assert_eq!(report["orders"]["planned"], 200, "{report:#}");
}

/// The first invoices of a real wholesaler; every row of the file is accounted for.
#[test]
fn real_invoices_balance_and_no_row_is_dropped() {
    let Some(folder) = data("tx/online-retail") else { return };
    let dataset = folder.into_os_string();
    let arguments = [OsStr::new("--dataset"), &dataset, OsStr::new("--orders"), OsStr::new("100")];
    let report = run(&arguments);
    let rows = &report["source"];
    let sum: u64 = rows["parts"].as_array().unwrap().iter().filter_map(|it| it["rows"].as_u64()).sum();
    assert_eq!(rows["rows"].as_u64(), Some(sum), "{rows:#}");
}

#[test]
fn a_run_on_postgresql_balances() {
    let postgres = Postgres::start().unwrap();
    run(&["--orders", "60", "--database-url", postgres.url()]);
}
