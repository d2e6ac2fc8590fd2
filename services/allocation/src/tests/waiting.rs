//! Messages that wait for what they name (M5), through the engine and a database.

use contracts::{
    document::{DocumentAck, Rejection},
    event::{StockAdjusted, StockSource},
};
use jiff::SignedDuration;
use serde_json::json;

use super::*;

fn refusal(outcome: &Outcome, partner: &str) -> Reason {
    let rejections = outcome.documents::<Rejection>(&name(partner));
    assert_eq!(rejections.len(), 1, "{:?}", outcome.subjects());
    rejections[0].reasons[0].code
}

#[tokio::test]
async fn only_who_speaks_for_the_warehouse_and_the_erp_may_report() {
    let mut bench = bench().await;
    let report = adjustment("EAST", "R-1", "WIDGET-1", "5");
    assert_eq!(bench.document(&name("other"), &report).await.tally.parked, 1);
    bench.at(bench.now() + SignedDuration::from_secs(11));
    assert_eq!(refusal(&bench.tick().await, "other"), Reason::UnknownWarehouse);
    let taken = bench.document(&name("erp"), &report).await;
    assert_eq!(taken.documents::<DocumentAck>(&name("erp")).len(), 1);
    assert_eq!(taken.events::<StockAdjusted>()[0].source, StockSource::Receipt);
}

/// M10: to a partner that does not speak for it, a warehouse that is there is like one that is not:
/// the same answer, as late, whichever of the two a transfer names.
#[tokio::test]
async fn m10_a_foreign_warehouse_is_answered_like_an_unknown_one() {
    let reports = |here: &str, there: &str| -> Vec<Stock> {
        let transfer = |received: bool| -> Stock {
            read(json!({"warehouse_id": here, "kind": "transfer", "transfer_id": "X-1",
                "to_warehouse_id": there, "occurred_at": "2026-03-02T11:00:00Z",
                "lines": [{"sku": "WIDGET-1", "quantity": "1"}], "received": received}))
        };
        let lines = json!([{"sku": "WIDGET-1", "on_hand": "1"}]);
        let counted = count(here, 1, "2026-03-02T12:00:00Z", lines);
        vec![counted, adjustment(here, "R-1", "WIDGET-1", "1"), transfer(false), transfer(true)]
    };
    let mut told = Vec::new();
    for (here, there) in [("EAST", "WEST"), ("MOON", "MARS"), ("EAST", "MARS"), ("MOON", "WEST")] {
        let mut answers = Vec::new();
        for report in reports(here, there) {
            let mut bench = bench().await;
            let early = bench.document(&name("other"), &report).await;
            assert_eq!((early.outgoing.len(), early.tally.parked), (0, 1), "{report:?}");
            bench.at(bench.now() + SignedDuration::from_secs(9));
            assert!(bench.tick().await.outgoing.is_empty(), "{report:?}");
            bench.at(bench.now() + SignedDuration::from_secs(2));
            let late = bench.tick().await;
            let reasons = late.documents::<Rejection>(&name("other"))[0].reasons.clone();
            let plain = |text: String| text.replace(here, "HERE").replace(there, "THERE");
            let plain = reasons.into_iter().map(|it| (it.code, it.path, plain(it.message)));
            answers.push(plain.collect::<Vec<_>>());
        }
        told.push(answers);
    }
    assert!(told.iter().all(|answers| *answers == told[1]), "{told:?}");
    assert_eq!(told[0][0][0].0, Reason::UnknownWarehouse);
}

#[tokio::test]
async fn m5_stock_of_a_warehouse_on_its_way_waits_ten_seconds() {
    let mut bench = bench().await;
    let waits = receive(&mut bench, "NEW", "R-1", "WIDGET-1", "5").await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    let came = bench.document(&name("erp"), &warehouse("NEW", 3, json!([]))).await;
    assert_eq!(came.documents::<DocumentAck>(&name("threepl")).len(), 1);
    receive(&mut bench, "NOWHERE", "R-1", "WIDGET-1", "5").await;
    bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    assert_eq!(refusal(&bench.tick().await, "threepl"), Reason::UnknownWarehouse);
}

