//! Shipping advices: confirmations, and errors at their positions.

use super::*;

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
