//! R2–R5: receipts, their deadline and the dispositions.

use contracts::{
    Reason,
    document::{Disposition, DocumentAck, ReturnDecision},
    event::{CompletedLine, ReturnCompleted, ReturnExpired, ReturnReceived, ReturnRefused},
};
use mesh::Asker;
use serde_json::json;

use super::*;

fn completed(line: u32, sku_: &str, quantities: [&str; 3]) -> CompletedLine {
    let [restocked, scrapped, returned_to_customer] = quantities.map(quantity);
    CompletedLine { line, sku: sku(sku_), restocked, scrapped, returned_to_customer }
}

#[tokio::test]
async fn r3_several_receipts_add_up_and_the_last_completes_the_return() {
    let mut bench = authorized().await;
    let first = bench.document(&name("threepl"), &receipt("RC-1", "1", "restock", false)).await;
    assert_eq!(first.events::<ReturnReceived>()[0].lines[0].disposition, Disposition::Restock);
    assert_eq!(first.documents::<DocumentAck>(&name("threepl"))[0].key, "RC-1");
    assert!(first.events::<ReturnCompleted>().is_empty());
    let last = bench.document(&name("threepl"), &receipt("RC-2", "3", "scrap", false)).await;
    let all = last.events::<ReturnCompleted>();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].lines, [completed(1, "WIDGET-1", ["1", "3", "0"])]);
    assert_eq!(all[0].completed_on, "2026-03-02".parse().unwrap());
}

#[tokio::test]
async fn r3_a_receipt_counts_once_and_other_content_under_its_id_is_refused() {
    let mut bench = authorized().await;
    let it = receipt("RC-1", "1", "restock", false);
    bench.document(&name("threepl"), &it).await;
    let again = bench.document(&name("threepl"), &it).await;
    assert_eq!(again.subjects(), ["egress.threepl.document-ack.v1"]);
    let other = receipt("RC-1", "2", "restock", false);
    let other = bench.document(&name("threepl"), &other).await;
    assert_eq!(refused(&other, "threepl"), [Reason::ConflictingReceipt]);
    assert_eq!(other.outgoing.len(), 1, "{:?}", other.subjects());
    let rest = bench.document(&name("threepl"), &receipt("RC-2", "3", "restock", false)).await;
    assert_eq!(rest.events::<ReturnCompleted>().len(), 1);
}

#[tokio::test]
async fn r3_a_receipt_above_the_authorized_quantity_is_refused_whole() {
    let mut bench = authorized().await;
    bench.document(&name("threepl"), &receipt("RC-1", "2", "restock", false)).await;
    let mut over = receipt("RC-2", "2", "restock", false);
    over.lines.push(over.lines[0].clone());
    let outcome = bench.document(&name("threepl"), &over).await;
    assert_eq!(refused(&outcome, "threepl"), [Reason::OverAuthorized]);
    assert_eq!(outcome.events::<ReturnRefused>()[0].code, Reason::OverAuthorized);
    assert!(outcome.events::<ReturnReceived>().is_empty());
    let again = bench.document(&name("threepl"), &over).await;
    assert_eq!(again.subjects(), ["egress.threepl.rejection.v1"], "the exception is raised once");
    let corrected = receipt("RC-2", "2", "restock", false);
    let outcome = bench.document(&name("threepl"), &corrected).await;
    assert_eq!(outcome.events::<ReturnCompleted>().len(), 1);
}

#[test]
fn r3_an_item_that_was_not_authorized_is_refused() {
    let mut scenario = memory::authorized();
    let mut other = receipt("RC-1", "1", "restock", false);
    other.lines[0].sku = Some(sku("WIDGET-2"));
    let outcome = scenario.document(&name("threepl"), &other);
    assert_eq!(refused(&outcome, "threepl"), [Reason::OverAuthorized]);
}

