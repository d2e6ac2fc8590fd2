//! Copies of a change that is under way: as many answers, one effect (O7).

use std::collections::BTreeSet;

use contracts::{
    Reason,
    document::{ChangeStatus, Rejection},
    event::{OrderCancelled, OrderChanged},
};
use serde_json::json;

use super::{super::shop::dispatched, *};

/// The ids of the answers, and their causes.
fn answered(outcome: &Outcome) -> (BTreeSet<String>, BTreeSet<String>) {
    let of = |it: &&mesh::Outgoing| it.subject == "egress.acme.order-change-ack.v1";
    let all: Vec<_> = outcome.outgoing.iter().filter(of).collect();
    let ids = all.iter().map(|it| it.id.clone()).collect();
    let causes = all.iter().map(|it| it.headers[contracts::header::CAUSATION].clone());
    (ids, causes.collect())
}

#[tokio::test]
async fn o7_ten_copies_of_a_change_under_way_get_ten_answers_and_one_effect() {
    let mut shop = Shop::with_ten().await;
    shop.change(&total(1, "8")).await;
    for _ in 1..10 {
        assert!(shop.change(&total(1, "8.0")).await.outgoing.is_empty());
    }
    let other = answer(&shop.change(&total(1, "7")).await);
    assert_eq!(reasons(&other), [(None, Reason::ConflictingChange)]);
    let done = shop.bench.event(&released("2")).await;
    let told = answers(&done);
    assert_eq!(told.len(), 10);
    for answer in &told {
        assert_eq!(said(answer), (ChangeStatus::Applied, "8".to_owned()));
    }
    let (ids, causes) = answered(&done);
    assert_eq!((ids.len(), causes.len()), (10, 10), "each copy caused its own");
    assert_eq!(causes.iter().filter(|it| it.starts_with("INGRESS_ACME:")).count(), 9);
    assert_eq!(done.events::<OrderChanged>().len(), 1);
    assert_eq!(shop.figures().await.0, texts(["8", "0", "0", "0"]));
    // Nobody is told twice: a later event answers nothing.
    assert!(answers(&shop.bench.event(&dispatched("PO-1", "8")).await).is_empty());
    assert_eq!(answers(&shop.change(&total(1, "8")).await), told[..1]);
}

/// The thousandth copy is answered with the others, the next one is refused at once (M9).
#[tokio::test]
async fn o7_m9_more_than_a_thousand_copies_of_a_change_are_refused() {
    let mut shop = Shop::with_ten().await;
    shop.change(&total(1, "8")).await;
    let asked = serde_json::to_vec(&total(1, "8")).unwrap();
    let subject = contracts::subject::ingress(&name("acme"), "order-change");
    let batch = (0..1_002).map(|_| shop.bench.inbound(subject.clone(), asked.clone())).collect();
    let refused = shop.bench.deliver(batch).await.documents::<Rejection>(&name("acme"));
    assert_eq!(refused.len(), 2);
    assert_eq!(refused[0].key.as_deref(), Some("PO-1/1"));
    assert_eq!(refused[0].reasons[0].code, Reason::TooManyCopies);
    assert_eq!(answers(&shop.bench.event(&released("2")).await).len(), 1_001);
}

/// In one batch, and of one that is refused in the end: each may be sent again.
#[tokio::test]
async fn o7_copies_of_a_change_that_is_refused_are_told_so() {
    let mut shop = Shop::with_ten().await;
    let asked = serde_json::to_vec(&total(1, "8")).unwrap();
    let subject = contracts::subject::ingress(&name("acme"), "order-change");
    let batch = (0..3).map(|_| shop.bench.inbound(subject.clone(), asked.clone())).collect();
    assert!(answers(&shop.bench.deliver(batch).await).is_empty());
    let done = shop.bench.event(&dispatched("PO-1", "10")).await;
    let told = answers(&done);
    assert_eq!(told.len(), 3);
    assert!(told.iter().all(|it| it.status == ChangeStatus::Rejected), "{told:?}");
    assert_eq!(answered(&done).0.len(), 3);
}

#[tokio::test]
async fn o7_copies_of_a_change_in_line_are_answered_too() {
    let mut shop = Shop::with_ten().await;
    shop.change(&total(1, "8")).await;
    for _ in 0..3 {
        shop.change(&change(2, json!([{"line": 9, "quantity": "1"}]))).await;
    }
    let done = shop.bench.event(&released("2")).await;
    let numbers: Vec<_> = answers(&done).iter().map(|it| it.change_number).collect();
    assert_eq!(numbers, [Some(1), Some(2), Some(2), Some(2)]);
}

/// A cancel is a change: its copies are answered, and those of an operator's too.
#[tokio::test]
async fn o7_copies_of_a_cancel_are_answered() {
    let mut shop = Shop::with_ten().await;
    for _ in 0..3 {
        assert!(answers(&shop.cancel().await).is_empty());
    }
    let done = shop.bench.event(&released("10")).await;
    assert_eq!((answers(&done).len(), done.events::<OrderCancelled>().len()), (3, 1));

    let mut shop = Shop::with_ten().await;
    let command = json!({"command_id": "K-1", "order_id": id("PO-1")});
    shop.command("cancel-order", command).await;
    assert!(answers(&shop.cancel().await).is_empty());
    let done = shop.bench.event(&released("10")).await;
    assert_eq!(said(&answer(&done)), (ChangeStatus::Applied, "0".to_owned()));
    assert_eq!(answered(&done).1.len(), 1);
}

/// A cancel that stood in line while the order was closed is told so, and so are its copies.
#[tokio::test]
async fn o8_a_cancel_of_an_order_that_was_closed_meanwhile_is_answered() {
    let mut shop = Shop::with_ten().await;
    shop.change(&total(1, "0")).await;
    shop.cancel().await;
    shop.cancel().await;
    let done = shop.bench.event(&released("10")).await;
    let mut told = answers(&done);
    told.extend(answers(&shop.bench.tick().await));
    let told: Vec<_> = told.iter().map(|it| (it.change_number, it.status)).collect();
    let (applied, rejected) = (ChangeStatus::Applied, ChangeStatus::Rejected);
    assert_eq!(told, [(Some(1), applied), (None, rejected), (None, rejected)]);
}
