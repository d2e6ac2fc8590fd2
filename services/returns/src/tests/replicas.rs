//! R1 with two replicas of the service over one PostgreSQL.

use std::collections::BTreeSet;

use contracts::{document::ReturnDecision, subject};
use jiff::ToSpan;
use mesh::engine::Settings;
use testkit::{Bench, Postgres};

use super::*;

/// Requests one by one, as fast as they go; the numbers that were given.
async fn ask(bench: &mut Bench<Returns>, ids: std::ops::Range<u32>) -> Vec<RmaNumber> {
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

#[tokio::test]
async fn r1_two_replicas_at_once_authorize_no_more_than_left_and_number_it_without_gaps() {
    let server = Postgres::start().unwrap();
    let replica =
        || Bench::with(Returns::new(knobs()), Some(server.url().to_owned()), Settings::default());
    let mut first = replica().await;
    let acme = json!({"partner": "acme", "roles": ["buyer"], "default_customer": "C-100"});
    first.partner(serde_json::from_value(acme).unwrap()).await;
    first.event(&warehouse("EAST", "threepl")).await;
    first.event(&accepted()).await;
    first.event(&dispatched("S-1", "EAST", "2026-03-02T11:00:00Z", one("10"))).await;
    let mut second = replica().await;
    // Another time, so that the two streams of documents are not taken for one.
    second.at(second.now() + 1.second());
    let (mine, theirs) = tokio::join!(ask(&mut first, 0..12), ask(&mut second, 12..24));
    let numbers: BTreeSet<String> = mine.iter().chain(&theirs).map(ToString::to_string).collect();
    let wanted: BTreeSet<String> = (1..=10).map(|number| format!("RMA-{number:06}")).collect();
    assert_eq!(numbers, wanted);
    assert_eq!(mine.len() + theirs.len(), 10, "{} and {}", mine.len(), theirs.len());
    let page = books(&first, None, 10).await;
    assert_eq!(page.lines[0].authorized, quantity("10"));
}