#[test]
fn r2_a_receipt_of_an_unknown_return_is_refused_and_raises_an_exception() {
    let mut scenario = memory::shipped();
    let unknown = receipt("RC-1", "1", "restock", false);
    let outcome = scenario.document(&name("threepl"), &unknown);
    assert_eq!(refused(&outcome, "threepl"), [Reason::UnknownReturn]);
    let events = outcome.events::<ReturnRefused>();
    assert_eq!((events[0].code, events[0].order_id), (Reason::UnknownReturn, None));
}

#[tokio::test]
async fn r2_a_receipt_on_the_last_day_is_taken_and_one_after_it_is_not() {
    let mut bench = authorized().await;
    bench.at("2026-04-02T04:59:59Z".parse().unwrap());
    let last = bench.document(&name("threepl"), &receipt("RC-1", "1", "restock", false)).await;
    assert_eq!(last.events::<ReturnReceived>().len(), 1);
    bench.at("2026-04-02T05:00:00Z".parse().unwrap());
    let late = bench.document(&name("threepl"), &receipt("RC-2", "1", "restock", false)).await;
    assert_eq!(refused(&late, "threepl"), [Reason::ReturnExpired]);
    assert_eq!(late.events::<ReturnRefused>()[0].code, Reason::ReturnExpired);
    let all = late.events::<ReturnCompleted>();
    assert_eq!(all[0].lines, [completed(1, "WIDGET-1", ["1", "0", "0"])], "what came is credited");
    assert!(bench.tick().await.outgoing.is_empty(), "once");
}

#[tokio::test]
async fn r2_the_timer_completes_what_came_in_before_the_authorization_expired() {
    let mut bench = authorized().await;
    bench.document(&name("threepl"), &receipt("RC-1", "1", "scrap", false)).await;
    assert!(bench.tick().await.outgoing.is_empty());
    bench.at("2026-04-02T05:00:00Z".parse().unwrap());
    let outcome = bench.tick().await;
    let all = outcome.events::<ReturnCompleted>();
    assert_eq!(all[0].lines, [completed(1, "WIDGET-1", ["0", "1", "0"])]);
    let expired = &outcome.events::<ReturnExpired>()[0];
    assert_eq!(expired.lines[0].quantity, quantity("3"), "what did not come");
    assert!(bench.tick().await.outgoing.is_empty(), "once");
}

#[tokio::test]
async fn r2_the_timer_ends_every_authorization_whose_last_day_is_over_and_says_so() {
    let mut bench = shipped().await;
    for id in 1..=3 {
        bench.document(&name("acme"), &request(&format!("RR-{id}"), one("1"))).await;
    }
    bench.at("2026-03-03T12:00:00Z".parse().unwrap());
    bench.document(&name("acme"), &request("RR-4", one("2"))).await;
    bench.at("2026-04-02T05:00:00Z".parse().unwrap());
    let outcome = bench.tick().await;
    let expired = outcome.events::<ReturnExpired>();
    let numbers: Vec<_> = expired.iter().map(|it| it.rma_number.to_string()).collect();
    assert_eq!(numbers, ["RMA-000001", "RMA-000002", "RMA-000003"]);
    assert_eq!(expired[0].expires_on, "2026-04-01".parse().unwrap());
    assert_eq!(expired[0].lines[0].quantity, quantity("1"));
    assert_eq!(outcome.outgoing.len(), 3, "nothing came, so nothing is completed");
    let line = books(&bench, None, 10).await.lines[0].clone();
    assert_eq!(line.authorized, quantity("2"), "only the younger one's");
    assert!(bench.tick().await.outgoing.is_empty(), "once");
}

/// The first to notice that a return is over publishes it; the timer then publishes nothing.
#[tokio::test]
async fn r2_a_receipt_that_comes_too_late_ends_its_authorization() {
    let mut bench = authorized().await;
    bench.at("2026-04-02T05:00:00Z".parse().unwrap());
    let late = bench.document(&name("threepl"), &receipt("RC-1", "1", "restock", false)).await;
    assert_eq!(late.events::<ReturnExpired>().len(), 1);
    assert_eq!(late.events::<ReturnRefused>()[0].code, Reason::ReturnExpired);
    assert!(late.events::<ReturnCompleted>().is_empty());
    assert!(bench.tick().await.outgoing.is_empty());
}

