//! On PostgreSQL, where two replicas decide at the same moment.

use std::collections::BTreeSet;

use futures::future::join_all;
use mesh::{
    Inbound,
    engine::{Fault, Settings},
};
use testkit::Postgres;

use super::*;

/// Hands an interchange in until it is taken, and follows what it was translated to; the control
/// numbers of everything that was said in X12.
async fn numbers(bench: &Bench<OrderIntake>, sent: Inbound) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut batch = vec![sent];
    while !batch.is_empty() {
        let done = match bench.engine().handle(batch.clone(), bench.now()).await {
            Ok(done) => done,
            // A deadlock gives it back.
            Err(Fault::Surroundings(_)) => continue,
            Err(Fault::Message(error)) => panic!("{error}"),
        };
        assert_eq!(done.tally.dead, 0);
        let mut translated = Vec::new();
        for message in done.outgoing {
            if message.subject.ends_with(".x12.v1") {
                let read = edi::x12::read(&message.payload).unwrap().remove(0);
                numbers.push(read.header.control);
            } else if message.subject.starts_with("events.document.") {
                let (subject, payload) = (message.subject, message.payload);
                let stream = "EVENTS".to_owned();
                let headers = message.headers.0;
                translated.push(Inbound::of(subject, headers, payload, stream, 1, bench.now()).0);
            }
        }
        batch = translated;
    }
    numbers
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_never_use_a_control_number_twice() {
    let postgres = Postgres::start().unwrap();
    let url = || Some(postgres.url().to_owned());
    let one = Bench::with(OrderIntake, url(), Settings::default()).await;
    let mut desk = Desk::over(one).await;
    let two: Bench<OrderIntake> = Bench::with(OrderIntake, url(), Settings::default()).await;
    let mut sent = Vec::new();
    for control in 1..=24 {
        let line = "PO1*1*1*EA*9.99**VP*WIDGET-1";
        let text = orders(control, vec![purchase_order(&format!("PO-{control}"), &[line])]);
        let subject = "ingress.acme.x12.v1".to_owned();
        sent.push(desk.bench.inbound(subject, text.into_bytes()));
    }
    let one = &desk.bench;
    let at_once = sent.into_iter().enumerate();
    let at_once =
        at_once.map(|(place, sent)| numbers(if place % 2 == 0 { one } else { &two }, sent));
    let all: Vec<String> = join_all(at_once).await.concat();
    let different: BTreeSet<&String> = all.iter().collect();
    assert_eq!((all.len(), different.len()), (48, 48), "{all:?}");
}
