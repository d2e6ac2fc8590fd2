//! Ship notices in the formats that the buyer asks for.

use contracts::{document::ShipNotice, header};
use edi::x12::{Interchange, Segment, TransactionSet};

use super::*;

pub fn buyer(formats: Value, x12: bool) -> Partner {
    let address = json!({"isa_qualifier": "01", "isa_id": "ACMEISA", "gs_id": "ACMEAPP",
        "version": "004010"});
    let address = if x12 { address } else { Value::Null };
    let record = json!({"partner": "acme", "roles": ["buyer"], "formats": formats, "x12": address});
    serde_json::from_value(record).unwrap()
}

/// The order with both its lines asked of EAST, and a buyer that wants these formats.
async fn asked_for(formats: Value, x12: bool) -> Bench {
    let goods = [("EAST", 1, "WIDGET-1", "10"), ("EAST", 2, "WIDGET-2", "4")];
    let mut bench = asked(&goods).await;
    bench.partner(buyer(formats, x12)).await;
    bench
}

fn both(id: &str) -> ShipConfirm {
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "2.5"},
        {"line": 2, "sku": "WIDGET-2", "quantity": "1"}]);
    confirm(id, lines, false)
}

pub fn json_notices(outcome: &Outcome) -> Vec<ShipNotice> {
    outcome.documents(&name("acme"))
}

pub fn x12(outcome: &Outcome) -> Vec<Interchange> {
    let written = outcome.outgoing.iter().filter(|it| it.subject == "egress.acme.x12.v1");
    written.flat_map(|it| edi::x12::read(&it.payload).unwrap()).collect()
}

/// A notice of two lines, as an 856.
pub async fn notice_of_two_lines() -> Interchange {
    let mut bench = asked_for(json!({"ship-notice": ["x12"]}), true).await;
    let left = bench.document(&name("threepl"), &both("T-1")).await;
    x12(&left).remove(0)
}

/// The only set of the only group, none of which is at fault.
fn only(interchange: &Interchange) -> &TransactionSet {
    assert!(interchange.errors.is_empty(), "{:?}", interchange.errors);
    let [group] = interchange.groups.as_slice() else { panic!("{interchange:?}") };
    assert!(group.errors.is_empty(), "{:?}", group.errors);
    let [set] = group.sets.as_slice() else { panic!("{group:?}") };
    assert!(set.errors.is_empty(), "{:?}", set.errors);
    set
}

fn all<'a>(set: &'a TransactionSet, id: &str) -> Vec<&'a Segment> {
    set.segments.iter().filter(|segment| segment.id == id).collect()
}

fn texts(segments: &[&Segment]) -> Vec<Vec<String>> {
    let text = |segment: &&Segment| {
        (1..=segment.len()).map(|number| segment.get(number).to_owned()).collect()
    };
    segments.iter().map(text).collect()
}

#[tokio::test]
async fn a_buyer_without_wishes_gets_its_notice_in_json_alone() {
    let mut bench = asked_for(json!({}), true).await;
    let left = bench.document(&name("threepl"), &both("T-1")).await;
    assert_eq!((json_notices(&left).len(), x12(&left).len()), (1, 0));
}

#[tokio::test]
async fn a_buyer_that_wants_both_gets_both_and_they_say_the_same() {
    let mut bench = asked_for(json!({"ship-notice": ["json", "x12"]}), true).await;
    let left = bench.document(&name("threepl"), &both("T-1")).await;
    let notice = json_notices(&left).remove(0);
    let interchanges = x12(&left);
    let interchange = &interchanges[0];
    let header = &interchange.header;
    assert_eq!((&*header.sender.qualifier, &*header.sender.id), ("ZZ", "ORDERMESH"));
    assert_eq!((&*header.receiver.qualifier, &*header.receiver.id), ("01", "ACMEISA"));
    let group = &interchange.groups[0];
    let addressed = (&*group.functional_id, &*group.receiver, &*group.version);
    assert_eq!(addressed, ("SH", "ACMEAPP", "004010"));
    let set = only(interchange);
    assert_eq!(set.id, "856");
    assert_eq!(all(set, "PRF")[0].get(1), notice.po_number.as_str());
    let levels =
        [["1", "", "S", "1"], ["2", "1", "O", "1"], ["3", "2", "I", "0"], ["4", "2", "I", "0"]];
    assert_eq!(texts(&all(set, "HL")), levels);
    assert_eq!(texts(&all(set, "TD5")), [["B", "", "", "", "UPS"]]);
    let references = [
        vec!["SI".to_owned(), "T-1".to_owned(), notice.shipment_id.to_string()],
        vec!["2I".to_owned(), "1Z".to_owned()],
        vec!["VN".to_owned(), String::new(), notice.order_id.to_string()],
    ];
    assert_eq!(texts(&all(set, "REF")), references);
    assert_eq!(texts(&all(set, "DTM")), [["011", "20260303", "150000", "UT"]]);
    assert_eq!(texts(&all(set, "N1")), [vec!["SF", "EAST", "92", "EAST"], vec!["ST", "Acme"]]);
    let said: Vec<_> = all(set, "LIN")
        .into_iter()
        .zip(all(set, "SN1"))
        .map(|(lin, sn1)| [lin.get(1), lin.get(3), sn1.get(2)].map(str::to_owned))
        .collect();
    let wanted: Vec<_> = notice
        .lines
        .iter()
        .map(|it| [it.line.to_string(), it.sku.to_string(), it.quantity.to_string()])
        .collect();
    assert_eq!((said, notice.lines.len()), (wanted, 2));
    assert_eq!(all(set, "CTT")[0].get(1), "4");
}

