use serde_json::json;

use super::*;
use crate::import::file_kind::FileKind;

fn said(sheet: &Sheet) -> Vec<String> {
    sheet.problems.iter().map(ToString::to_string).collect()
}

#[test]
fn cells_become_what_their_columns_say() {
    let text = "sku,description,stock_uom,whole_units,uoms,tax_category,unit_cost,substitutes\n\
                W-1,\"Widget, blue\",EA,no,CS=12; PAL=480,standard,4.10,\n";
    let sheet = read("items.csv", text, FileKind::Items.columns());
    assert!(sheet.problems.is_empty(), "{:?}", sheet.problems);
    assert_eq!(
        Value::Object(nested(&sheet.rows[0].cells)),
        json!({"sku": "W-1", "description": "Widget, blue", "status": "active",
            "stock_uom": "EA", "whole_units": false, "tax_category": "standard",
            "unit_cost": "4.10", "substitutes": [], "codes": [],
            "uoms": [{"uom": "CS", "per_stock_uom": "12"},
                {"uom": "PAL", "per_stock_uom": "480"}]})
    );
}

#[test]
fn a_header_is_checked_whole() {
    let text = "sku,sku,colour,descripton\nA,B,C,D\n";
    let sheet = read("items.csv", text, FileKind::Items.columns());
    let said = said(&sheet);
    assert_eq!(said[0], "items.csv:1: sku: the column is there twice");
    assert!(said[1].starts_with("items.csv:1: colour: there is no such column (there are sku,"));
    assert_eq!(
        said[2],
        "items.csv:1: descripton: there is no such column (did you mean `description`?)"
    );
    assert_eq!(said[3], "items.csv:1: description: the column is missing");
    assert_eq!(said.last().unwrap(), "items.csv:1: unit_cost: the column is missing");
}

#[test]
fn rows_are_told_of_by_the_line_on_which_they_begin() {
    let text = "price_list;currency;valid_from;sku;uom;unit_price;min_quantity\n\
                A;USD;2026-01-01;\"two\nlines\";EA;1,5;\n\nA;USD\n";
    let sheet = read("prices.csv", text, FileKind::Prices.columns());
    assert_eq!(sheet.rows[0].line, 2);
    assert_eq!(said(&sheet), ["prices.csv:5: 2 cells under 7 columns"]);
}

#[test]
fn an_object_without_cells_is_not_there() {
    let text = "customer_id,name,currency,price_list,terms.net_days,bill_to.city\n\
                C-1,One,USD,P,30,\nC-2,Two,USD,P,,Albany\nC-3,Three,USD,P,-1,\n";
    let sheet = read("customers.csv", text, FileKind::Customers.columns());
    let objects: Vec<_> = sheet.rows.iter().map(|row| nested(&row.cells)).collect();
    assert_eq!(objects[0]["terms"], json!({"net_days": 30}));
    assert!(!objects[0].contains_key("bill_to"));
    assert_eq!(objects[1]["bill_to"], json!({"city": "Albany"}));
    let expected = "customers.csv:4: terms.net_days: `-1` is not a whole number";
    assert_eq!(said(&sheet), [expected]);
}
