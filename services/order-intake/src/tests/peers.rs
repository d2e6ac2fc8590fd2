//! What another system's order entry comes to with the same orders, where reference data lies beside
//! the checkout. Every case of it about prices, credit, units, changes and cancels is named here.

use contracts::{
    Reason,
    document::{Item, Order, OrderAck, OrderAckStatus, PriceList},
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use testkit::peers::{Compared, every_case, text};

use super::{
    ack,
    change::peers as changes,
    codes, document, name,
    shop::{BILL, Bill, Shop, dispatched, held_for, invoice, limited, received},
};

/// Topics of which every case is treated here.
const OURS: [&str; 5] = ["cancel", "credit_limit", "order_change", "pricing", "uom"];

/// A case whose title speaks of a cancel and that is about the rest of an order.
const ELSEWHERE: [(&str, &str); 1] =
    [("B1", "allocation, invoicing, payment-apply: an order that is closed short")];

/// The treatment of each case.
async fn compared(id: &str, case: &Value) -> Option<Compared> {
    Some(match id {
        "O02" | "O04" | "O08" | "O10" | "O13" | "O15" | "O16" | "O17" | "O18" | "O19" | "O21"
        | "O22" => totals(case, "order_untaxed").await,
        "S01" | "I04" => totals(case, "untaxed").await,
        "I10" => both_totals(case).await,
        "F02" => freight(case).await,
        "N03" => half_a_cent(case).await,
        "S12" => without_lines(case).await,
        "L01" => quantity_breaks(case).await,
        "U01" => units(case).await,
        "N11" => open_orders(case).await,
        "V01" => paid_ahead(case).await,
        "A01" => changes::another_price(case).await,
        "B3" => changes::cancelled_under_way(case).await,
        "B13" => changes::amended_twice(case).await,
        "S13" => changes::cancelled(case, &case["expected"]["after_ignore"]).await,
        "S15" => changes::cancelled(case, &case["expected"]["final"]).await,
        "U02" => changes::another_unit(case).await,
        _ => return None,
    })
}

fn is_ours(case: &Value) -> bool {
    let topics = case["topics"].as_array().into_iter().flatten();
    let named = topics.into_iter().any(|topic| OURS.contains(&topic.as_str().unwrap()));
    let title = text(&case["title"]).to_lowercase();
    named || ["amend", "cancel"].iter().any(|word| title.contains(word))
}

#[tokio::test]
async fn o3_to_o8_every_case_of_peers_is_ordered_as_theirs_or_otherwise_for_a_reason() {
    every_case(&ELSEWHERE, compared, is_ours).await;
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

async fn totals(case: &Value, expected: &str) -> Compared {
    let ours = total(&ordered(&lines(&case["input"]["lines"]), None).await);
    Compared::same().figure("net", ours, &case["expected"][expected])
}

async fn both_totals(case: &Value) -> Compared {
    let mut compared = Compared::same();
    for part in ["a", "b"] {
        let ours = total(&ordered(&lines(&case["input"][part]), None).await);
        compared = compared.figure(part, ours, &case["expected"][part][0]);
    }
    compared
}

async fn freight(case: &Value) -> Compared {
    let line = [(text(&case["input"]["ordered"]), text(&case["input"]["unit_price"]))];
    let ours = total(&ordered(&line, Some("3.00")).await);
    Compared::same().figure("net and charges", ours, &case["expected"]["order_untaxed"])
}

async fn half_a_cent(case: &Value) -> Compared {
    let ours = total(&ordered(&lines(&case["input"]["lines"]), None).await);
    Compared::differs("a line net is rounded half up (I2), not half to even: 1.005 is 1.01").but(
        "net",
        ours,
        "2.08",
        &case["expected"]["base"],
    )
}

async fn without_lines(case: &Value) -> Compared {
    let told = ordered(&lines(&case["input"]["lines"]), None).await;
    assert_eq!(codes(&told), [Reason::NoLines]);
    let state = json!(told.status);
    Compared::differs("an order without lines is rejected (O3), not done at once").but(
        "state",
        text(&state),
        "rejected",
        &case["expected"]["state"],
    )
}

/// An order of one line of `P-1`, priced by the list.
async fn of_one_line(shop: &mut Shop, po: &str, mut line: Value) -> OrderAck {
    (line["line"], line["sku"]) = (1.into(), "P-1".into());
    let order: Order = document(json!({"po_number": po, "lines": [line]}));
    ack(&shop.bench.document(&name("acme"), &order).await)
}

async fn quantity_breaks(case: &Value) -> Compared {
    let mut shop = Shop::at("10.00", None).await;
    let list: Decimal = text(&case["setup"]["list_price"]).parse().unwrap();
    let breaks = &case["setup"]["breaks"];
    let at = |factor: &Value| (list * text(factor).parse::<Decimal>().unwrap()).to_string();
    let (few, many) = (at(&breaks["else"]), at(&breaks[">=10"]));
    sells(&mut shop, "P-1", &[("0", &few), ("10", &many)]).await;
    let mut compared = Compared::same();
    let quantities = case["input"]["qty"].as_array().unwrap();
    for (place, quantity) in quantities.iter().map(text).enumerate() {
        let told = of_one_line(&mut shop, &quantity, json!({"quantity": quantity})).await;
        let ours = told.lines[0].unit_price.unwrap();
        let theirs = &case["expected"]["unit_price"][place];
        compared = compared.figure(&format!("price of each of {quantity}"), ours, theirs);
    }
    compared
}

/// 1 KG is 5 units.
async fn units(case: &Value) -> Compared {
    let mut shop = Shop::at("10.00", None).await;
    let expected = &case["expected"];
    sells(&mut shop, "P-1", &[("0", "10.00")]).await;
    let kilos = json!({"quantity": text(&expected["secondary_kg"]), "uom": "KG"});
    let told = of_one_line(&mut shop, "PO-1", kilos).await;
    let per_kg = told.lines[0].unit_price.unwrap();
    let ordered = shop.line("PO-1").await.ordered;
    of_one_line(&mut shop, "PO-2", json!({"quantity": "1000", "uom": "KG"})).await;
    let many = shop.line("PO-2").await.ordered;
    sells(&mut shop, "P-1", &[("0", &text(&expected["price_40_per_kg_gives_unit_price"]))]).await;
    let offered = json!({"quantity": "1", "uom": "KG", "unit_price": "40"});
    let told = of_one_line(&mut shop, "PO-3", offered).await;
    assert_eq!(total(&told), "40.00", "40 per KG is 8 per unit");
    Compared::same()
        .figure("price per KG", per_kg, &expected["price_per_kg"])
        .figure("units of 2 KG", ordered, &case["input"]["qty_unit"])
        .figure("units of 1000 KG", many, &expected["1000_kg_gives_units"])
}

/// Another receivable stands; the order is for two at 25.00, one of which is billed.
async fn open_orders(case: &Value) -> Compared {
    let (setup, expected) = (&case["setup"], &case["expected"]);
    let mut shop = Shop::at("25.00", Some(&text(&setup["limits"][0]))).await;
    let stands = Bill { po: "PO-0", total: &text(&setup["receivable"]), ..BILL };
    shop.bench.event(&invoice(&stands)).await;
    assert_eq!(held_for(&shop.order("PO-1", "2").await), [Reason::CreditLimit]);
    shop.bench.document(&name("erp"), &limited(Some(&text(&setup["limits"][1])))).await;
    let status = shop.standing("PO-1").await.status();
    let confirmed = shop.exposure().await;
    shop.bench.event(&dispatched("PO-1", "1")).await;
    let bill = Bill { number: "INV-2", net: "25.00", total: "25.00", ..BILL };
    shop.bench.event(&invoice(&bill)).await;
    Compared::same()
        .figure("with the higher limit", status, &expected["limit_200"])
        .figure("exposure", confirmed, &expected["exposure_after_confirm"])
        .figure(
            "exposure when one is billed",
            shop.exposure().await,
            &expected["exposure_after_partial_invoice"],
        )
}

/// A customer that pays ahead owes less than nothing; the order waits for no payment.
async fn paid_ahead(case: &Value) -> Compared {
    let (input, expected) = (&case["input"], &case["expected"]);
    let mut shop = Shop::at(&text(&input["unit_price"]), None).await;
    let advance = text(&expected["advance_invoice"]);
    shop.bench.event(&received("CHK-1", Some("C-100"), &advance)).await;
    assert_eq!(shop.exposure().await, format!("-{advance}"));
    let told = shop.order("PO-1", &text(&input["ordered"])).await;
    let bills = expected["invoice_totals"].as_array().unwrap().iter();
    let bills: Decimal = bills.map(|it| text(it).parse::<Decimal>().unwrap()).sum();
    let goes_on = usize::from(told.status == OrderAckStatus::Accepted);
    Compared::differs("there are no advance invoices: who pays ahead has credit (O5)")
        .figure("net", total(&told), &expected["order_total"])
        .figure("left to pay", shop.exposure().await, &json!(bills))
        .but("orders that go on unpaid", goes_on, "1", &expected["shipments_before_paid"])
}
