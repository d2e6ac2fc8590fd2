//! Headers of messages: CloudEvents, the trace (rule M8) and the reason for a dead letter (M4); and
//! the log lines of a decision.

use std::collections::BTreeMap;

use contracts::{event, header};
use mesh::{Inbound, Outgoing, engine::Settings};
use serde_json::Value;

use testkit::Bench;

use crate::{
    toy::{Toy, instruction, order},
    watching::Log,
};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

fn traced(mut message: Inbound) -> Inbound {
    let parent = format!("00-{TRACE}-b7ad6b7169203331-01");
    message.headers.insert(header::TRACEPARENT.to_owned(), parent);
    message.headers.insert(header::CORRELATION.to_owned(), order(1).to_string());
    message
}

fn headers(message: &Outgoing) -> BTreeMap<&str, &str> {
    message.headers.0.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

#[tokio::test]
async fn m8_every_message_is_a_cloud_event_of_the_trace_and_order_that_caused_it() {
    let mut bench = Bench::new(Toy::default()).await;
    let message = traced(instruction(&mut bench, 1, "both"));
    let cause = message.id.clone();
    let done = bench.deliver(vec![message]).await;
    let [event, document] = &done.outgoing[..] else { panic!("{:?}", done.subjects()) };
    let of_event = headers(event);
    let id = event::event_id("return", &order(1).to_string(), 1).to_string();
    let document_id = event::document_id(&id, "rejection", "acme").to_string();
    let (rma, order) = (order(1).to_string(), order(1).to_string());
    let expected = [
        (event, id.as_str(), "ordermesh.return.rejected.v1", rma.as_str(), cause.as_str()),
        (document, document_id.as_str(), "ordermesh.rejection.v1", order.as_str(), id.as_str()),
    ];
    for (message, id, kind, about, cause) in expected {
        let named_headers = headers(message);
        let named = |name| named_headers.get(name).copied().unwrap_or_default();
        assert_eq!((named("ce-specversion"), named("ce-source")), ("1.0", "/ordermesh/toy"));
        assert_eq!((named("ce-id"), named("Nats-Msg-Id"), message.id.as_str()), (id, id, id));
        assert_eq!((named("ce-type"), named("ce-subject")), (kind, about));
        assert_eq!(
            named("ce-time").parse::<jiff::Timestamp>().unwrap().to_string(),
            named("ce-time")
        );
        assert_eq!(
            (named("ordermesh-correlation"), named("ordermesh-causation")),
            (&*order, cause)
        );
        let parent: Vec<&str> = named("traceparent").split('-').collect();
        assert_eq!((parent[0], parent[1], parent[2].len(), parent[3]), ("00", TRACE, 16, "01"));
    }
    let span = |message| headers(message)["traceparent"].split('-').nth(2).map(str::to_owned);
    assert_ne!(span(event), span(document), "a span of its own each: {of_event:?}");
}

#[tokio::test]
async fn m8_a_trace_that_is_none_begins_a_new_one() {
    for wrong in ["", "00", "00-zz-b7ad6b7169203331-01", &format!("00-{}-b7-01", "0".repeat(32))] {
        let mut bench = Bench::new(Toy::default()).await;
        let mut message = instruction(&mut bench, 1, "ok");
        message.headers.insert(header::TRACEPARENT.to_owned(), wrong.to_owned());
        let done = bench.deliver(vec![message]).await;
        let parent = headers(&done.outgoing[0])["traceparent"].to_owned();
        let trace = parent.split('-').nth(1).unwrap();
        assert!(
            trace.len() == 32 && u128::from_str_radix(trace, 16).unwrap() > 0,
            "{wrong}: {parent}"
        );
    }
}

/// The operator needs the reason, the origin and the number of attempts (contract §8).
#[tokio::test]
async fn m4_a_dead_letter_says_why_where_from_and_how_often_it_was_tried() {
    for (what, code, deliveries) in
        [("poison", "invariant_broken", "1"), ("refused", "attempts_exhausted", "5")]
    {
        let settings = Settings { attempts: 5, ..Settings::default() };
        let mut bench = Bench::with(Toy::default(), None, settings).await;
        let bad = instruction(&mut bench, 1, what);
        let done = bench.deliver(vec![bad.clone()]).await;
        let letter = &done.outgoing[0];
        assert_eq!(letter.subject, format!("dlq.toy.{}", bad.subject));
        assert_eq!(letter.payload, bad.payload, "{what}");
        let named_headers = headers(letter);
        assert_eq!(
            (named_headers["ordermesh-dlq-code"], named_headers["ordermesh-dlq-deliveries"]),
            (code, deliveries)
        );
        assert_eq!(
            (named_headers["ordermesh-dlq-stream"], named_headers["ordermesh-dlq-consumer"]),
            ("EVENTS", "toy")
        );
        assert_eq!(named_headers["ordermesh-dlq-sequence"], bad.stream_sequence.to_string());
        let (first, last) = (
            named_headers["ordermesh-dlq-first-failed-at"],
            named_headers["ordermesh-dlq-last-failed-at"],
        );
        assert_eq!((first, last), (&*bench.now().to_string(), &*bench.now().to_string()));
        assert!(!named_headers["ordermesh-dlq-reason"].is_empty(), "{what}");
    }
}

/// A log line leads to the order, the message and the trace without the payload.
#[tokio::test]
async fn m8_what_is_logged_while_a_message_is_decided_names_the_message_and_its_batch() {
    let mut bench = Bench::new(Toy::default()).await;
    let log = Log::default();
    let logs = tracing_subscriber::fmt().json().with_writer(log.clone()).finish();
    let _logging = tracing::subscriber::set_default(logs);
    let (good, bad) =
        (instruction(&mut bench, 2, "ok"), traced(instruction(&mut bench, 1, "poison")));
    bench.deliver(vec![good, bad.clone()]).await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let dead = lines.iter().find(|line| line["fields"]["message"] == "a dead letter");
    let dead = dead.unwrap_or_else(|| panic!("{text}"));
    let [batch, message] = &dead["spans"].as_array().unwrap()[..] else { panic!("{dead}") };
    assert_eq!((&batch["name"], &batch["service"]), (&"batch".into(), &"toy".into()));
    assert_eq!(batch["messages"], 2);
    assert_eq!((&message["name"], &message["id"]), (&"message".into(), &bad.id.clone().into()));
    assert_eq!(message["subject"], bad.subject);
    assert_eq!(
        (&message["order"], &message["trace"]),
        (&order(1).to_string().into(), &TRACE.into())
    );
}
