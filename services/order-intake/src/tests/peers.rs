//! Figures of another system's order entry, where its rule is ours; where it is not, why.
//!
//! The cases are read where they are found beside the checkout, or where `ORDERMESH_PEER_CASES`
//! says; without them there is nothing to compare with.

use std::{env, fs, path::PathBuf};

use contracts::{
    Reason,
    document::{Item, Order, OrderAck, OrderAckStatus, PriceList},
};
use serde_json::{Value, json};

use super::{
    ack, codes, document, name,
    shop::{BILL, Bill, Shop, dispatched, held_for, invoice, limited},
};

/// Cases whose rule is another one here, and why.
const DIFFERS: [(&str, &str); 4] = [
    ("N03", "a line net is rounded half up (I2), not half to even: 1.005 is 1.01"),
    ("S12", "an order without lines is rejected (O3), not done at once"),
    ("A01", "a change is of quantities (contract §3): a price stands once it was accepted (O4)"),
    ("V01", "there are no advance invoices: who pays ahead has a negative exposure (O5)"),
];

pub fn cases() -> Option<Value> {
    let beside = || {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
        root.join("shared/data/peer-cases/tryton_cases.json")
    };
    let path = env::var_os("ORDERMESH_PEER_CASES").map_or_else(beside, PathBuf::from);
    let Ok(text) = fs::read_to_string(&path) else {
        println!("skipped: there are no peer cases at {}", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

pub fn case<'a>(cases: &'a Value, id: &str) -> &'a Value {
    let lists = ["cases", "oracle_numeric", "oracle_behaviour"];
    let all = lists.iter().flat_map(|list| cases[list].as_array().unwrap());
    all.into_iter().find(|case| case["id"] == id).unwrap_or_else(|| panic!("no case {id}"))
}

pub fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Quantity and unit price of each line.
fn lines(lines: &Value) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for line in lines.as_array().unwrap() {
        let (quantity, price) = if line.is_array() {
            (&line[0], &line[1])
        } else {
            (line.get("quantity").unwrap_or(&line["qty"]), &line["unit_price"])
        };
        let times = line["repeat"].as_u64().unwrap_or(1);
        all.extend((0..times).map(|_| (text(quantity), text(price))));
    }
    all
}

async fn sells(shop: &mut Shop, sku: &str, prices: &[(&str, &str)]) {
    let item: Item = document(json!({"sku": sku, "description": "Peer", "status": "active",
        "stock_uom": "EA", "whole_units": true, "uoms": [{"uom": "KG", "per_stock_uom": "5"}],
        "tax_category": "standard", "unit_cost": "1", "substitutes": [], "codes": []}));
    shop.bench.document(&name("erp"), &item).await;
    let price = |(from, unit_price): &(&str, &str)| json!({"sku": sku, "uom": "EA", "unit_price": unit_price, "min_quantity": from});
    let prices: Vec<Value> = prices.iter().map(price).collect();
    let list: PriceList = document(json!({"price_list": "WHOLESALE", "currency": "USD",
        "valid_from": "2026-01-01", "valid_to": null, "tolerance_percent": "0",
        "prices": prices}));
    shop.bench.document(&name("erp"), &list).await;
}

/// An order of these lines at these prices, which the list has too: each line its own item.
async fn ordered(lines: &[(String, String)], charge: Option<&str>) -> OrderAck {
    let mut shop = Shop::at("10.00", None).await;
    let mut prices = Vec::new();
    let mut wanted = Vec::new();
    for (place, (quantity, unit_price)) in lines.iter().enumerate() {
        let sku = format!("P-{place}");
        sells(&mut shop, &sku, &[("0", unit_price)]).await;
        prices
            .push(json!({"sku": sku, "uom": "EA", "unit_price": unit_price, "min_quantity": "0"}));
        wanted.push(json!({"line": place + 1, "sku": sku, "quantity": quantity,
            "unit_price": unit_price}));
    }
    let list: PriceList = document(json!({"price_list": "WHOLESALE", "currency": "USD",
        "valid_from": "2026-01-01", "valid_to": null, "tolerance_percent": "0",
        "prices": prices}));
    shop.bench.document(&name("erp"), &list).await;
    let charges = charge.map(|amount| json!({"code": "freight", "amount": amount}));
    let charges: Vec<Value> = charges.into_iter().collect();
    let order: Order = document(json!({"po_number": "PO-1", "lines": wanted, "charges": charges}));
    ack(&shop.bench.document(&name("acme"), &order).await)
}

fn total(ack: &OrderAck) -> String {
    assert_eq!(ack.status, OrderAckStatus::Accepted, "{ack:?}");
    ack.total.unwrap().to_string()
}

