//! Recalls, which may come before or after a dispatch (contract, change and cancel).

use contracts::{
    Reason,
    document::ShipCancel,
    event::{ChangedLine, OrderChangeRequested, ShipmentCancelled, ShipmentDispatched},
};

use super::*;

#[tokio::test]
async fn o8_what_has_not_left_is_taken_back_and_what_left_stands() {
    let mut bench = ten_asked().await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("4"), false)).await;
    let done = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")])).await;
    let cancelled = &done.events::<ShipmentCancelled>()[0];
    assert_eq!(cancelled.lines[0].quantity.to_string(), "6");
    let told = &done.documents::<ShipCancel>(&name("threepl"))[0];
    assert_eq!((&told.lines, told.reason), (&cancelled.lines, Reason::OutOfStock));
    assert_eq!(figures(&bench).await, ["10", "4", "0", "6"]);
}

#[test]
fn o8_a_recall_that_comes_too_late_takes_nothing_back() {
    let mut scenario = ten_requested();
    scenario.document(&name("threepl"), &confirm("T-1", widgets("10"), true));
    let late = scenario.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")]));
    assert!(late.outputs().is_silent());
}

/// O8: when the recall was first, the warehouse may ship only the rest.
#[test]
fn o8_a_recall_that_comes_first_stands() {
    let mut scenario = ten_requested();
    scenario.event(&recalled(&[("EAST", 1, "WIDGET-1", "6")]));
    let late = scenario.document(&name("threepl"), &confirm("T-1", widgets("10"), true));
    assert!(late.events::<ShipmentDispatched>().is_empty());
    let rest = scenario.document(&name("threepl"), &confirm("T-2", widgets("4"), true));
    assert_eq!(rest.events::<ShipmentDispatched>().len(), 1);
    assert_eq!(totals(&scenario), ["10", "4", "0", "6"]);
}

/// M1: the same recall again takes nothing more.
#[test]
fn m1_a_recall_counts_what_is_open_only() {
    let mut scenario = ten_requested();
    let first = scenario.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")]));
    assert_eq!(first.events::<ShipmentCancelled>().len(), 1);
    assert!(scenario.event(&recalled(&[("EAST", 1, "WIDGET-1", "10")])).outputs().is_silent());
}

#[test]
fn the_newest_reservation_gives_first() {
    let mut scenario = ten_requested();
    scenario.event(&reserved(&[("EAST", 1, "WIDGET-1", "3")]));
    let done = scenario.event(&recalled(&[("EAST", 1, "WIDGET-1", "5")]));
    let cancelled = done.events::<ShipmentCancelled>();
    let quantities: Vec<_> = cancelled.iter().map(|it| it.lines[0].quantity.to_string()).collect();
    assert_eq!(quantities, ["3", "2"]);
    assert_eq!(cancelled[1].shipment_id, east());
    assert_eq!(done.documents::<ShipCancel>(&name("threepl")).len(), 2);
}

#[tokio::test]
async fn the_warehouse_is_told_why() {
    let mut bench = ten_asked().await;
    let reason = |outcome: &Outcome| outcome.events::<ShipmentCancelled>()[0].reason;
    let short = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "1")])).await;
    assert_eq!(reason(&short), Reason::OutOfStock);
    bench.event(&warehouse("EAST", "closed")).await;
    let closed = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "1")])).await;
    assert_eq!(reason(&closed), Reason::WarehouseClosed);
    let change = ChangedLine {
        line: 1,
        sku: "WIDGET-1".parse().unwrap(),
        from: "10".parse().unwrap(),
        to: "0".parse().unwrap(),
    };
    bench
        .event(&OrderChangeRequested {
            order_id: order_id(),
            partner: name("acme"),
            po_number: PoNumber::new("PO-1").unwrap(),
            change_number: None,
            lines: vec![change],
            reason: Reason::CancelAfterPassed,
        })
        .await;
    let unwanted = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "8")])).await;
    assert_eq!(reason(&unwanted), Reason::CancelAfterPassed);
}