#[tokio::test]
async fn r2_units_of_an_expired_authorization_are_free_again() {
    let mut bench = ordered().await;
    bench.event(&dispatched("S-1", "EAST", "2026-03-30T11:00:00Z", one("10"))).await;
    bench.document(&name("acme"), &request("RR-1", one("10"))).await;
    let none = bench.document(&name("acme"), &request("RR-2", one("10"))).await;
    assert_eq!(answer(&none).status, ReturnDecision::Rejected);
    bench.at("2026-04-02T05:00:00Z".parse().unwrap());
    let again = bench.document(&name("acme"), &request("RR-3", one("10"))).await;
    assert_eq!(answer(&again).rma_number, Some(number("RMA-000002")));
    let late = bench.document(&name("threepl"), &receipt("RC-1", "1", "restock", false)).await;
    assert_eq!(refused(&late, "threepl"), [Reason::ReturnExpired]);
}

#[tokio::test]
async fn r4_each_disposition_is_counted_for_itself() {
    let mut bench = authorized().await;
    let mut it = receipt("RC-1", "1", "restock", false);
    for disposition in [Disposition::Scrap, Disposition::ReturnToCustomer] {
        let mut line = it.lines[0].clone();
        line.disposition = disposition;
        it.lines.push(line);
    }
    it.is_final = true;
    let outcome = bench.document(&name("threepl"), &it).await;
    assert_eq!(outcome.events::<ReturnReceived>()[0].lines.len(), 3);
    let all = outcome.events::<ReturnCompleted>();
    assert_eq!(all[0].lines, [completed(1, "WIDGET-1", ["1", "1", "1"])]);
    let page = books(&bench, None, 10).await;
    let line = &page.lines[0];
    assert_eq!((line.authorized, line.restocked), (quantity("3"), quantity("1")));
    assert_eq!((line.scrapped, line.returned_to_customer), (quantity("1"), quantity("1")));
}

#[test]
fn r5_a_final_receipt_completes_the_return_and_frees_what_did_not_come() {
    let mut scenario = memory::authorized();
    let last = scenario.document(&name("threepl"), &receipt("RC-1", "1", "restock", true));
    assert_eq!(last.events::<ReturnCompleted>().len(), 1);
    let after = scenario.document(&name("threepl"), &receipt("RC-2", "1", "restock", true));
    assert_eq!(refused(&after, "threepl"), [Reason::ReturnClosed]);
    assert!(after.events::<ReturnCompleted>().is_empty());
    let rest = scenario.document(&name("acme"), &request("RR-2", one("9")));
    assert_eq!(answer(&rest).status, ReturnDecision::Authorized);
}

/// Goods are restocked at once and credited when the return is complete. The books show both, so a
/// return that is partly in is no difference.
#[tokio::test]
async fn r5_the_books_tell_restocked_from_completed() {
    let mut bench = authorized().await;
    bench.document(&name("threepl"), &receipt("RC-1", "1", "restock", false)).await;
    let line = books(&bench, None, 10).await.lines[0].clone();
    assert_eq!((line.restocked, line.completed), (quantity("1"), quantity("0")));
    bench.document(&name("threepl"), &receipt("RC-2", "1", "scrap", true)).await;
    let line = books(&bench, None, 10).await.lines[0].clone();
    assert_eq!((line.restocked, line.completed), (quantity("1"), quantity("2")));
}

#[test]
fn r5_a_final_receipt_without_lines_says_that_nothing_more_will_come() {
    let mut scenario = memory::authorized();
    let mut it = receipt("RC-1", "1", "restock", false);
    it.lines.clear();
    let outcome = scenario.document(&name("threepl"), &it);
    assert_eq!(refused(&outcome, "threepl"), [Reason::NoLines]);
    it.is_final = true;
    let outcome = scenario.document(&name("threepl"), &it);
    assert!(outcome.events::<ReturnCompleted>()[0].lines.is_empty());
}

