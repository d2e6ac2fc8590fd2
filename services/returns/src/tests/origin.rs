//! The partners that may return and receive: the buyer, those that the units left from, and the
//! ERP. Numbers count up, so quoting one is not enough (M10).

use contracts::{
    Reason,
    document::{Rejection, ReturnExpected},
    event::{ReturnCompleted, ReturnReceived, ReturnRefused},
};
use testkit::Outcome;

use super::*;

fn at(warehouse: &str, receipt: ReturnReceipt) -> ReturnReceipt {
    ReturnReceipt { warehouse_id: warehouse.parse().unwrap(), ..receipt }
}

/// Returns the answer to a partner, without the numbers that it quoted itself.
fn said(outcome: &Outcome, partner: &str, quoted: &str) -> (Reason, String, String, Vec<String>) {
    let rejections = outcome.documents::<Rejection>(&name(partner));
    assert_eq!(rejections.len(), 1, "{:?}", outcome.subjects());
    let reason = rejections[0].reasons[0].clone();
    let told = outcome.outgoing.iter().find(|it| it.subject.contains("rejection")).unwrap();
    let headers: Vec<String> = told.headers.keys().cloned().collect();
    assert!(told.headers[contracts::header::CAUSATION].starts_with("INGRESS_"), "not the event");
    (reason.code, reason.path, reason.message.replace(quoted, "it"), headers)
}

#[tokio::test]
async fn m10_r2_a_warehouse_that_never_had_the_goods_is_answered_like_for_no_return() {
    let mut bench = authorized().await;
    let guessed = at("WEST", receipt("RC-1", "4", "restock", true));
    let foreign = bench.document(&name("fourpl"), &guessed).await;
    assert!(foreign.events::<ReturnReceived>().is_empty(), "no stock");
    assert!(foreign.events::<ReturnCompleted>().is_empty(), "no credit");
    let unknown = at("WEST", receipt("RC-2", "4", "restock", true));
    let unknown = ReturnReceipt { rma_number: number("RMA-000099"), ..unknown };
    let unknown = bench.document(&name("fourpl"), &unknown).await;
    let alike = said(&foreign, "fourpl", "RMA-000001");
    assert_eq!(alike.0, Reason::UnknownReturn);
    assert_eq!(alike, said(&unknown, "fourpl", "RMA-000099"));
    // Only operators learn the difference, and once.
    let codes = [&foreign, &unknown].map(|it| it.events::<ReturnRefused>()[0].code);
    assert_eq!(codes, [Reason::ForeignWarehouse, Reason::UnknownReturn]);
    let again = bench.document(&name("fourpl"), &guessed).await;
    assert_eq!(again.subjects(), ["egress.fourpl.rejection.v1"]);
    let own = bench.document(&name("threepl"), &receipt("RC-1", "4", "restock", true)).await;
    assert_eq!(own.events::<ReturnCompleted>().len(), 1);
}

/// A foreign warehouse learns neither that a return is closed nor that it has expired.
#[tokio::test]
async fn m10_r2_a_foreign_warehouse_does_not_learn_how_a_return_stands() {
    let mut bench = authorized().await;
    bench.document(&name("threepl"), &receipt("RC-1", "4", "restock", true)).await;
    bench.document(&name("acme"), &request("RR-2", one("1"))).await;
    bench.at("2026-04-02T05:00:00Z".parse().unwrap());
    for rma_number in ["RMA-000001", "RMA-000002"] {
        let it = at("WEST", receipt(&format!("RC-{rma_number}"), "9", "scrap", false));
        let it = ReturnReceipt { rma_number: number(rma_number), ..it };
        let told = bench.document(&name("fourpl"), &it).await;
        assert_eq!(refused(&told, "fourpl"), [Reason::UnknownReturn], "{rma_number}");
        assert_eq!(told.outgoing.len(), 2, "{:?}", told.subjects());
    }
}

/// Units that left from two warehouses may come in at either, and both get notice.
#[test]
fn m10_r3_every_warehouse_that_units_left_from_may_receive_them() {
    let mut scenario = memory::ordered();
    for (shipment, warehouse) in [("S-1", "EAST"), ("S-2", "WEST")] {
        scenario.event(&dispatched(shipment, warehouse, "2026-03-02T11:00:00Z", one("5")));
    }
    let granted = scenario.document(&name("acme"), &request("RR-1", one("6")));
    for keeper in ["threepl", "fourpl"] {
        assert_eq!(granted.documents::<ReturnExpected>(&name(keeper)).len(), 1, "{keeper}");
    }
    scenario.document(&name("threepl"), &receipt("RC-1", "2", "restock", false));
    let last = at("WEST", receipt("RC-2", "4", "restock", false));
    let last = scenario.document(&name("fourpl"), &last);
    assert_eq!(last.events::<ReturnReceived>()[0].warehouse_id.as_str(), "WEST");
    assert_eq!(last.events::<ReturnCompleted>().len(), 1);
}

