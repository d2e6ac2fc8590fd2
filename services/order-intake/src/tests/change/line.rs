//! Change numbers: the same again, out of order, and several at a time (O7 like O1).

use contracts::{
    Reason,
    document::ChangeStatus,
    event::{OrderChangeRequested, OrderChanged},
};
use serde_json::json;

use super::{super::bench, *};

#[tokio::test]
async fn o7_the_same_change_again_gets_the_same_answer_and_nothing_else() {
    let mut shop = Shop::with_ten().await;
    let first = answer(&shop.change(&total(1, "15")).await);
    let mut resent = total(1, "15.0");
    resent.document_id = Some("again".parse().unwrap());
    let again = shop.change(&resent).await;
    assert_eq!(answer(&again), first);
    assert_eq!(again.outgoing.len(), 1, "{:?}", again.subjects());
    let other = answer(&shop.change(&total(1, "16")).await);
    assert_eq!(reasons(&other), [(None, Reason::ConflictingChange)]);
    assert_eq!(said(&other), (ChangeStatus::Rejected, "15".to_owned()));
    assert_eq!(shop.figures().await.0, texts(["15", "0", "0", "0"]));
}

#[test]
fn o7_changes_wait_for_each_other_and_none_is_lost() {
    let mut shop = Stall::with_ten();
    shop.change(&total(1, "8"));
    assert!(shop.change(&total(2, "12")).is_silent());
    assert!(shop.change(&total(3, "5")).is_silent());
    let done = shop.event(&released("2"));
    // The second is taken up at once, and the third begins.
    let told: Vec<_> = answers(&done).iter().map(said).collect();
    let wanted = [(ChangeStatus::Applied, "8"), (ChangeStatus::Applied, "12")];
    assert_eq!(told, wanted.map(|(status, quantity)| (status, quantity.to_owned())));
    let asked: Vec<_> = asked(&done).into_iter().map(|it| (it.1, it.2)).collect();
    let wanted = [("8", "12"), ("12", "5")].map(|(from, to)| (from.to_owned(), to.to_owned()));
    assert_eq!(asked, wanted);
    let last = shop.event(&released("7"));
    assert_eq!(said(&answer(&last)), (ChangeStatus::Applied, "5".to_owned()));
    assert_eq!(shop.figures().0, texts(["5", "0", "0", "0"]));
}

/// One that stood in line and is refused is told so, in a document of its own.
#[tokio::test]
async fn o7_a_change_that_stood_in_line_may_be_refused() {
    let mut shop = Shop::with_ten().await;
    shop.change(&total(1, "8")).await;
    shop.change(&change(2, json!([{"line": 9, "quantity": "1"}]))).await;
    shop.change(&total(3, "1")).await;
    shop.bench.event(&left("T-1", "3", "0")).await;
    let done = shop.bench.event(&released("2")).await;
    let told = answers(&done);
    let numbers: Vec<_> = told.iter().map(|it| (it.change_number.unwrap(), it.status)).collect();
    let rejected = ChangeStatus::Rejected;
    assert_eq!(numbers, [(1, ChangeStatus::Applied), (2, rejected), (3, rejected)]);
    assert_eq!(reasons(&told[1]), [(Some(9), Reason::UnknownLine)]);
    assert_eq!(reasons(&told[2]), [(Some(1), Reason::AlreadyShipped)]);
    let documents = done.outgoing.iter().filter(|it| it.subject.contains("order-change-ack"));
    let ids: std::collections::BTreeSet<_> = documents.map(|it| it.id.clone()).collect();
    assert_eq!(ids.len(), 3, "each is another document");
    assert_eq!(shop.figures().await.0, texts(["8", "0", "3", "0"]));
}

/// M1: the buyer's numbers say what it wants in the end, in whichever order they come.
#[test]
fn m1_changes_out_of_order_end_as_in_order() {
    let mut shop = Stall::with_ten();
    shop.change(&total(2, "12"));
    let late = shop.change(&total(1, "20"));
    assert_eq!(said(&answer(&late)), (ChangeStatus::Applied, "12".to_owned()));
    assert!(late.events::<OrderChanged>().is_empty());
    let other = json!([{"line": 1, "quantity": "3"},
        {"line": 2, "sku": "WIDGET-1", "quantity": "1"}]);
    let mut mixed = change(1, other);
    mixed.change_number = 0;
    let told = answer(&shop.change(&mixed));
    assert_eq!(told.status, ChangeStatus::Applied, "a line that nothing later names is taken");
    assert_eq!(shop.figures().0, texts(["12", "0", "0", "0"]));
    assert_eq!(shop.lines().len(), 2);
}

#[test]
fn o7_what_stands_already_is_applied() {
    let mut shop = Stall::with_ten();
    let told = shop.change(&total(1, "10"));
    assert_eq!(said(&answer(&told)), (ChangeStatus::Applied, "10".to_owned()));
    assert!(told.events::<OrderChangeRequested>().is_empty());
}

