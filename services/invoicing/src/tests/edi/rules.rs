//! The published rules of EN 16931 and the schemas of UBL 2.1 judge what is sent.

use std::{
    collections::BTreeMap,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use super::cases::bills;

fn repository() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The documents of others, which are no part of the repository: those of a kind, where they are
/// beside the checkout.
pub fn folder(kind: &str) -> Option<PathBuf> {
    let folder = repository().join("../shared/data/docs").join(kind);
    if folder.is_dir() {
        return Some(folder);
    }
    let test = std::thread::current().name().unwrap_or("a test").to_owned();
    eprintln!(
        "skipped: {test} needs the documents of others, and {} is not there",
        folder.display()
    );
    None
}

/// The index's statements on the files of one type, by name.
pub fn index(folder: &Path, kind: &str) -> BTreeMap<String, Value> {
    let mut rows = BTreeMap::new();
    for row in csv::Reader::from_path(folder.join("../index.csv")).unwrap().records() {
        let row = row.unwrap();
        if row[2] == *kind {
            let file = row[0].rsplit('/').next().unwrap().to_owned();
            rows.insert(file, serde_json::from_str(&row[10]).unwrap());
        }
    }
    rows
}

/// Runs the rules; never skipped, for an invoice that nobody judged is none.
fn run<T: DeserializeOwned>(arguments: &[&str], input: &str) -> T {
    let Some(python) = std::env::var_os("ORDERMESH_TEST_PYTHON") else {
        panic!("ORDERMESH_TEST_PYTHON names no Python with Saxon; run the tests by tests/run.sh");
    };
    let mut child = Command::new(python)
        .arg(repository().join("tests/python/en16931.py"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the rules could not be run: {}", output.status);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The rules that documents break, by name.
pub fn broken(documents: &BTreeMap<&str, &str>) -> BTreeMap<String, Vec<String>> {
    run(&["validate"], &serde_json::to_string(documents).unwrap())
}

#[derive(Debug, Deserialize)]
struct UnitTests {
    cases: usize,
    disagree: Vec<String>,
}

/// The judge is sound: whatever the authors of the rules say must hold or fail, holds or fails.
#[test]
fn i12_the_rules_that_judge_agree_with_all_their_own_tests() {
    let Some(folder) = folder("ubl-rules") else { return };
    let UnitTests { cases, disagree } = run(&["unit", folder.to_str().unwrap()], "");
    assert_eq!(disagree, Vec::<String>::new());
    assert!(cases > 600, "only {cases}");
}

#[tokio::test]
async fn i12_every_kind_of_bill_in_ubl_breaks_no_rule_of_en_16931() {
    let bills = bills().await;
    let documents: BTreeMap<&str, &str> =
        bills.iter().map(|it| (it.name.as_str(), it.ubl.as_str())).collect();
    assert_eq!(documents.len(), bills.len());
    let credits = bills.iter().filter(|it| it.ubl.contains("<CreditNote ")).count();
    assert!(credits > 10 && bills.len() - credits > 15, "{credits} of {}", bills.len());
    let broken: BTreeMap<_, _> =
        broken(&documents).into_iter().filter(|(_, broken)| !broken.is_empty()).collect();
    assert_eq!(broken, BTreeMap::new());
}

/// And it would say so if they did.
#[tokio::test]
async fn i12_a_bill_that_was_tampered_with_breaks_rules() {
    let bills = bills().await;
    let plain = &bills.iter().find(|it| it.name.starts_with("plain")).unwrap().ubl;
    let total = plain.replace(">108.77</cbc:PayableAmount>", ">108.78</cbc:PayableAmount>");
    let swapped = plain.replace("cbc:IssueDate>", "cbc:TaxPointDate>");
    let unit = plain.replace("unitCode=\"EA\"", "unitCode=\"CASE\"");
    let cases = [("total", &*total), ("swapped", &swapped), ("unit", &unit)];
    cases.iter().for_each(|(name, it)| assert_ne!(it, plain, "{name}: {plain}"));
    let found = broken(&cases.into_iter().collect());
    assert!(found["total"].iter().any(|it| it.starts_with("BR-CO-16 ")), "{found:?}");
    assert!(found["swapped"].iter().any(|it| it.starts_with("schema: ")), "{found:?}");
    assert!(found["unit"].iter().any(|it| it.starts_with("BR-CL-23 ")), "{found:?}");
}
