//! Whole folders: their contents, and everything that is wrong.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::folder::{self, Found};

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn read(files: &[(&str, &str)]) -> Found {
    folder::read(folder(files).path()).unwrap()
}

fn said(found: &Found) -> Vec<String> {
    found.problems.iter().map(ToString::to_string).collect()
}

fn documents(found: &Found) -> Vec<Value> {
    let json = |payload: &[u8]| -> Value { serde_json::from_slice(payload).unwrap() };
    found.entries.iter().map(|entry| json(&entry.document.payload())).collect()
}

const TAXES: &str = "country,region,tax_category,rate_percent,valid_from,code\n";
const PRICES: &str = "price_list,currency,valid_from,valid_to,sku,uom,unit_price,min_quantity\n";

#[test]
fn prices_become_a_document_for_each_list_and_day() {
    let rows = "A,USD,2026-01-01,,W,EA,9.99,1\nB,EUR,2026-01-01,2026-06-30,W,EA,8,\n\
                A,USD,2026-01-01,,W,EA,8.99,100\nA,USD,2026-07-01,,W,EA,10.50,\n";
    let found = read(&[("prices.csv", &format!("{PRICES}{rows}"))]);
    assert!(found.problems.is_empty(), "{:?}", said(&found));
    let lists = documents(&found);
    assert_eq!(lists.len(), 3);
    assert_eq!(
        lists[0]["prices"],
        json!([{"sku": "W", "uom": "EA", "unit_price": "9.99", "min_quantity": "1"},
            {"sku": "W", "uom": "EA", "unit_price": "8.99", "min_quantity": "100"}])
    );
    let head = |at: usize| [&lists[at]["price_list"], &lists[at]["valid_to"]];
    assert_eq!(head(1), [&json!("B"), &json!("2026-06-30")]);
    assert_eq!(lists[0]["tolerance_percent"], "0");
}

#[test]
fn rows_of_one_list_must_agree_and_repeat_nothing() {
    let rows = "A,USD,2026-01-01,,W,EA,9.99,1\nA,EUR,2026-01-01,,V,EA,9.99,1\n\
                A,USD,2026-01-01,,W,EA,8.99,1.0\n";
    let found = read(&[("prices.csv", &format!("{PRICES}{rows}"))]);
    assert_eq!(
        said(&found),
        [
            "prices.csv:3: currency: `EUR`, and `USD` on line 2: the rows of one price list must \
             agree",
            "prices.csv:4: sku: a price of W per EA from 1 on is also on line 2"
        ]
    );
}

#[test]
fn stock_is_counted_adjusted_and_moved() {
    let text = "kind,warehouse_id,sku,on_hand,sequence,as_of,quantity,adjustment_id,reason,\
                transfer_id,to_warehouse_id,occurred_at\n\
                ,EAST,A,5,2,2026-01-02T00:00:00Z,,,,,,\n\
                ,EAST,A,4,1,2026-01-01T00:00:00Z,,,,,,\n\
                ,EAST,B,7.5,2,2026-01-02T00:00:00Z,,,,,,\n\
                adjustment,EAST,A,,,,-1,ADJ-1,damage,,,\n\
                transfer,EAST,A,,,,2,,,T-1,WEST,2026-01-03T00:00:00Z\n";
    let found = read(&[("stock.csv", text)]);
    assert!(found.problems.is_empty(), "{:?}", said(&found));
    let stock = documents(&found);
    let kinds: Vec<_> = stock.iter().map(|it| (&it["kind"], &it["sequence"])).collect();
    // A count of an earlier number would be refused after a later one.
    assert_eq!(kinds[0], (&json!("snapshot"), &json!(1)));
    assert_eq!(kinds[1], (&json!("snapshot"), &json!(2)));
    assert_eq!(stock[1]["lines"][1], json!({"sku": "B", "on_hand": "7.5"}));
    assert_eq!(stock[2]["lines"], json!([{"sku": "A", "quantity": "-1"}]));
    assert_eq!(
        (&stock[3]["received"], &stock[3]["to_warehouse_id"]),
        (&json!(false), &json!("WEST"))
    );
}

#[test]
fn a_stock_row_says_what_its_kind_needs_and_no_more() {
    let text = "kind,warehouse_id,sku,on_hand,sequence,as_of,quantity\n\
                snapshot,EAST,A,5,,2026-01-02T00:00:00Z,\nsnapshot,EAST,A,5,1,today,3\n\
                adjustmnt,EAST,A,,,,3\n";
    let found = read(&[("stock.csv", text)]);
    assert_eq!(
        said(&found),
        [
            "stock.csv:2: sequence: a snapshot needs it",
            "stock.csv:3: quantity: this is of no meaning for a snapshot",
            "stock.csv:4: kind: `adjustmnt` is not snapshot, adjustment or transfer (did you mean \
             `adjustment`?)"
        ]
    );
}