#[test]
fn o2_everything_that_is_wrong_with_a_line_is_told() {
    let mut shop = Stall::with_ten();
    let lines = json!([{"line": 1, "quantity": "1.5"}, {"line": 2, "quantity": "1"},
        {"line": 3, "sku": "WIDGET-1", "quantity": "0"},
        {"line": 4, "sku": "WIDGET-1", "quantity": "1.5", "uom": "EA"}]);
    let told = answer(&shop.change(&change(1, lines)));
    let wanted = [
        (Some(1), Reason::FractionOfWholeUnit),
        (Some(2), Reason::UnknownLine),
        (Some(3), Reason::QuantityNotPositive),
        (Some(4), Reason::FractionOfWholeUnit),
    ];
    assert_eq!((told.status, reasons(&told)), (ChangeStatus::Rejected, wanted.to_vec()));
    let lines = json!([{"line": 1, "quantity": "8", "sku": "GADGET"},
        {"line": 5, "sku": "WIDGET-1", "quantity": "1"}]);
    let told = answer(&shop.change(&change(2, lines)));
    assert_eq!(told.status, ChangeStatus::PartiallyApplied);
    assert_eq!(reasons(&told), [(Some(1), Reason::InvalidValue)]);
    let lines = json!([{"line": 1, "quantity": "-1"}]);
    let told = answer(&shop.change(&change(3, lines)));
    assert_eq!(reasons(&told), [(Some(1), Reason::QuantityNotPositive)]);
    let twice = json!([{"line": 1, "quantity": "8"}, {"line": 1, "quantity": "7"}]);
    let told = answer(&shop.change(&change(4, twice)));
    assert_eq!(reasons(&told), [(Some(1), Reason::DuplicateLine)]);
    let told = answer(&shop.change(&change(5, json!([]))));
    assert_eq!(reasons(&told), [(None, Reason::NoLines)]);
}

/// M10: an order is its partner's alone; another partner's is answered like one that is unknown.
#[tokio::test]
async fn o7_an_order_that_is_not_the_partners_is_unknown() {
    let mut shop = Shop::with_ten().await;
    let other = name("shop");
    let waits = shop.bench.document(&other, &total(1, "8")).await;
    assert_eq!((waits.outgoing.len(), waits.tally.parked), (0, 1));
    shop.bench.document(&other, &cancel()).await;
    shop.bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let told: Vec<OrderChangeAck> = shop.bench.tick().await.documents(&other);
    let codes: Vec<_> = told.iter().map(|it| (it.status, it.reasons[0].code)).collect();
    assert_eq!(codes, [(ChangeStatus::Rejected, Reason::UnknownOrder); 2]);
}

/// M5: a change that overtakes its order waits for it.
#[tokio::test]
async fn m5_a_change_may_come_before_its_order() {
    let mut shop = Shop::at("10.00", None).await;
    assert_eq!(shop.change(&total(1, "12")).await.tally.parked, 1);
    let lines = json!([{"line": 1, "sku": "WIDGET-1", "quantity": "10"}]);
    let taken = shop.bench.document(&name("acme"), &super::super::order(lines)).await;
    assert_eq!(said(&answer(&taken)), (ChangeStatus::Applied, "12".to_owned()));
}

/// O7, M5: an item that is not known yet is waited for.
#[tokio::test]
async fn m5_a_new_line_waits_for_its_item() {
    let mut shop = Shop { bench: bench().await };
    shop.order("PO-1", "10").await;
    let lines = json!([{"line": 2, "sku": "NOPE", "quantity": "1"}]);
    assert_eq!(shop.change(&change(1, lines)).await.tally.parked, 1);
    shop.bench.at("2026-03-02T12:00:11Z".parse().unwrap());
    let told = answer(&shop.bench.tick().await);
    assert_eq!(reasons(&told), [(Some(2), Reason::UnknownItem)]);
}

/// M9: what each change is looked at with does not grow without bound.
#[tokio::test]
async fn m9_an_order_takes_a_thousand_changes() {
    use crate::domain::change::{By, Change, State};
    let mut shop = Shop::with_ten().await;
    let asked = contracts::document::Ingress::content(&total(1, "10"));
    let change = |place: u32| Change {
        order_id: id("PO-1"),
        place,
        number: Some(place),
        wanted_by: By::Buyer,
        state: State::Answered,
        document: mesh::Json(Some(OrderChange { change_number: place, ..asked.clone() })),
        refused: mesh::Json(Vec::new()),
        answer: mesh::Json(None),
    };
    let before: Vec<Change> = (1..1_000).map(change).collect();
    mesh::row::insert(shop.bench.database(), &before).await.unwrap();
    let last = answer(&shop.change(&total(1_000, "11")).await);
    assert_eq!(said(&last), (ChangeStatus::Applied, "11".to_owned()));
    let more = answer(&shop.change(&total(1_001, "12")).await);
    assert_eq!(reasons(&more), [(None, Reason::InvalidValue)]);
    shop.cancel().await;
    shop.bench.event(&released("11")).await;
    assert_eq!(shop.figures().await.1, "cancelled", "it may be cancelled all the same");
}

#[test]
fn o7_a_rejected_order_is_closed() {
    let mut shop = Stall::at_price("10.00", None);
    shop.order("PO-1", "0");
    let told = answer(&shop.change(&total(1, "8")));
    assert_eq!(reasons(&told), [(None, Reason::OrderClosed)]);
    let told = answer(&shop.cancel());
    assert_eq!(reasons(&told), [(None, Reason::OrderClosed)]);
}
