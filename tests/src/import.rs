//! The import of a folder of files as the mesh's master data and stock.

use std::{fs, path::Path, process::Command, sync::LazyLock};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    mesh::{Mesh, ordermesh},
    shop::order,
};

const FILES: [(&str, &str); 7] = [
    (
        "company.csv",
        "name,tax_id,currency,time_zone,address.name,address.line1,address.city,address.region,\
         address.postal_code,address.country\n\
         Midwest Supply,36-1,USD,America/Chicago,Midwest,1 Main Street,Springfield,IL,62701,US\n",
    ),
    (
        "warehouses.csv",
        "warehouse_id,name,partner,regions,address.name,address.line1,address.city,address.region,\
         address.postal_code,address.country\n\
         EAST,East,threepl,US-NY;US-NJ,East,1 Dock Road,Newark,NJ,07101,US\n",
    ),
    (
        "items.csv",
        "sku,description,stock_uom,uoms,tax_category,unit_cost\n\
         WIDGET-1,\"Widget, blue\",EA,CS=12,standard,4.10\n\
         WIDGET-2,Widget,EA,,standard,4.20\n",
    ),
    (
        "prices.csv",
        "price_list,currency,valid_from,sku,uom,unit_price,min_quantity\n\
         WHOLESALE,USD,2026-01-01,WIDGET-1,EA,9.99,1\nWHOLESALE,USD,2026-01-01,WIDGET-1,EA,8.99,100\n",
    ),
    (
        "customers.jsonl",
        r#"{"customer_id":"C-100","name":"Acme Stores","status":"active","currency":"USD","credit_limit":25000.00,"price_list":"WHOLESALE","default_ship_to":{"name":"Acme","line1":"2 Main Street","city":"New York","region":"NY","postal_code":"10001","country":"US"}}"#,
    ),
    (
        "taxes.csv",
        "country,region,tax_category,rate_percent,valid_from,code\n\
         US,NY,standard,8.875,2026-01-01,S\n",
    ),
    (
        "stock.csv",
        "warehouse_id,sku,on_hand,sequence,as_of\n\
         EAST,WIDGET-1,500,1,AS_OF\nEAST,WIDGET-2,20,1,AS_OF\n",
    ),
];

fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    FILES.iter().for_each(|(name, text)| write(folder.path(), name, text));
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    static AS_OF: LazyLock<String> = LazyLock::new(|| crate::shop::days_ago(1).to_string());
    fs::write(folder.join(name), text.replace("AS_OF", &AS_OF)).unwrap();
}

/// Imports a folder, and returns the exit code and the one JSON value on stdout.
fn import(mesh: &Mesh, folder: &Path, more: &[&str]) -> (Option<i32>, Value) {
    let arguments = [&["import", folder.to_str().unwrap()], more].concat();
    let output = mesh.run(&arguments);
    let said = String::from_utf8_lossy(&output.stderr);
    let report = serde_json::from_slice(&output.stdout);
    (output.status.code(), report.unwrap_or_else(|error| panic!("{error}: {said}")))
}

fn figures(report: &Value, name: &str) -> Vec<Value> {
    report["documents"].as_array().unwrap().iter().map(|tally| tally[name].clone()).collect()
}

/// Imported records are used at once. A second import changes nothing, and after an edit of the
/// files it changes only what was edited.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_is_imported_once_however_often_it_is_imported() {
    let mesh = Mesh::start(&[]);
    mesh.add_partner("acme", &["--role", "buyer", "--customer", "C-100"]);
    mesh.add_partner("threepl", &["--role", "warehouse", "--warehouse", "EAST"]);
    let folder = folder();
    let (code, dry) = import(&mesh, folder.path(), &["--dry-run"]);
    assert_eq!((code, &dry["documents"]), (Some(0), &json!([])), "{dry:#}");

    let (code, first) = import(&mesh, folder.path(), &[]);
    assert_eq!(code, Some(0), "{first:#}");
    let kinds = ["company", "warehouse", "item", "price-list", "customer", "tax-rate", "stock"];
    assert_eq!(figures(&first, "document"), kinds);
    assert_eq!(figures(&first, "accepted"), [1, 1, 2, 1, 1, 1, 1]);
    // No event announces price lists and tax rates.
    let known = |figures: [u8; 5]| {
        let [company, warehouse, item, customer, stock] = figures.map(Value::from);
        [company, warehouse, item, Value::Null, customer, Value::Null, stock]
    };
    assert_eq!(figures(&first, "changed"), known([1, 1, 2, 1, 1]), "{first:#}");

    let mut acme = mesh.connect("acme").await;
    acme.send("order", &order("PO-1", "10")).await;
    let ack = acme.answer("order-ack", |ack| ack["po_number"] == "PO-1").await;
    assert_eq!((&ack["status"], &ack["total"]), (&json!("accepted"), &json!("99.90")), "{ack}");
    let threepl = mesh.connect("threepl");
    let asked = threepl.await.answer("ship-order", |_| true).await;
    assert_eq!(asked["lines"][0]["quantity"], "10");

    let (code, again) = import(&mesh, folder.path(), &[]);
    assert_eq!(code, Some(0), "{again:#}");
    assert_eq!(figures(&again, "unchanged"), known([1, 1, 2, 1, 1]), "{again:#}");
    write(folder.path(), "items.csv", &FILES[2].1.replace("blue", "red"));
    let (_, changed) = import(&mesh, folder.path(), &[]);
    assert_eq!(figures(&changed, "changed"), known([0, 0, 1, 0, 0]), "{changed:#}");
    mesh.balanced(std::time::Duration::from_secs(20));
}

/// Nothing is sent while anything is wrong. Refusals of the mesh are reported by file and line.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_said_by_file_and_line() {
    let mesh = Mesh::start(&[]);
    let folder = folder();
    write(folder.path(), "items.csv", &FILES[2].1.replace("4.20", "4,20"));
    let (code, wrong) = import(&mesh, folder.path(), &[]);
    assert_eq!((code, &wrong["documents"]), (Some(1), &json!([])));
    let error = &wrong["errors"][0];
    assert_eq!((&error["file"], &error["line"]), (&json!("items.csv"), &json!(3)), "{wrong:#}");
    let events = mesh.connect("operator").await;
    let stream = events.jetstream().get_stream("INGRESS_ERP").await.unwrap();
    assert_eq!(stream.cached_info().state.messages, 0);

    // No partner speaks for WEST: the mesh waits for one, and then refuses.
    write(folder.path(), "items.csv", FILES[2].1);
    write(folder.path(), "stock.csv", &FILES[6].1.replace("EAST,WIDGET-2", "WEST,WIDGET-2"));
    let (code, refused) = import(&mesh, folder.path(), &[]);
    assert_eq!((code, refused["errors"].as_array().unwrap().len()), (Some(1), 1), "{refused:#}");
    let error = &refused["errors"][0];
    assert_eq!(
        [&error["file"], &error["line"], &error["column"], &error["code"]],
        [&json!("stock.csv"), &json!(3), &json!("warehouse_id"), &json!("unknown_warehouse")]
    );
    assert_eq!(figures(&refused, "rejected").last(), Some(&json!(1)));
}

/// A check needs no running mesh.
#[test]
fn a_dry_run_needs_no_mesh() {
    let folder = folder();
    let dry = |folder: &Path| {
        let mut import = Command::new(ordermesh());
        import.args(["import", "--dry-run"]).arg(folder).output().unwrap()
    };
    let output = dry(folder.path());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("8 documents can be sent"), "{said}");
    assert_eq!(dry(&folder.path().join("nothing")).status.code(), Some(3));
}