/// A warehouse that shipped another line of the order may not receive this one.
#[test]
fn m10_r3_having_sent_something_else_of_the_order_is_not_enough() {
    let mut scenario = memory::ordered();
    let other = json!([{"line": 2, "sku": "WIDGET-2", "quantity": "5"}]);
    scenario.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", one("10")));
    scenario.event(&dispatched("S-2", "WEST", "2026-03-02T11:00:00Z", other));
    scenario.document(&name("acme"), &request("RR-1", one("4")));
    let it = at("WEST", receipt("RC-1", "4", "restock", true));
    let told = scenario.document(&name("fourpl"), &it);
    assert_eq!(refused(&told, "fourpl"), [Reason::UnknownReturn]);
}

/// R3: the ERP may receive any return at any warehouse.
#[test]
fn r3_the_erp_may_receive_a_return_anywhere() {
    let mut scenario = memory::authorized();
    let it = at("WEST", receipt("RC-1", "4", "restock", false));
    let outcome = scenario.document(&name("ledger"), &it);
    assert_eq!(outcome.events::<ReturnReceived>()[0].warehouse_id.as_str(), "WEST");
    assert_eq!(outcome.events::<ReturnCompleted>()[0].warehouse_id.as_str(), "WEST");
    let unknown = receipt("RC-2", "4", "restock", false);
    let unknown = ReturnReceipt { rma_number: number("RMA-000099"), ..unknown };
    let unknown = scenario.document(&name("ledger"), &unknown);
    assert_eq!(refused(&unknown, "ledger"), [Reason::UnknownReturn]);
}

/// M10: the warehouse names its partner, and the partner names the warehouse. The warehouse of
/// another partner gets the same answer as one that does not exist, after the same delay.
#[tokio::test]
async fn m10_only_who_speaks_for_the_warehouse_may_report_a_receipt() {
    let mut bench = authorized().await;
    let it = receipt("RC-1", "1", "restock", false);
    let mut alike = Vec::new();
    for warehouse in ["EAST", "NORTH"] {
        let waits = bench.document(&name("fourpl"), &at(warehouse, it.clone())).await;
        assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1), "{warehouse}");
        alike.push(said(&in_vain(&mut bench).await, "fourpl", warehouse));
    }
    assert_eq!(alike[0].0, Reason::UnknownWarehouse);
    assert_eq!(alike[0], alike[1]);
    bench.event(&warehouse("EAST", "fourpl")).await;
    let named = bench.document(&name("fourpl"), &it).await;
    assert_eq!(named.events::<ReturnReceived>().len(), 1);
}

#[tokio::test]
async fn a_receipt_at_a_warehouse_that_is_not_known_waits_and_is_then_refused() {
    let mut bench = authorized().await;
    let mut it = receipt("RC-1", "1", "restock", false);
    it.warehouse_id = "NORTH".parse().unwrap();
    assert_eq!(bench.document(&name("threepl"), &it).await.tally.parked, 1);
    bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let outcome = bench.tick().await;
    assert_eq!(refused(&outcome, "threepl"), [Reason::UnknownWarehouse]);
}

/// M10: the order of another buyer gets the same answer as one that does not exist, after the same
/// delay. A partner that orders for the same customer learns that it exists: order-intake reports
/// it as a possible duplicate too (rule O1).
#[tokio::test]
async fn m10_a_return_of_anothers_order_is_answered_like_one_of_no_order() {
    let mut bench = shipped().await;
    let mut said = Vec::new();
    for (who, po_number) in
        [("rival", "PO-1"), ("rival", "PO-9"), ("portal", "PO-1"), ("portal", "PO-9")]
    {
        let mut asked = request(&format!("RR-{po_number}"), one("1"));
        asked.po_number = po_number.parse().unwrap();
        let waits = bench.document(&name(who), &asked).await;
        assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1), "{who} {po_number}");
        let outcome = in_vain(&mut bench).await;
        let answers = outcome.documents::<ReturnAuthorization>(&name(who));
        let reason = answers[0].reasons[0].clone();
        let told = outcome.outgoing.iter().find(|it| it.subject.starts_with("egress.")).unwrap();
        let headers: Vec<_> = told.headers.keys().cloned().collect();
        said.push((reason.code, reason.message.replace(po_number, "it"), headers));
    }
    assert_eq!(said[0], said[1]);
    assert_eq!((said[0].0, said[3].0), (Reason::UnknownOrder, Reason::UnknownOrder));
    assert_eq!(said[2].0, Reason::NotTheBuyer);
}