#[tokio::test]
async fn a8_a_transfer_to_nowhere_is_refused_where_it_says_so() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "5").await;
    let lost: Stock = read(json!({"warehouse_id": "EAST", "kind": "transfer",
        "transfer_id": "X-1", "to_warehouse_id": "MOON", "occurred_at": "2026-03-02T11:00:00Z",
        "lines": [{"sku": "WIDGET-1", "quantity": "1"}], "received": false}));
    assert!(bench.document(&name("threepl"), &lost).await.outgoing.is_empty(), "it waits");
    bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let refused = bench.tick().await.documents::<Rejection>(&name("threepl"));
    let reason = &refused[0].reasons[0];
    let said = (reason.code, reason.path.as_str());
    assert_eq!(said, (Reason::UnknownWarehouse, "to_warehouse_id"));
}

/// M5: an item on its way is waited for, and refused when it does not come; every line is told.
#[tokio::test]
async fn m5_stock_of_an_item_on_its_way_waits_ten_seconds() {
    let mut bench = bench().await;
    let waits = receive(&mut bench, "EAST", "R-1", "NOVELTY", "5").await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    let came = bench.event(&item("NOVELTY", json!([]))).await;
    assert_eq!(came.documents::<DocumentAck>(&name("threepl")).len(), 1);
    assert_eq!(there(&bench, "EAST", "NOVELTY").await.0, "5");
    let lines = json!([{"sku": "LOST-1", "on_hand": "1"}, {"sku": "WIDGET-1", "on_hand": "2"},
        {"sku": "LOST-2", "on_hand": "3"}]);
    let counted = count("EAST", 1, "2026-03-02T12:00:00Z", lines);
    assert_eq!(bench.document(&name("threepl"), &counted).await.tally.parked, 1);
    bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let refused = bench.tick().await.documents::<Rejection>(&name("threepl"));
    let said: Vec<_> = refused[0].reasons.iter().map(|it| (it.code, it.path.as_str())).collect();
    let unknown = Reason::UnknownItem;
    assert_eq!(said, [(unknown, "lines[0].sku"), (unknown, "lines[2].sku")]);
    let again = count("EAST", 1, "2026-03-02T12:00:00Z", json!([]));
    let taken = bench.document(&name("threepl"), &again).await;
    assert_eq!(taken.documents::<DocumentAck>(&name("threepl")).len(), 1, "nothing of it counted");
}

/// D1: what has waited is judged by when it was taken, not by when it is decided.
#[tokio::test]
async fn d1_a_document_that_waited_is_judged_by_when_it_was_taken() {
    let mut bench = bench().await;
    let at = (bench.now() + SignedDuration::from_secs(24 * 3_600 + 5)).to_string();
    let early: Stock = read(json!({"warehouse_id": "NEW", "kind": "adjustment",
        "adjustment_id": "A-1", "reason": "receipt", "occurred_at": at,
        "lines": [{"sku": "WIDGET-1", "quantity": "1"}]}));
    assert_eq!(bench.document(&name("threepl"), &early).await.tally.parked, 1);
    bench.at(bench.now() + SignedDuration::from_secs(8));
    let came = bench.document(&name("erp"), &warehouse("NEW", 3, json!([]))).await;
    assert_eq!(refusal(&came, "threepl"), Reason::InvalidValue);
}

#[tokio::test]
async fn m5_a_dispatch_waits_for_its_order() {
    let mut bench = bench().await;
    receive(&mut bench, "EAST", "R-1", "WIDGET-1", "20").await;
    let early = bench.event(&dispatch("PO-1", "EAST", "T-1", &[(1, "WIDGET-1", "4")])).await;
    assert_eq!(early.tally.parked, 1);
    accept(&mut bench, body("PO-1", &[("WIDGET-1", "10")])).await;
    assert_eq!(line(&bench, "PO-1").await, ["6", "0", "4", "0", "0"]);
}