/// F5: another warehouse has sent the units that this one was asked for.
#[test]
fn f5_a_warehouse_that_is_not_needed_any_more_is_told_why() {
    let mut scenario = requested(&[("EAST", 1, "WIDGET-1", "6"), ("WEST", 1, "WIDGET-1", "4")]);
    scenario.document(&name("threepl"), &confirm("T-1", widgets("8"), true));
    let done = scenario.event(&recalled(&[("WEST", 1, "WIDGET-1", "2")]));
    assert_eq!(done.events::<ShipmentCancelled>()[0].reason, Reason::AlreadyDispatched);
}

/// A4: an order that cannot stay whole is taken back whole, and asked again when it can.
#[tokio::test]
async fn a4_all_shipments_of_an_order_are_taken_back_and_the_same_is_asked_again() {
    let whole =
        [("EAST", 1, "WIDGET-1", "10"), ("WEST", 1, "WIDGET-1", "5"), ("WEST", 2, "WIDGET-2", "4")];
    let mut bench = asked(&whole).await;
    let first = status(&bench).await.shipments;
    let done = bench.event(&recalled(&whole)).await;
    let taken_back = |outcome: &Outcome| {
        let cancelled = outcome.events::<ShipmentCancelled>();
        let told = outcome.documents::<ShipCancel>(&name("threepl"));
        assert_eq!(
            cancelled.iter().map(|it| (it.shipment_id, &it.lines)).collect::<Vec<_>>(),
            told.iter().map(|it| (it.shipment_id, &it.lines)).collect::<Vec<_>>(),
        );
        let mut all: Vec<_> = cancelled
            .iter()
            .flat_map(|it| it.lines.iter().map(|line| (it.warehouse_id.to_string(), line.clone())))
            .map(|(warehouse, line)| (warehouse, line.line, line.quantity.to_string()))
            .collect();
        all.sort();
        all
    };
    let of =
        |warehouse: &str, line: u32, units: &str| (warehouse.to_owned(), line, units.to_owned());
    let all = [of("EAST", 1, "10"), of("WEST", 1, "5"), of("WEST", 2, "4")];
    assert_eq!(taken_back(&done), all);
    assert_eq!(figures(&bench).await, ["15", "0", "0", "15"]);

    let again = bench.event(&reserved(&whole)).await;
    let second: Vec<_> =
        again.events::<ShipmentRequested>().into_iter().map(|it| it.shipment_id).collect();
    assert_eq!((first.len(), second.len()), (2, 2));
    assert!(first.iter().all(|it| !second.contains(&it.shipment_id)), "F1: other shipments");
    assert_eq!(again.documents::<contracts::document::ShipOrder>(&name("threepl")).len(), 2);
    assert_eq!(figures(&bench).await, ["30", "0", "0", "15"]);
    // The new ones ship; the old ones stay taken back.
    let new = ShipConfirm { shipment_id: second[0], ..confirm("T-1", widgets("10"), true) };
    assert_eq!(acks(&bench.document(&name("threepl"), &new).await).len(), 1);
    let old = bench.document(&name("threepl"), &confirm("T-1", widgets("10"), true)).await;
    assert!(old.events::<ShipmentDispatched>().is_empty());
}

/// A4: units that one warehouse had sent before the recall stand.
#[test]
fn a4_of_an_order_of_which_some_has_left_the_rest_is_taken_back() {
    let whole = [("EAST", 1, "WIDGET-1", "10"), ("WEST", 1, "WIDGET-1", "5")];
    let mut scenario = requested(&whole);
    scenario.document(&name("threepl"), &confirm("T-1", widgets("10"), true));
    let done = scenario.event(&recalled(&whole));
    let cancelled = done.events::<ShipmentCancelled>();
    assert_eq!(cancelled.len(), 1);
    assert_eq!(cancelled[0].warehouse_id.as_str(), "WEST");
    assert_eq!(totals(&scenario), ["15", "10", "0", "5"]);
}