#[test]
fn everything_wrong_in_all_files_is_said_at_once() {
    let customers = "customer_id,name,status,currency,price_list,credit_limit,bill_to.line1\n\
                     C-1,One,actve,usd,P,1.005,\nC-2,Two,active,USD,,-1,Main Street\n";
    let items = concat!(
        r#"{"sku": "W", "descripton": "Widget", "status": "active", "stock_uom": "EA","#,
        r#""whole_units": "yes", "uoms": [], "tax_category": "S", "unit_cost": 4.1,"#,
        r#""substitutes": [], "codes": []}"#,
        "\n\n{\"sku\": \n"
    );
    let found = read(&[
        ("customers.csv", customers),
        ("items.jsonl", items),
        (
            "taxes.csv",
            &format!("{TAXES}USA,,standard,8,875,S\nUS,NY,standard,8.875,2026-01-01,S\n"),
        ),
        ("warehouse.json", "{}"),
        ("custmers.csv", ""),
        ("README.md", ""),
    ]);
    let said = said(&found);
    let has = |text: &str| assert!(said.iter().any(|it| it.starts_with(text)), "{text}: {said:#?}");
    has("custmers.csv: it is not known what this file holds (did you mean `customers`?)");
    has(
        "customers.csv:2: status: unknown variant `actve`, expected `active` or `blocked` (did you",
    );
    has("customers.csv:2: currency: `usd` is not an ISO 4217 currency code");
    has("customers.csv:3: price_list: is empty");
    has("customers.csv:1: bill_to.name: the column is missing");
    has("customers.csv:1: bill_to.country: the column is missing");
    has("items.jsonl:1: descripton: there is no such field (did you mean `description`?)");
    has("items.jsonl:1: description: is missing");
    has("items.jsonl:1: whole_units: invalid type: string \"yes\", expected a boolean");
    has("items.jsonl:3: EOF while parsing");
    has("taxes.csv:2: country: `USA` is not an ISO 3166-1 alpha-2 country code");
    has("taxes.csv:2: valid_from: ");
    has("warehouse.json: it is neither CSV (.csv) nor JSON Lines (.jsonl)");
    let mut once = said.clone();
    once.dedup();
    assert_eq!((once.len(), &found.passed_over), (said.len(), &vec!["README.md".to_owned()]));
    assert!(said.iter().all(|text| !text.contains("line 1 column")), "{said:#?}");
}

#[test]
fn two_documents_about_the_same_are_refused() {
    let row = "US,NY,standard,8.875,2026-01-01,S\n";
    let other = concat!(
        r#"{"country":"US","region":"NY","tax_category":"standard","rate_percent":"9","#,
        r#""valid_from":"2026-01-01","code":"S"}"#
    );
    let found = read(&[("taxes.csv", &format!("{TAXES}{row}{row}")), ("taxes.jsonl", other)]);
    let about = "tax rate US/NY/standard/2026-01-01 is also in taxes.csv";
    assert_eq!(
        said(&found),
        [format!("taxes.csv:3: {about}:2"), format!("taxes.jsonl:1: {about}:3")]
    );
}

/// Importing again changes nothing: the same document has the same id in any file format, and
/// another document has another id.
#[test]
fn a_document_has_the_same_id_whenever_it_is_imported() {
    let ids = |files: &[(&str, &str)]| -> Vec<Value> {
        documents(&read(files)).into_iter().map(|mut it| it["document_id"].take()).collect()
    };
    let csv = ids(&[("taxes.csv", &format!("{TAXES}US,NY,standard,8.8750,2026-01-01,S\n"))]);
    let moved = "code;valid_from;rate_percent;tax_category;region;country\n\
                 S;2026-01-01;8.875;standard;NY;US\n";
    let json = concat!(
        r#"{"country":"US","region":"NY","tax_category":"standard","rate_percent":8.875,"#,
        r#""valid_from":"2026-01-01","code":"S"}"#
    );
    assert_eq!(csv, ids(&[("tax-rates.csv", moved)]));
    assert_eq!(csv, ids(&[("taxes.jsonl", json)]));
    let other = ids(&[("taxes.csv", &format!("{TAXES}US,NY,standard,8.876,2026-01-01,S\n"))]);
    assert_ne!(csv, other);
    let own = json.replace("{\"country", "{\"document_id\":\"MINE\",\"country");
    assert_eq!(ids(&[("taxes.jsonl", &own)]), [json!("MINE")]);
}

#[test]
fn a_document_of_too_many_prices_is_told_of_before_it_is_sent() {
    let rows: String =
        (0..20_000).map(|number| format!("A,USD,2026-01-01,,SKU-{number},EA,1,\n")).collect();
    let found = read(&[("prices.csv", &format!("{PRICES}{rows}"))]);
    let said = said(&found);
    assert_eq!(said.len(), 1);
    assert!(said[0].starts_with("prices.csv:2: price list A from 2026-01-01 has "), "{said:?}");
    assert!(said[0].contains("at most 1048576"), "{said:?}");
}

#[test]
fn files_of_other_programs_are_read() {
    let text = format!("\u{feff}{}", TAXES.replace(',', ";").replace('\n', "\r\n"));
    let found = read(&[("taxes.csv", &format!("{text}US;NY;standard;8.875;2026-01-01;S\r\n"))]);
    assert!(found.problems.is_empty(), "{:?}", said(&found));
    let folder = folder(&[]);
    fs::write(folder.path().join("taxes.csv"), b"country\nD\xdc\n").unwrap();
    let found = folder::read(folder.path()).unwrap();
    assert_eq!(said(&found), ["taxes.csv: line 2 is not UTF-8: save the file as UTF-8"]);
}

#[test]
fn an_empty_folder_is_told_of() {
    let found = read(&[("notes.txt", "")]);
    assert!(said(&found)[0].contains("no file here is one of company, warehouses, items"));
    assert!(folder::read(Path::new("/no/such/folder")).is_err());
}
