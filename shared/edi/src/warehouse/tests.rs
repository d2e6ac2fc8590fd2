//! Tests of shipping orders and shipping advices.

mod advice;
mod samples;

use contracts::{
    OrderId, Quantity, ShipmentId,
    document::{Address, LineQuantity, ShipConfirm, ShipOrder},
    ids::derived,
};
use jiff::{civil::date, tz::TimeZone};
use proptest::prelude::*;

use super::*;
use crate::x12::{
    self, Delimiters, GroupVerdict, OutGroup, OutSet, Segment, Sender, SetError, SetVerdict,
    Status, TransactionSet,
};

fn shipment() -> ShipmentId {
    ShipmentId(derived(&["a shipment"]))
}

fn line(line: u32, sku: &str, quantity: &str) -> LineQuantity {
    LineQuantity { line, sku: sku.parse().unwrap(), quantity: quantity.parse().unwrap() }
}

fn order() -> ShipOrder {
    ShipOrder {
        shipment_id: shipment(),
        order_id: OrderId(derived(&["an order"])),
        po_number: "PO-1001".parse().unwrap(),
        warehouse_id: "EAST".parse().unwrap(),
        ship_to: Address {
            name: "Acme Stores".to_owned(),
            line1: "1 Main St".to_owned(),
            line2: None,
            city: "Albany".to_owned(),
            region: Some("NY".to_owned()),
            postal_code: "12207".to_owned(),
            country: "US".parse().unwrap(),
        },
        requested_ship_date: Some(date(2026, 3, 4)),
        lines: vec![line(1, "WIDGET-1", "10"), line(7, "BOLT 5.2", "2.5")],
    }
}

/// A set in its envelope, as text.
fn interchange(functional_id: &'static str, set: OutSet) -> String {
    let address = |id: &str| x12::Address { qualifier: "ZZ".to_owned(), id: id.to_owned() };
    let sender = Sender {
        from: address("US"),
        to: address("WMS"),
        version: "00401".to_owned(),
        usage: "P".to_owned(),
        delimiters: Delimiters::default(),
        at: date(2026, 3, 2).at(12, 0, 0, 0),
        control: 200_000_001,
    };
    let (from, to) = ("US".to_owned(), "WMS".to_owned());
    let version = "004010".to_owned();
    let group = OutGroup { functional_id, sender: from, receiver: to, version, sets: vec![set] };
    x12::write(&sender, None, &[group])
}

fn set_of(text: &str) -> TransactionSet {
    let mut all = x12::read(text.as_bytes()).unwrap();
    assert!(all[0].errors.is_empty() && all[0].groups[0].errors.is_empty());
    all.remove(0).groups.remove(0).sets.remove(0)
}

fn body(text: &str) -> Vec<&str> {
    let inside = |line: &&str| !["ISA", "GS*", "ST*", "SE*", "GE*", "IEA"].contains(&&line[..3]);
    text.lines().filter(inside).collect()
}

/// Reads a 945 made of these segments.
fn advice(segments: &[&str]) -> (SetVerdict, Option<ShipConfirm>) {
    let segments = segments.iter().map(|text| {
        let mut parts = text.split('*');
        Segment::new(parts.next().unwrap(), parts)
    });
    let set = OutSet { id: "945", segments: segments.collect() };
    ship_confirm(&set_of(&interchange(SHIPPING_ADVICE, set)))
}

fn w06(rest: &str) -> String {
    format!("W06*F*{}{rest}", order_number(shipment()))
}

/// Returns the errors that the 997 reports.
fn told(verdict: &SetVerdict) -> Vec<(String, String, String)> {
    let of = |finding: &x12::Finding| {
        let elements: Vec<String> = finding
            .elements
            .iter()
            .map(|it| format!("{}:{}", it.element, it.error.code()))
            .collect();
        (finding.segment.clone(), finding.error.code().to_owned(), elements.join(" "))
    };
    verdict.findings.iter().map(of).collect()
}

#[test]
fn f6_a_shipping_order_is_a_940() {
    let text = interchange(SHIPPING_ORDER, ordered(&order()));
    let number = order_number(shipment());
    let id = shipment().to_string();
    assert_eq!(
        body(&text),
        [
            &*format!("W05*N*{number}*PO-1001~"),
            "N1*ST*Acme Stores~",
            "N3*1 Main St~",
            "N4*Albany*NY*12207*US~",
            "N1*WH**ZZ*EAST~",
            &*format!("N9*SI*{number}*{id}~"),
            "G62*10*20260304~",
            "LX*1~",
            "W01*10*EA**VN*WIDGET-1~",
            "N9*LI*1~",
            "LX*7~",
            "W01*2.5*EA**VN*BOLT 5.2~",
            "N9*LI*7~",
            "W76*12.5~",
        ]
    );
}

#[test]
fn f6_a_cancel_is_a_940_without_items_and_a_change_says_what_is_left() {
    let cancel = interchange(SHIPPING_ORDER, cancelled(&order()));
    assert!(body(&cancel)[0].starts_with("W05*F*"));
    assert!(!body(&cancel).iter().any(|line| line.starts_with("W01") || line.starts_with("LX")));
    let mut less = order();
    less.lines.truncate(1);
    let change = interchange(SHIPPING_ORDER, changed(&less));
    assert!(body(&change)[0].starts_with("W05*R*"));
    assert!(body(&change).contains(&"W76*10~"));
}

#[test]
fn a_long_purchase_order_number_stands_whole_in_a_reference() {
    let po = "PO-12345678901234567890-LONG";
    let order = ShipOrder { po_number: po.parse().unwrap(), ..order() };
    let text = interchange(SHIPPING_ORDER, ordered(&order));
    assert!(text.contains("*PO-1234567890123456789~\n"), "{text}");
    assert!(text.contains(&format!("N9*PO*{po}~")));
}

proptest! {
    #[test]
    fn a_shipment_survives_as_a_depositor_order_number(bits: u128) {
        let id = ShipmentId(uuid::Uuid::from_u128(bits));
        let number = order_number(id);
        prop_assert_eq!(number.len(), 22);
        prop_assert_eq!(shipment_of(&number), Some(id));
        prop_assert_eq!(shipment_of(&id.to_string()), Some(id));
    }

    #[test]
    fn any_text_is_a_shipment_or_none(text in "\\PC{0,24}") {
        let _ = shipment_of(&text);
    }
}
