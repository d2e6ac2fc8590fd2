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

fn sum(parts: &Value) -> u64 {
    parts.as_object().unwrap().values().filter_map(Value::as_u64).sum()
}

#[test]
fn a_generated_run_balances() {
    let report = run(&["--orders", "200", "--seed", "7"]);
    let orders = sum(&report["orders"]);
    assert_eq!((orders, &report["dead_letters"]), (200, &Value::from(0)), "{report:#}");
}

/// The first invoices of a real wholesaler; every row of the file is accounted for.
#[test]
fn real_invoices_balance_and_no_row_is_dropped() {
    let Some(folder) = data("tx/online-retail") else { return };
    let dataset = folder.into_os_string();
    let arguments = [OsStr::new("--dataset"), &dataset, OsStr::new("--orders"), OsStr::new("100")];
    let report = run(&arguments);
    let source = &report["source"];
    let played =
        ["order_lines", "returns", "write_offs"].map(|part| source[part].as_u64().unwrap());
    let accounted = played.iter().sum::<u64>() + sum(&source["rest"]);
    assert_eq!(source["rows"].as_u64(), Some(accounted), "{source:#}");
}

#[test]
fn a_run_on_postgresql_balances() {
    let postgres = Postgres::start().unwrap();
    run(&["--orders", "60", "--database-url", postgres.url()]);
}
