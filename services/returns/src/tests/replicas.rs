//! R1 and R3 with two replicas of the service over one PostgreSQL.

use std::collections::BTreeSet;

use contracts::{
    document::{DocumentAck, Rejection, ReturnDecision},
    event::ReturnCompleted,
    subject,
};
use futures::future::join_all;
use jiff::ToSpan;
use mesh::engine::Settings;
use testkit::{Bench, Postgres};

use super::*;

/// Sends requests one by one and returns the numbers that were given.
async fn ask(bench: &mut Bench, ids: std::ops::Range<u32>) -> Vec<RmaNumber> {
    let mut numbers = Vec::new();
    for id in ids {
        let payload = serde_json::to_vec(&request(&format!("RR-{id}"), one("1"))).unwrap();
        let subject = subject::ingress(&name("acme"), "return-request");
        let message = bench.inbound(subject, payload);
        let answer = answer(&bench.deliver(vec![message]).await);
        assert_eq!(answer.rma_number.is_some(), answer.status == ReturnDecision::Authorized);
        numbers.extend(answer.rma_number);
    }
    numbers
}

/// Starts two replicas of one service; ten widgets have left.
async fn two(server: &Postgres) -> [Bench; 2] {
    let replica =
        || Bench::with(Returns::new(knobs()), Some(server.url().to_owned()), Settings::default());
    let mut first = replica().await;
    let acme = json!({"partner": "acme", "roles": ["buyer"], "default_customer": "C-100"});
    first.partner(serde_json::from_value(acme).unwrap()).await;
    let threepl = json!({"partner": "threepl", "roles": ["warehouse"], "warehouses": ["EAST"]});
    first.partner(serde_json::from_value(threepl).unwrap()).await;
    first.event(&warehouse("EAST", "threepl")).await;
    first.event(&accepted()).await;
    first.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", one("10"))).await;
    let mut second = replica().await;
    // A later time, so that the two streams of documents are not taken for one.
    second.at(second.now() + 1.second());
    [first, second]
}

#[tokio::test]
async fn r1_two_replicas_at_once_authorize_no_more_than_left_and_number_it_without_gaps() {
    let server = Postgres::start().unwrap();
    let [mut first, mut second] = two(&server).await;
    let (mine, theirs) = tokio::join!(ask(&mut first, 0..12), ask(&mut second, 12..24));
    let numbers: BTreeSet<String> = mine.iter().chain(&theirs).map(ToString::to_string).collect();
    let wanted: BTreeSet<String> = (1..=10).map(|number| format!("RMA-{number:06}")).collect();
    assert_eq!(numbers, wanted);
    assert_eq!(mine.len() + theirs.len(), 10, "{} and {}", mine.len(), theirs.len());
    let page = books(&first, None, 10).await;
    assert_eq!(page.lines[0].authorized, quantity("10"));
}

/// Sixty-four requests at once, each a batch of its own, half of them at each replica.
#[tokio::test]
async fn r1_of_sixty_four_requests_at_once_ten_get_the_ten_that_left() {
    let server = Postgres::start().unwrap();
    let [mut first, mut second] = two(&server).await;
    let mut batches = Vec::new();
    for id in 0..64 {
        let bench = if id % 2 == 0 { &mut first } else { &mut second };
        let payload = serde_json::to_vec(&request(&format!("RR-{id}"), one("1"))).unwrap();
        let subject = subject::ingress(&name("acme"), "return-request");
        batches.push((id, bench.inbound(subject, payload)));
    }
    let now = first.now();
    let at_once = batches.into_iter().map(|(id, message)| {
        let bench = if id % 2 == 0 { &first } else { &second };
        bench.engine().handle(vec![message], now)
    });
    let done = join_all(at_once).await;
    let sent = done.into_iter().flat_map(|processed| processed.unwrap().outgoing);
    let answers = sent.filter(|it| it.subject == "egress.acme.return-authorization.v1");
    let answers: Vec<ReturnAuthorization> =
        answers.map(|it| serde_json::from_slice(&it.payload).unwrap()).collect();
    assert_eq!(answers.len(), 64, "each is answered");
    let numbers: BTreeSet<String> =
        answers.iter().filter_map(|it| it.rma_number.as_ref()).map(ToString::to_string).collect();
    let wanted: BTreeSet<String> = (1..=10).map(|number| format!("RMA-{number:06}")).collect();
    assert_eq!(numbers, wanted);
    assert_eq!(books(&first, None, 10).await.lines[0].authorized, quantity("10"));
}

/// Sixteen receipts of two for the ten that may come: five are taken, and the return is complete
/// once.
#[tokio::test]
async fn r3_of_receipts_at_once_no_more_is_taken_than_was_authorized() {
    let server = Postgres::start().unwrap();
    let [mut first, mut second] = two(&server).await;
    first.document(&name("acme"), &request("RR-1", one("10"))).await;
    let mut batches = Vec::new();
    for id in 0..16 {
        let bench = if id % 2 == 0 { &mut first } else { &mut second };
        let it = receipt(&format!("RC-{id}"), "2", "restock", false);
        let subject = subject::ingress(&name("threepl"), "return-receipt");
        batches.push((id, bench.inbound(subject, serde_json::to_vec(&it).unwrap())));
    }
    let now = first.now();
    let at_once = batches.into_iter().map(|(id, message)| {
        let bench = if id % 2 == 0 { &first } else { &second };
        bench.engine().handle(vec![message], now)
    });
    let mut all = testkit::Outcome::default();
    for processed in join_all(at_once).await {
        all.outgoing.extend(processed.unwrap().outgoing);
    }
    assert_eq!(all.documents::<DocumentAck>(&name("threepl")).len(), 5);
    assert_eq!(all.documents::<Rejection>(&name("threepl")).len(), 11);
    let completed = all.events::<ReturnCompleted>();
    assert_eq!((completed.len(), completed[0].lines[0].restocked), (1, quantity("10")));
}