#[tokio::test]
async fn i2_order_totals_are_the_peers() {
    let Some(cases) = cases() else { return };
    for case in cases["oracle_numeric"].as_array().unwrap() {
        let ours = total(&ordered(&lines(&case["input"]["lines"]), None).await);
        assert_eq!(ours, text(&case["expected"]["order_untaxed"]), "{}", case["id"]);
    }
    for (id, input, expected) in [("S01", "lines", "untaxed"), ("I04", "lines", "untaxed")] {
        let case = case(&cases, id);
        let ours = total(&ordered(&lines(&case["input"][input]), None).await);
        assert_eq!(ours, text(&case["expected"][expected]), "{id}");
    }
    for part in ["a", "b"] {
        let case = case(&cases, "I10");
        let ours = total(&ordered(&lines(&case["input"][part]), None).await);
        assert_eq!(ours, text(&case["expected"][part][0]), "I10 {part}");
    }
    let freight = case(&cases, "F02");
    let line = [(text(&freight["input"]["ordered"]), text(&freight["input"]["unit_price"]))];
    let ours = total(&ordered(&line, Some("3.00")).await);
    assert_eq!(ours, text(&freight["expected"]["order_untaxed"]));
    let change = case(&cases, "A01");
    let before = total(&ordered(&lines(&change["input"]["before"]), None).await);
    assert_eq!(before, text(&change["expected"]["total_before"]));
}

#[tokio::test]
async fn o4_quantity_breaks_and_units_price_as_the_peers() {
    let Some(cases) = cases() else { return };
    let mut shop = Shop::at("10.00", None).await;
    let breaks = &case(&cases, "L01")["expected"]["unit_price"];
    let [one, twelve] = [0, 1].map(|place| text(&breaks[place]));
    sells(&mut shop, "P-1", &[("0", &one), ("10", &twelve)]).await;
    for (quantity, unit_price) in [("1", &one), ("12", &twelve)] {
        let order: Order = document(json!({"po_number": format!("PO-{quantity}"),
            "lines": [{"line": 1, "sku": "P-1", "quantity": quantity}]}));
        let told = ack(&shop.bench.document(&name("acme"), &order).await);
        let ours = told.lines[0].unit_price.unwrap().get();
        assert_eq!(ours, unit_price.parse().unwrap(), "L01: {quantity}");
    }
    // 1 KG is 5 units.
    let peer = &case(&cases, "U01")["expected"];
    sells(&mut shop, "P-1", &[("0", "10.00")]).await;
    let order: Order = document(json!({"po_number": "PO-KG",
        "lines": [{"line": 1, "sku": "P-1", "quantity": "2", "uom": "KG"}]}));
    let told = ack(&shop.bench.document(&name("acme"), &order).await);
    let per_kg = told.lines[0].unit_price.unwrap().get();
    assert_eq!(per_kg, text(&peer["price_per_kg"]).parse().unwrap(), "U01");
    sells(&mut shop, "P-1", &[("0", &text(&peer["price_40_per_kg_gives_unit_price"]))]).await;
    let order: Order = document(json!({"po_number": "PO-40",
        "lines": [{"line": 1, "sku": "P-1", "quantity": "1", "uom": "KG", "unit_price": "40"}]}));
    let told = ack(&shop.bench.document(&name("acme"), &order).await);
    assert_eq!(total(&told), "40.00", "U01: 40 per KG is 8 per unit");
}

/// Another receivable of 100.00 stands; the order is for two at 25.00, one of which is billed.
#[tokio::test]
async fn o5_open_orders_count_until_they_are_billed_as_the_peers() {
    let Some(cases) = cases() else { return };
    let peer = case(&cases, "N11");
    let (setup, expected) = (&peer["setup"], &peer["expected"]);
    let same = |ours: String, theirs: &Value| {
        let number = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap();
        assert_eq!(number(&ours), number(&text(theirs)), "N11");
    };
    let mut shop = Shop::at("25.00", Some(&text(&setup["limits"][0]))).await;
    let stands = Bill { po: "PO-0", total: &text(&setup["receivable"]), ..BILL };
    shop.bench.event(&invoice(&stands)).await;
    assert_eq!(held_for(&shop.order("PO-1", "2").await), [Reason::CreditLimit]);
    shop.bench.document(&name("erp"), &limited(Some(&text(&setup["limits"][1])))).await;
    assert_eq!(shop.standing("PO-1").await.status.to_string(), "accepted");
    same(shop.exposure().await, &expected["exposure_after_confirm"]);
    shop.bench.event(&dispatched("PO-1", "1")).await;
    let bill = Bill { number: "INV-2", net: "25.00", total: "25.00", ..BILL };
    shop.bench.event(&invoice(&bill)).await;
    same(shop.exposure().await, &expected["exposure_after_partial_invoice"]);
}

#[tokio::test]
async fn where_our_rule_is_another_one_the_figure_is_too() {
    let Some(cases) = cases() else { return };
    for (id, why) in DIFFERS {
        println!("{}: {why}", case(&cases, id)["title"]);
    }
    let rounded = case(&cases, "N03");
    let ours = total(&ordered(&lines(&rounded["input"]["lines"]), None).await);
    assert_eq!((ours.as_str(), text(&rounded["expected"]["base"])), ("2.08", "2.07".to_owned()));
    let empty = ordered(&lines(&case(&cases, "S12")["input"]["lines"]), None).await;
    assert_eq!((empty.status, codes(&empty)), (OrderAckStatus::Rejected, vec![Reason::NoLines]));
}
