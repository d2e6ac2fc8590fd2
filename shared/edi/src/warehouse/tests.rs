//! Tests of shipping orders and shipping advices.

use std::path::PathBuf;

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

#[test]
fn f6_what_left_whole_is_a_final_confirmation() {
    let (verdict, confirm) = advice(&[
        &w06("*20260303*BOL-77**PO-1001"),
        "N9*CN*1Z999",
        "G62*11*20260303*A*1530*ES",
        "W27*M*UPSN*UPS GROUND*PP",
        "LX*1",
        "W12*CC*10*10*0*EA**VN*WIDGET-1",
        "N9*LI*1",
        "LX*2",
        "W12*CC*2.5*2.5*0*EA**VN*BOLT 5.2",
        "N9*LI*7",
        "W03*12.5",
    ]);
    assert_eq!((verdict.status, told(&verdict)), (Status::Accepted, vec![]));
    let confirm = confirm.unwrap();
    assert_eq!(confirm.shipment_id, shipment());
    assert_eq!(confirm.confirmation_id.as_str(), "BOL-77");
    assert_eq!(confirm.shipped_at.to_string(), "2026-03-03T20:30:00Z");
    assert_eq!(confirm.carrier.as_deref(), Some("UPSN"));
    assert_eq!(confirm.tracking_number.as_deref(), Some("1Z999"));
    assert!(confirm.is_final);
    let lines: Vec<_> =
        confirm.lines.iter().map(|it| (it.line, it.sku.as_str(), it.quantity)).collect();
    let quantity = |text: &str| text.parse::<Quantity>().unwrap();
    assert_eq!(lines, [(1, "WIDGET-1", quantity("10")), (7, "BOLT 5.2", quantity("2.5"))]);
    assert!(confirm.lines.iter().all(|line| line.short_quantity.is_none()));
}

#[test]
fn f6_what_did_not_leave_is_short_unless_more_is_to_come() {
    let short = ["LX*1", "W12*CP*10*9*1*EA**VN*WIDGET-1", "LX*7", "W12*DS*2*0*2*EA**VN*BOLT 5.2"];
    let head = w06("*20260303*B-1");
    let segments: Vec<&str> = std::iter::once(head.as_str()).chain(short).collect();
    let confirm = advice(&segments).1.unwrap();
    assert!(confirm.is_final);
    let lines: Vec<_> = confirm
        .lines
        .iter()
        .map(|it| (it.line, it.short_quantity.unwrap().to_string(), it.short_reason.as_deref()))
        .collect();
    assert_eq!(
        lines,
        [(1, "1".to_owned(), Some("status CP")), (7, "2".to_owned(), Some("status DS"))]
    );
    let more = ["LX*1", "W12*PR*10*4**EA**VN*WIDGET-1", "LX*7", "W12*CP*2*1**EA**VN*BOLT 5.2"];
    let segments: Vec<&str> = std::iter::once(head.as_str()).chain(more).collect();
    let confirm = advice(&segments).1.unwrap();
    assert!(!confirm.is_final);
    let shorts: Vec<_> =
        confirm.lines.iter().map(|it| it.short_quantity.map(|it| it.to_string())).collect();
    assert_eq!(shorts, [None, Some("1".to_owned())]);
}

#[test]
fn lots_of_a_line_add_up_whether_each_says_the_whole_order_or_its_part() {
    let head = w06("*20260303*B-1");
    for (first, second, short) in [
        ("W12*CC*10*6**EA**VN*W", "W12*CC*10*4**EA**VN*W", None),
        ("W12*CC*6*6**EA**VN*W", "W12*CC*4*4**EA**VN*W", None),
        ("W12*CP*10*3**EA**VN*W", "W12*CP*10*3**EA**VN*W", Some("4")),
        ("W12*CP**3*4*EA**VN*W", "W12*CP**3*1*EA**VN*W", Some("5")),
    ] {
        let (_, confirm) = advice(&[&head, "LX*1", first, second]);
        let lines = confirm.unwrap().lines;
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].short_quantity.map(|it| it.to_string()).as_deref(), short, "{first}");
    }
}

#[test]
fn a_day_without_a_clock_is_noon() {
    let items = ["LX*1", "W12*CC*1*1**EA**VN*W"];
    for (g62, at) in [
        ("G62*11*20260303", "2026-03-03T12:00:00Z"),
        ("G62*11*20260303*A*1530*ET", "2026-03-03T12:00:00Z"),
        ("G62*11*20260303*A*1530*PD", "2026-03-03T22:30:00Z"),
        ("G62*11*20260303*A*153059*UT", "2026-03-03T15:30:59Z"),
        ("G62*10*20260309", "2026-03-01T12:00:00Z"),
    ] {
        let head = w06("*20260301*B-1");
        let segments: Vec<&str> = [head.as_str(), g62].into_iter().chain(items).collect();
        assert_eq!(advice(&segments).1.unwrap().shipped_at.to_string(), at, "{g62}");
    }
}

#[test]
fn the_same_advice_without_a_number_is_the_same_confirmation() {
    let head = w06("*20260303");
    let of = |quantity: &str| {
        let w12 = format!("W12*CC*10*{quantity}**EA**VN*W");
        advice(&[&head, "LX*1", &w12]).1.unwrap().confirmation_id
    };
    assert_eq!(of("10"), of("10"));
    assert_ne!(of("10"), of("9"));
}

/// Segments and the expected finding: the segment, AK304, and AK401 with AK403 of the elements.
type Case<'a> = (&'a [&'a str], (&'a str, &'a str, &'a str));