#[tokio::test]
async fn the_books_come_page_by_page_and_to_the_operator_alone() {
    let mut bench = shipped().await;
    let lines = json!([{"line": 1, "quantity": "3"}, {"line": 2, "quantity": "2"}]);
    bench.document(&name("acme"), &request("RR-1", lines)).await;
    bench.document(&name("acme"), &request("RR-2", one("4"))).await;
    let first = books(&bench, None, 1).await;
    assert_eq!((first.lines[0].line, first.lines[0].authorized), (1, quantity("7")));
    let second = books(&bench, first.next, 1).await;
    assert_eq!((second.lines[0].line, second.lines[0].authorized), (2, quantity("2")));
    let third = books(&bench, second.next, 1).await;
    assert!(third.lines.is_empty() && third.next.is_none());
    let acme = serde_json::from_value(json!({"partner": "acme", "roles": ["buyer"]})).unwrap();
    let asked = json!({"limit": 1});
    let other = bench.ask(Asker::Partner(Box::new(acme)), "returns-books", &asked).await;
    assert_eq!(other.unwrap_err().code, 404);
}

/// M1: a message that comes twice in one batch counts once. The ids of another partner are its own.
#[tokio::test]
async fn r3_a_receipt_that_comes_twice_in_a_batch_counts_once() {
    let mut bench = authorized().await;
    let mut batch = Vec::new();
    for _ in 0..2 {
        let payload = serde_json::to_vec(&receipt("RC-1", "3", "restock", false)).unwrap();
        let subject = contracts::subject::ingress(&name("threepl"), "return-receipt");
        batch.push(bench.inbound(subject, payload));
    }
    let outcome = bench.deliver(batch).await;
    assert_eq!(outcome.events::<ReturnReceived>().len(), 1);
    assert_eq!(outcome.documents::<DocumentAck>(&name("threepl")).len(), 2);
    bench.event(&dispatched("S-2", "WEST", "2026-03-02T11:00:00Z", one("1"))).await;
    let mut other = receipt("RC-1", "1", "restock", false);
    other.warehouse_id = "WEST".parse().unwrap();
    let outcome = bench.document(&name("fourpl"), &other).await;
    assert_eq!(outcome.events::<ReturnCompleted>().len(), 1);
}

/// O3: goods sold in whole units come back in whole units.
#[tokio::test]
async fn r1_r3_no_part_of_a_whole_unit_comes_back() {
    let mut bench = authorized().await;
    let item = |sku_: &str, whole_units| {
        let item = json!({"sku": sku_, "description": sku_, "status": "active",
            "stock_uom": "EA", "whole_units": whole_units, "uoms": [],
            "tax_category": "standard", "unit_cost": "1", "substitutes": [], "codes": []});
        let item = serde_json::from_value(item).unwrap();
        contracts::event::ItemUpdated { sku: sku(sku_), item }
    };
    bench.event(&item("WIDGET-1", true)).await;
    bench.event(&item("WIDGET-2", false)).await;
    let half = bench.document(&name("acme"), &request("RR-2", one("0.5"))).await;
    assert_eq!(answer(&half).reasons[0].code, Reason::FractionOfWholeUnit);
    let unnamed = json!([{"line": 1, "quantity": "1.5"}]);
    let half = bench.document(&name("acme"), &request("RR-3", unnamed)).await;
    assert_eq!(answer(&half).reasons[0].code, Reason::FractionOfWholeUnit);
    let loose = json!([{"line": 2, "quantity": "0.5"}]);
    let half = bench.document(&name("acme"), &request("RR-4", loose)).await;
    assert_eq!(answer(&half).status, ReturnDecision::Authorized);
    let came = bench.document(&name("threepl"), &receipt("RC-1", "0.5", "restock", false)).await;
    assert_eq!(refused(&came, "threepl"), [Reason::FractionOfWholeUnit]);
    assert_eq!(came.outgoing.len(), 1, "{:?}", came.subjects());
}
