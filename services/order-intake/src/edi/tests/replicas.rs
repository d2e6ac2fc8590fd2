//! On PostgreSQL, where two replicas decide at the same moment.

use std::collections::BTreeSet;

use contracts::event::DocumentTranslated;
use futures::future::join_all;
use mesh::{
    Inbound,
    engine::{Error, Settings},
};
use testkit::Postgres;

use super::{
    camt::{detail, end_to_end, entry, message},
    till::Till,
    *,
};

/// Hands an interchange in until it is taken, and follows what it was translated to; the control
/// numbers of everything that was said in X12.
async fn numbers(bench: &Bench, sent: Inbound) -> Vec<String> {
    let mut numbers = Vec::new();
    let mut batch = vec![sent];
    while !batch.is_empty() {
        let done = match bench.engine().handle(batch.clone(), bench.now()).await {
            Ok(done) => done,
            // A deadlock gives it back.
            Err(Error::Transient(_)) => continue,
            Err(Error::Permanent(error)) => panic!("{error}"),
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
    let two: Bench = Bench::with(OrderIntake, url(), Settings::default()).await;
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

/// The documents that an engine hands on of a message, however often the database gives it back.
async fn handed_on(bench: &Bench, sent: Inbound) -> Vec<DocumentTranslated> {
    loop {
        match bench.engine().handle(vec![sent.clone()], bench.now()).await {
            Ok(done) => {
                let events = done.outgoing.iter();
                let events = events.filter(|it| it.subject.starts_with("events.document."));
                let read = |payload: &[u8]| contracts::event::from_json(payload).unwrap().data;
                return events.map(|event| read(&event.payload)).collect();
            }
            Err(Error::Transient(_)) => {}
            Err(Error::Permanent(error)) => panic!("{error}"),
        }
    }
}

/// Copies that are read at the same moment, by replicas of which one knows the payer already.
#[tokio::test(flavor = "multi_thread")]
async fn p1_copies_of_a_notification_at_the_same_time_are_the_same_payments() {
    let postgres = Postgres::start().unwrap();
    let url = || Some(postgres.url().to_owned());
    let one = Bench::with(OrderIntake, url(), Settings::default()).await;
    let mut till = Till::over(Desk::over(one).await).await;
    let two: Bench = Bench::with(OrderIntake, url(), Settings::default()).await;
    let came = |n: u32| {
        let payer = "<RltdPties><Dbtr><Nm>Late Ltd</Nm></Dbtr></RltdPties>";
        entry(
            &format!("R-{n}"),
            "10.00",
            "CRDT",
            &detail(&format!("{}{payer}", end_to_end(&format!("E-{n}")))),
        )
    };
    let text = message(&(1..=8).map(came).collect::<String>());
    let subject = || "ingress.mybank.camt.v1".to_owned();
    let copies: Vec<_> =
        (0..8).map(|_| till.desk.bench.inbound(subject(), text.clone().into_bytes())).collect();
    let (first, rest) = copies.split_at(4);
    let bench = &till.desk.bench;
    let at = |place: usize| if place.is_multiple_of(2) { bench } else { &two };
    let told = first.iter().enumerate().map(|(place, sent)| handed_on(at(place), sent.clone()));
    let mut told = join_all(told).await;
    till.knows(json!({"Late Ltd": "C-100"})).await;
    let bench = &till.desk.bench;
    let at = |place: usize| if place.is_multiple_of(2) { bench } else { &two };
    let again = rest.iter().enumerate().map(|(place, sent)| handed_on(at(place), sent.clone()));
    told.extend(join_all(again).await);
    let bodies = |events: &Vec<DocumentTranslated>| -> Vec<String> {
        events.iter().map(|event| event.body.to_string()).collect()
    };
    let all: BTreeSet<Vec<String>> = told.iter().map(bodies).collect();
    assert_eq!((told.len(), all.len()), (8, 1), "{all:?}");
    let back = detail(&format!("{}<RtrInf/>", end_to_end("E-7")));
    let became = till.hears("camt", message(&entry("Z-1", "10.00", "DBIT", &back))).await;
    assert_eq!(became.reversals[0].payment_id.as_str(), "R-7");
}