#[test]
fn what_is_wrong_is_told_at_its_place() {
    let head = w06("*20260303*B-1");
    let item = "W12*CC*10*10**EA**VN*W";
    let cases: [Case<'_>; 12] = [
        (&["LX*1", item], ("W06", "3", "")),
        (&["W06*F*NOT-OURS*20260303", "LX*1", item], ("W06", "8", "2:7")),
        (&["W06*F**20260303", "LX*1", item], ("W06", "8", "2:1")),
        (&[&head.replace("*F*", "*X*"), "LX*1", item], ("W06", "8", "1:7")),
        (&[&w06(""), "LX*1", item], ("W06", "8", "3:1")),
        (&[&w06("*20261399"), "LX*1", item], ("W06", "8", "3:8")),
        (&[&head], ("LX", "3", "")),
        (&[&head, "LX*1"], ("W12", "3", "")),
        (&[&head, "LX*1", "W12*CC*10***EA**VN*W"], ("W12", "8", "3:1")),
        (&[&head, "LX*1", "W12*CC*1*ten**EA**VN*W"], ("W12", "8", "3:6")),
        (&[&head, "LX*1", "W12*CC*1*1**CA**VN*W"], ("W12", "8", "5:7")),
        (&[&head, "LX*1", item, "ZZZ*1"], ("ZZZ", "1", "")),
    ];
    for (segments, (id, code, elements)) in cases {
        let (verdict, confirm) = advice(segments);
        assert_eq!(verdict.status, Status::Rejected, "{segments:?}");
        assert_eq!(confirm, None);
        let expected = (id.to_owned(), code.to_owned(), elements.to_owned());
        assert_eq!(told(&verdict), [expected], "{segments:?}");
    }
    let (verdict, confirm) = advice(&[&head, "LX*1", item, "W03*3"]);
    assert_eq!(verdict.status, Status::AcceptedWithErrors, "reckoned otherwise, and told");
    assert!(confirm.is_some());
}

#[test]
fn quantities_below_zero_are_none() {
    let head = w06("*20260303*B-1");
    let (verdict, confirm) = advice(&[&head, "LX*1", "W12*CC*1*-1**EA**VN*W"]);
    assert_eq!((verdict.status, confirm), (Status::Rejected, None));
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

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/docs/x12")
}

/// Samples of other companies name their own shipments and have wrong segment counts. Everything
/// else in them is read.
#[test]
fn f6_samples_of_945_are_understood() {
    let files =
        ["x12types.005010_945.edi", "x12types.v004010.945.1.edi", "x12types.v004010.945.2.edi"];
    if !folder().exists() {
        eprintln!("skipped: the samples are not there");
        return;
    }
    for file in files {
        let text = std::fs::read_to_string(folder().join(file)).unwrap();
        let foreign = x12::read(text.as_bytes()).unwrap();
        let (verdict, _) = ship_confirm(&foreign[0].groups[0].sets[0]);
        assert_eq!(
            told(&verdict),
            [("W06".to_owned(), "8".to_owned(), "2:7".to_owned())],
            "{file}"
        );
        assert!(verdict.errors.contains(&SetError::SegmentCount), "{file}");
        let number = format!("*{}*", order_number(shipment()));
        let ours = text.replace("*IF102*", &number).replace("SE*12*", "SE*16*");
        let ours = x12::read(ours.as_bytes()).unwrap();
        let (verdict, confirm) = ship_confirm(&ours[0].groups[0].sets[0]);
        assert_eq!(verdict.findings, [], "{file}");
        let confirm = confirm.unwrap();
        assert_eq!(confirm.confirmation_id.as_str(), "BOL12345");
        assert_eq!(
            confirm.shipped_at,
            date(2019, 6, 4).at(12, 0, 0, 0).to_zoned(TimeZone::UTC).unwrap().timestamp()
        );
        assert_eq!((confirm.lines[0].line, confirm.lines[0].sku.as_str()), (10, "123456789"));
        assert_eq!(confirm.lines[0].quantity, "3000".parse().unwrap());
    }
}

/// Our 940 uses only segments that occur in the samples.
#[test]
fn f6_our_940_has_the_segments_of_the_samples() {
    if !folder().exists() {
        eprintln!("skipped: the samples are not there");
        return;
    }
    let mut known = std::collections::BTreeSet::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().contains("940")) {
            let interchanges = x12::read(&std::fs::read(path).unwrap()).unwrap();
            let sets = interchanges.iter().flat_map(|it| &it.groups).flat_map(|it| &it.sets);
            known.extend(sets.flat_map(|set| &set.segments).map(|it| it.id.clone()));
        }
    }
    let ours = set_of(&interchange(SHIPPING_ORDER, ordered(&order())));
    let foreign: Vec<_> = ours.segments.iter().filter(|it| !known.contains(&it.id)).collect();
    assert!(foreign.is_empty(), "{foreign:?}");
}

#[test]
fn a_refused_advice_makes_a_refusing_997() {
    let set =
        OutSet { id: "945", segments: vec![Segment::new("W06", ["F", "NOT-OURS", "20260303"])] };
    let interchange = x12::read(interchange(SHIPPING_ADVICE, set).as_bytes()).unwrap().remove(0);
    let (verdict, _) = ship_confirm(&interchange.groups[0].sets[0]);
    let verdict = GroupVerdict { errors: Vec::new(), sets: vec![verdict], refused: false };
    let answer = x12::acknowledge(&interchange, &[verdict]);
    assert_eq!(answer.groups[0].sets[0].segments.last().unwrap().get(1), "R");
}
