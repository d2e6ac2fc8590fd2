//! Refused documents and dead letters, read from the streams of a real server.

use async_nats::{HeaderMap, jetstream};
use contracts::{
    event::{ExceptionKind, ExceptionRaised, ExceptionResolved},
    header, subject,
};
use mesh::{Asker, Connection};
use serde_json::{Value, json};
use testkit::{Bench, Nats, Outcome};

use super::{bench, order_id};
use crate::stream_reader::{observations, reader::StreamReader};

/// A control tower that reads from a server with the streams of `acme` and of order-intake's dead
/// letters.
pub(super) struct Ear {
    pub bench: Bench,
    pub reader: StreamReader,
    nats: Nats,
}

impl Ear {
    pub async fn new() -> Self {
        let mut bench = bench().await;
        let acme = json!({"partner": "acme", "roles": ["buyer"]});
        bench.partner(serde_json::from_value(acme).unwrap()).await;
        let nats = Nats::start().unwrap();
        let jetstream = Connection::connect(&nats.url(), None, "test").await.unwrap().jetstream;
        let reader = StreamReader { jetstream, db: bench.database().clone() };
        let ear = Self { bench, reader, nats };
        ear.make_streams().await;
        ear
    }

    async fn make_streams(&self) {
        for (name, subjects) in [
            (subject::egress_stream("acme"), "egress.acme.>"),
            (subject::dead_letter_stream("order-intake"), "dlq.order-intake.>"),
            (subject::COMMANDS.to_owned(), "commands.>"),
            (subject::egress_stream(subject::OPERATOR), "egress.operator.>"),
        ] {
            let subjects = vec![subjects.to_owned()];
            let allow_direct = true;
            let config =
                jetstream::stream::Config { name, subjects, allow_direct, ..Default::default() };
            self.reader.jetstream.create_stream(config).await.unwrap();
        }
    }

    pub async fn say(&self, subject: &str, headers: &[(&str, &str)], body: &Value) {
        let mut map = HeaderMap::new();
        headers.iter().for_each(|(name, value)| map.insert(*name, *value));
        let jetstream = &self.reader.jetstream;
        let said = jetstream.publish_with_headers(subject.to_owned(), map, body.to_string().into());
        said.await.unwrap().await.unwrap();
    }

    pub async fn tell_operator(&self, result: &Value) {
        self.say("egress.operator.command-result.v1", &[], result).await;
    }

    async fn tell(&self, document: &str, body: &Value) {
        self.say(&format!("egress.acme.{document}.v1"), &[], body).await;
    }

    async fn refuse(&self, document: &str, key: Option<&str>) {
        let reasons =
            json!([{"code": "unknown_field", "path": "lines[0].qty", "message": "no such field"}]);
        let body =
            json!({"document": document, "document_id": null, "key": key, "reasons": reasons});
        self.tell("rejection", &body).await;
    }

    /// Looks once, and decides the observations.
    async fn look(&mut self) -> Outcome {
        observations::read(&self.reader).await;
        self.bench.tick().await
    }

    async fn raised(&mut self) -> Vec<ExceptionRaised> {
        self.look().await.events()
    }
}

#[tokio::test]
async fn a_refused_document_is_an_exception_until_the_same_key_is_answered() {
    let mut ear = Ear::new().await;
    ear.tell("order-ack", &json!({"po_number": "PO-1", "status": "accepted"})).await;
    ear.refuse("order", Some("PO-1")).await;
    ear.tell("order-ack", &json!({"po_number": "PO-2", "status": "accepted"})).await;
    let raised = ear.raised().await;
    assert_eq!(raised.len(), 1, "{raised:?}");
    assert_eq!(raised[0].kind, ExceptionKind::DocumentRefused);
    assert_eq!(raised[0].reference, "acme/order/PO-1");
    assert_eq!(raised[0].message, "order PO-1 of acme refused: lines[0].qty: no such field");
    assert!(ear.look().await.outgoing.is_empty(), "it is read once");
    ear.tell("order-ack", &json!({"po_number": "PO-1", "status": "accepted"})).await;
    let settled = ear.look().await.events::<ExceptionResolved>();
    assert_eq!((settled.len(), settled[0].case_id), (1, raised[0].case_id));
}

