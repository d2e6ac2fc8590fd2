//! The content of a bill in X12, which is sound X12.

use edi::x12::{Interchange, Segment, read};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{
    super::shop::{line, settings},
    Desk,
    cases::bills,
    has, merge, sent,
};

fn one(text: &str) -> Interchange {
    let mut all = read(text.as_bytes()).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap_or_else(|_| panic!("{text} is no number"))
}

fn json_number(value: &Value) -> Decimal {
    number(value.as_str().unwrap())
}

/// An amount of type N2: hundredths, whatever the currency.
fn n2(segment: &Segment, element: usize) -> Decimal {
    Decimal::new(segment.get(element).parse().unwrap(), 2)
}

fn all<'a>(segments: &'a [Segment], id: &str) -> Vec<&'a Segment> {
    segments.iter().filter(|segment| segment.id == id).collect()
}

pub fn signed(sac: &Segment) -> Decimal {
    if sac.get(1) == "A" { -n2(sac, 5) } else { n2(sac, 5) }
}

#[tokio::test]
async fn i12_every_kind_of_bill_in_x12_is_read_back_without_faults() {
    for said in bills().await {
        let interchange = one(&said.x12);
        assert_eq!(interchange.errors, [], "{}", said.name);
        assert_eq!(interchange.groups.len(), 1);
        let group = &interchange.groups[0];
        assert_eq!((group.functional_id.as_str(), group.errors.len()), ("IN", 0));
        let set = &group.sets[0];
        assert_eq!((set.id.as_str(), set.errors.len()), ("810", 0), "{}", said.name);
        for segment in &set.segments {
            for element in 1..=segment.len() {
                assert!(segment.get(element).len() <= 80, "{}: {segment:?}", said.name);
            }
        }
    }
}

/// Lines, what comes on and off, and tax make the total, and each is what the JSON says.
#[tokio::test]
async fn i12_the_figures_in_x12_are_those_of_the_json() {
    for said in bills().await {
        let interchange = one(&said.x12);
        let segments = &interchange.groups[0].sets[0].segments;
        let end = segments.iter().position(|it| it.id == "TDS").unwrap();
        let (detail, summary) = segments.split_at(end);
        let total = n2(&summary[0], 1);
        assert_eq!(total, json_number(&said.json["total"]), "{}", said.name);
        let lines: Vec<Decimal> = all(detail, "PAM").iter().map(|it| number(it.get(5))).collect();
        let nets = said.json["lines"].as_array().unwrap();
        let nets: Vec<Decimal> = nets.iter().map(|it| json_number(&it["net_amount"])).collect();
        assert_eq!(lines, nets);
        let taxes: Decimal = all(summary, "TXI").iter().map(|it| number(it.get(2))).sum();
        let others: Decimal = all(summary, "SAC").into_iter().map(signed).sum();
        assert_eq!(lines.iter().sum::<Decimal>() + taxes + others, total, "{}", said.name);
        let ctt = summary.iter().find(|it| it.id == "CTT").unwrap();
        assert_eq!(ctt.get(1), nets.len().to_string());
        let kind = if said.json.get("credit_memo_number").is_some() { "CR" } else { "DI" };
        assert_eq!(segments[1].get(7), kind);
    }
}

#[tokio::test]
async fn i12_an_invoice_in_x12_names_everybody_and_everything() {
    let mut desk = Desk::open(json!(["x12"])).await;
    let codes = json!([{"qualifier": "VP", "code": "OTHER"},
        {"qualifier": "UP", "code": "012345678905"}]);
    desk.item("WIDGET-1", "standard", json!({"description": "Widget * 1", "codes": codes})).await;
    desk.seller(json!({})).await;
    let mut discounted = line(1, "WIDGET-1", "10", "9.99");
    merge(&mut discounted, &json!({"discount_percent": "5"}));
    let charges = json!([{"code": "freight", "amount": "12.00"}]);
    desk.shop.accept(json!({"lines": [discounted], "charges": charges})).await;
    let billed = desk.shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let x12 = &sent(&billed, "x12")[0];
    for part in [
        "*ZZ*ORDERMESH      *ZZ*ACME           *",
        "GS*IN*ORDERMESH*ACMEAPP*20260302*1200*300000001*X*004010~",
        "BIG*20260303*INV-000001*20260302*PO-1***DI*00~\nCUR*SE*USD~\nREF*SI*T-1*",
        "REF*TJ*36-1234567~",
        "N1*RE*Midwest Supply~\nN3*1 Main St~\nN4*City*IL*10001*US~\nN1*VN*Midwest Supply~",
        "N1*BT*Acme & Sons <Inc*92*S-1~",
        "N1*ST*Acme~\nN3*1 Main St~\nN4*City*NY*10001*US~",
        "ITD*08*3*2*20260313*10*20260402*30~\nDTM*011*20260303~",
        "IT1*1*10*EA*9.99**VP*WIDGET-1*UP*012345678905~\nPAM****1*94.91~\nPID*F****Widget   1~",
        "SAC*A*C310***499*3*5*****06***Discount~",
        "TDS*11640~\nTXI*TX*9.49*8.875*****106.91~\nSAC*C*D240***1200*******06***Freight~\nCTT*1~",
    ] {
        has(x12, part);
    }
}