#[tokio::test]
async fn a_buyer_that_wants_x12_alone_gets_no_json_and_its_notice_belongs_to_its_order() {
    let mut bench = asked_for(json!({"ship-notice": ["x12"]}), true).await;
    let left = bench.document(&name("threepl"), &both("T-1")).await;
    assert_eq!((json_notices(&left).len(), x12(&left).len()), (0, 1));
    let sent = left.outgoing.iter().find(|it| it.subject == "egress.acme.x12.v1").unwrap();
    assert_eq!(sent.headers.get(header::CORRELATION), Some(&order_id().to_string()));
}

/// A buyer is notified even if its record is not whole.
#[tokio::test]
async fn a_buyer_without_an_address_is_told_in_json() {
    let mut bench = asked_for(json!({"ship-notice": ["x12"]}), false).await;
    let left = bench.document(&name("threepl"), &both("T-1")).await;
    assert_eq!((json_notices(&left).len(), x12(&left).len()), (1, 0));
}

#[tokio::test]
async fn control_numbers_run_on_and_a_repeat_uses_none() {
    let mut bench = asked_for(json!({"ship-notice": ["x12"]}), true).await;
    let mut numbers = Vec::new();
    let mut notices = Vec::new();
    for id in ["T-1", "T-1", "T-2", "T-1", "T-3"] {
        let left = bench.document(&name("threepl"), &both(id)).await;
        let written = x12(&left);
        numbers.extend(written.iter().map(|one| one.header.control.clone()));
        notices.extend(written.iter().map(|one| all(only(one), "BSN")[0].get(2).to_owned()));
    }
    assert_eq!(numbers, ["250000001", "250000002", "250000003"]);
    notices.sort();
    notices.dedup();
    assert_eq!(notices.len(), 3, "each notice has a number of its own: {notices:?}");
}

/// F7: an operator's confirmation is the same in effect.
#[tokio::test]
async fn f7_what_an_operator_confirms_is_told_in_x12_too() {
    let mut bench = asked_for(json!({"ship-notice": ["x12"]}), true).await;
    let command = json!({"command_id": "C-1", "operator": "maria", "reason": "they phoned",
        "shipment_id": east(), "confirmation_id": "M-1", "shipped_at": "2026-03-03T15:00:00Z",
        "carrier": "UPSN", "lines": widgets("10"), "final": true});
    let left = bench.command("fulfillment-bridge", "confirm-shipment", &command).await;
    let interchanges = x12(&left);
    let set = only(&interchanges[0]);
    assert_eq!(texts(&all(set, "TD5")), [["B", "2", "UPSN"]]);
    assert_eq!(all(set, "SN1")[0].get(2), "10");
}

/// On PostgreSQL, where two replicas decide at the same moment, from the first notice on.
#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_never_use_a_control_number_twice() {
    let postgres = testkit::Postgres::start().unwrap();
    let replica = async || {
        let (url, settings) = (postgres.url().to_owned(), mesh::engine::Settings::default());
        Bench::with(bridge(), Some(url), settings).await
    };
    let mut one = replica().await;
    know_partners(&mut one).await;
    one.partner(buyer(json!({"ship-notice": ["x12"]}), true)).await;
    // Orders of their own: no row but the buyer's counter is in both batches.
    let mut sent = Vec::new();
    for number in 1..=12 {
        let po_number = PoNumber::new(format!("PO-{number}")).unwrap();
        let order_id = OrderId::of(&name("acme"), &po_number);
        let mut accepted = accepted();
        (accepted.order_id, accepted.order.po_number) = (order_id, po_number);
        one.event(&accepted).await;
        let asked = InventoryReserved { order_id, ..reserved(&[("EAST", 1, "WIDGET-1", "10")]) };
        one.event(&asked).await;
        let shipment_id = shipment_id(order_id, &"EAST".parse().unwrap(), 1);
        let confirm = ShipConfirm { shipment_id, ..confirm("T-1", widgets("10"), true) };
        let payload = serde_json::to_vec(&confirm).unwrap();
        sent.push(one.inbound("ingress.threepl.ship-confirm.v1".to_owned(), payload));
    }
    let two = replica().await;
    let hand_in = async |bench: &Bench, sent: &mesh::Inbound| loop {
        // A batch that the database gives back is handed in again.
        if let Ok(done) = bench.engine().handle(vec![sent.clone()], bench.now()).await {
            break done.outgoing;
        }
    };
    let mut numbers = Vec::new();
    for pair in sent.chunks(2) {
        let both = tokio::join!(hand_in(&one, &pair[0]), hand_in(&two, &pair[1]));
        let outgoing = both.0.into_iter().chain(both.1);
        let written = outgoing.filter(|it| it.subject == "egress.acme.x12.v1");
        numbers.extend(
            written.map(|it| edi::x12::read(&it.payload).unwrap()[0].header.control.clone()),
        );
    }
    numbers.sort();
    let wanted: Vec<String> = (250_000_001..=250_000_012).map(|it| it.to_string()).collect();
    assert_eq!(numbers, wanted);
}