/// Both are read at one look: they count in the order of their messages.
#[tokio::test]
async fn a_document_that_was_answered_before_it_was_refused_again_is_an_exception() {
    let mut ear = Ear::new().await;
    let accepted =
        json!({"document": "item", "document_id": null, "key": "W-1", "status": "accepted"});
    ear.refuse("item", Some("W-1")).await;
    ear.tell("document-ack", &accepted).await;
    ear.refuse("item", Some("W-1")).await;
    let outcome = ear.look().await;
    let (raised, settled) =
        (outcome.events::<ExceptionRaised>().len(), outcome.events::<ExceptionResolved>().len());
    assert_eq!((raised, settled), (2, 1));
    ear.tell("document-ack", &accepted).await;
    assert_eq!(ear.look().await.events::<ExceptionResolved>().len(), 1);
}

#[tokio::test]
async fn documents_whose_key_can_not_be_read_are_one_exception() {
    let mut ear = Ear::new().await;
    for _ in 0..3 {
        ear.refuse("order", None).await;
    }
    let raised = ear.raised().await;
    assert_eq!(raised.len(), 1, "{raised:?}");
    assert_eq!(raised[0].reference, "acme/order");
}

#[tokio::test]
async fn a_dead_letter_is_an_exception_of_the_order_that_it_is_about() {
    let mut ear = Ear::new().await;
    let order = order_id().to_string();
    let headers = [
        (header::DLQ_CODE, "undecodable"),
        (header::DLQ_REASON, "no field `sku`"),
        (header::CORRELATION, &*order),
    ];
    let subject = "dlq.order-intake.events.shipment.dispatched.v1.x";
    ear.say(subject, &headers, &json!({})).await;
    let raised = ear.raised().await;
    assert_eq!((raised.len(), raised[0].kind), (1, ExceptionKind::DeadLetter));
    assert_eq!((&*raised[0].reference, raised[0].order_id), ("order-intake/1", Some(order_id())));
    let told = "order-intake can not work on events.shipment.dispatched.v1.x: \
        undecodable: no field `sku`";
    assert_eq!(raised[0].message, told);
    assert!(ear.look().await.outgoing.is_empty());
}

/// The next look reads the messages for which one look has no room.
#[tokio::test]
async fn of_very_many_refusals_none_is_passed_over() {
    let mut ear = Ear::new().await;
    for number in 0..620 {
        ear.refuse("order", Some(&format!("PO-{number}"))).await;
    }
    assert!(observations::read(&ear.reader).await, "there is more");
    assert!(!observations::read(&ear.reader).await, "and that was all");
    let mut raised = 0;
    for _ in 0..12 {
        raised += ear.bench.tick().await.events::<ExceptionRaised>().len();
    }
    assert_eq!(raised, 620);
}

/// A stream that lost everything counts from 1 again.
#[tokio::test]
async fn a_stream_that_was_emptied_is_read_anew() {
    let mut ear = Ear::new().await;
    ear.refuse("order", Some("PO-1")).await;
    ear.refuse("order", Some("PO-2")).await;
    assert_eq!(ear.raised().await.len(), 2);
    ear.reader.jetstream.delete_stream(subject::egress_stream("acme")).await.unwrap();
    ear.reader.jetstream.delete_stream(subject::dead_letter_stream("order-intake")).await.unwrap();
    assert!(ear.look().await.outgoing.is_empty(), "streams that are not there are waited for");
    ear.make_streams().await;
    ear.refuse("order", Some("PO-3")).await;
    let raised = ear.raised().await;
    assert_eq!((raised.len(), &*raised[0].reference), (1, "acme/order/PO-3"));
    drop(ear.nats);
}

#[tokio::test]
async fn the_status_counts_dead_letters_by_service() {
    let mut ear = Ear::new().await;
    for _ in 0..2 {
        ear.say("dlq.order-intake.events.shipment.dispatched.v1.x", &[], &json!({})).await;
    }
    let raised = ear.raised().await;
    let status = ear.bench.ask(Asker::Operator, "status", &json!({})).await.unwrap();
    assert_eq!(status["dead_letters"], json!({"order-intake": 2}));
    let resolve = json!({"command_id": "R-1", "operator": "maria", "reason": "seen",
        "case_id": raised[0].case_id, "note": "sent again by hand"});
    ear.bench.command("control-tower", "resolve-exception", &resolve).await;
    let status = ear.bench.ask(Asker::Operator, "status", &json!({})).await.unwrap();
    assert_eq!(status["dead_letters"], json!({"order-intake": 1}));
}