#[tokio::test]
async fn i12_a_credit_memo_in_x12_names_its_invoice_its_return_and_the_fee() {
    let mut config = settings();
    config.restocking_fee_percent = "15".parse().unwrap();
    let mut desk = Desk::with(config, "USD", json!(["x12"])).await;
    desk.shop.accept(json!({})).await;
    desk.shop.ship(1, &[(1, "WIDGET-1", "10")]).await;
    let x12 = &sent(&desk.shop.take_back(&[(1, "WIDGET-1", "0", "10")]).await, "x12")[0];
    for part in [
        "BIG*20260320*CM-000001*20260302*PO-1***CR*00~",
        "REF*IV*INV-000001~\nREF*RZ*RMA-000001~",
        "ITD*08*3*2*20260313**20260402~",
        "IT1*1*10*EA*9.99**VP*WIDGET-1~",
        "TDS*9245~\nTXI*TX*7.54*8.875*****84.91~\nSAC*A*ZZZZ***1499*******06***Restocking fee~",
    ] {
        has(x12, part);
    }
}

/// A price for more than one is said in the unit that was ordered, where that comes out even; else
/// rounded, with the price as it is beside it.
#[tokio::test]
async fn i12_a_price_for_a_case_is_said_by_the_case_or_beside_the_rounded_one() {
    let mut by_case = line(1, "WIDGET-1", "24", "100");
    merge(&mut by_case, &json!({"uom": "CS", "price_base_quantity": "12"}));
    let mut desk = Desk::open(json!(["x12"])).await;
    desk.shop.accept(json!({"lines": [by_case]})).await;
    let whole = sent(&desk.shop.ship(1, &[(1, "WIDGET-1", "12")]).await, "x12");
    has(&whole[0], "IT1*1*1*CS*100**VP*WIDGET-1~\nPAM****1*100.00~");
    let part = sent(&desk.shop.ship(2, &[(1, "WIDGET-1", "7")]).await, "x12");
    has(&part[0], "IT1*1*7*EA*8.333333**VP*WIDGET-1~\nCTP**CON*100*12*EA~\nPAM****1*58.33~");
    assert!(!whole[0].contains("CTP"));
}

/// Two decimals are implied whatever the currency has.
#[tokio::test]
async fn i12_yen_are_said_in_hundredths_too() {
    let mut desk = Desk::with(settings(), "JPY", json!(["x12"])).await;
    desk.shop.accept(json!({})).await;
    let x12 = &sent(&desk.shop.ship(1, &[(1, "WIDGET-1", "1")]).await, "x12")[0];
    has(x12, "CUR*SE*JPY~");
    has(x12, "TDS*108800~\nTXI*TX*89*8.875*****999~");
}

/// Before 00402 ISA11 is the code of a standard, `U`; from then on the repetition separator.
#[tokio::test]
async fn i12_an_810_has_a_repetition_separator_where_its_version_has_one() {
    for (version, isa11) in [("004010", "U"), ("005010", "^")] {
        let mut desk = Desk::open(json!(["x12"])).await;
        let record = json!({"partner": "acme", "roles": ["buyer"], "formats": {"invoice": ["x12"]},
            "x12": {"isa_qualifier": "ZZ", "isa_id": "ACME", "gs_id": "ACMEAPP",
                "version": version, "customer_codes": {}}});
        desk.shop.bench.partner(serde_json::from_value(record).unwrap()).await;
        desk.shop.accept(json!({})).await;
        let sent = sent(&desk.shop.ship(1, &[(1, "WIDGET-1", "10")]).await, "x12");
        assert_eq!(sent[0].split('*').nth(11), Some(isa11), "{version}: {}", sent[0]);
    }
}
