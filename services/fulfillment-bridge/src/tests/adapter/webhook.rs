//! A server that is down, then up; one that fails, and one that refuses.

use std::{
    sync::{Arc, Mutex},
    time::Instant,
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing::post,
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::net::TcpListener;

use super::*;

#[derive(Clone)]
pub(super) struct Got {
    pub headers: HeaderMap,
    pub body: Bytes,
    pub at: Instant,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }

    /// Verifies the signature as a warehouse would.
    fn is_signed(&self, secret: &[u8]) -> bool {
        let (time, code) = self.header("ordermesh-signature").split_once(",v1=").unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
        mac.update(time.strip_prefix("t=").unwrap().as_bytes());
        mac.update(b".");
        mac.update(&self.body);
        let byte = |at: usize| u8::from_str_radix(&code[at..at + 2], 16).unwrap();
        let code: Vec<u8> = (0..code.len()).step_by(2).map(byte).collect();
        mac.verify_slice(&code).is_ok()
    }
}

/// The server of a warehouse, which keeps its requests.
#[derive(Clone, Default)]
pub(super) struct Server {
    got: Arc<Mutex<Vec<Got>>>,
    answer: Arc<Mutex<StatusCode>>,
    silent: Arc<Mutex<bool>>,
}

impl Server {
    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    pub fn answer(&self, status: StatusCode) {
        *self.answer.lock().unwrap() = status;
    }

    fn be_silent(&self, silent: bool) {
        *self.silent.lock().unwrap() = silent;
    }

    pub async fn has(&self, number: usize) -> Vec<Got> {
        until("a request", || async { Some(self.got()).filter(|got| got.len() >= number) }).await
    }

    pub fn serve(&self, listener: TcpListener) -> JoinSet<()> {
        let routes = Router::new().route("/hook", post(take)).with_state(self.clone());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, routes).await.unwrap() });
        tasks
    }
}

async fn take(State(server): State<Server>, headers: HeaderMap, body: Bytes) -> StatusCode {
    server.got.lock().unwrap().push(Got { headers, body, at: Instant::now() });
    let silent = *server.silent.lock().unwrap();
    if silent {
        std::future::pending::<()>().await;
    }
    *server.answer.lock().unwrap()
}

pub(super) async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    (listener, url)
}

/// Ten from EAST and four from WEST are asked for, and six from EAST wanted back.
async fn east_and_west(bench: &mut Bench) -> Outcome {
    let goods = [("EAST", 1, "WIDGET-1", "10"), ("WEST", 2, "WIDGET-2", "4")];
    let mut sent = bench.event(&reserved(&goods)).await;
    let recalled = bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "6")])).await;
    sent.outgoing.extend(recalled.outgoing);
    sent
}

#[tokio::test]
async fn f6_a_warehouse_that_was_down_gets_every_document_in_order_and_signed() {
    let (down, east_url) = listener().await;
    let address = down.local_addr().unwrap();
    drop(down);
    let (up, west_url) = listener().await;
    let (east, west) = (Server::default(), Server::default());
    let _west = west.serve(up);
    let service = reached(&[("EAST", by_webhook(&east_url)), ("WEST", by_webhook(&west_url))]);
    let mut bench = bench_of(&service).await;
    let sent = east_and_west(&mut bench).await;
    let _beside = Beside::start(&service, bench.database());

    // The warehouse that is up does not wait for the one that is down.
    assert_eq!(west.has(1).await[0].header("ce-type"), "ordermesh.ship-order.v1");
    let tried = until("an attempt", || async {
        let rows = waiting(bench.database(), "EAST").await;
        Some(rows).filter(|rows| rows[0].attempts > 0)
    });
    let tried = tried.await;
    assert_eq!(tried.len(), 2, "a cancel is behind what it cancels");
    assert_eq!(tried[1].attempts, 0);
    assert!(tried[0].last_error.as_deref().is_some_and(|why| !why.contains("http")), "no address");

    let _east = east.serve(TcpListener::bind(address).await.unwrap());
    let got = east.has(2).await;
    let documents: Vec<_> = got.iter().map(|got| got.header("ce-type").to_owned()).collect();
    assert_eq!(documents, ["ordermesh.ship-order.v1", "ordermesh.ship-cancel.v1"]);
    for got in &got {
        assert!(got.is_signed(b"s3cret") && !got.is_signed(b"other"));
        assert_eq!(got.header("content-type"), "application/json");
        let same = sent.outgoing.iter().find(|it| it.id == got.header("ce-id")).unwrap();
        assert_eq!(same.payload, got.body, "byte by byte what goes over NATS");
    }
    until("the end", || async { waiting(bench.database(), "EAST").await.is_empty().then_some(()) })
        .await;
}

#[tokio::test]
async fn f6_what_was_decided_and_not_delivered_survives_a_kill() {
    let (listening, url) = listener().await;
    let server = Server::default();
    let _serving = server.serve(listening);
    let service = reached(&[("EAST", by_webhook(&url))]);
    let mut bench = bench_of(&service).await;
    bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await;
    // The request arrived, and its answer was lost.
    server.be_silent(true);
    let beside = Beside::start(&service, bench.database());
    let first = server.has(1).await;
    drop(beside);
    assert_eq!(waiting(bench.database(), "EAST").await.len(), 1);
    server.be_silent(false);
    // The killed replica's lane is free once its lease has ended.
    let lease = "UPDATE delivery_leases SET held_until = 0";
    sea_orm::ConnectionTrait::execute_unprepared(bench.database(), lease).await.unwrap();
    let _beside = Beside::start(&service, bench.database());
    let again = server.has(2).await;
    assert_eq!(first[0].header("ce-id"), again[1].header("ce-id"), "the receiver knows it");
    assert_eq!(first[0].body, again[1].body);
}

#[tokio::test]
async fn f6_the_breaker_leaves_a_failing_warehouse_alone_and_tries_it_with_one_document() {
    let (listening, url) = listener().await;
    let server = Server::default();
    let _serving = server.serve(listening);
    server.answer(StatusCode::INTERNAL_SERVER_ERROR);
    let service = reached(&[("EAST", by_webhook(&url))]);
    let mut bench = bench_of(&service).await;
    bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await;
    bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "6")])).await;
    let _beside = Beside::start(&service, bench.database());
    let failed = server.has(4).await;
    // Three failures open it; the fourth is a trial a second later, which opens it again.
    let pause = failed[3].at - failed[2].at;
    assert!(pause >= Duration::from_millis(950), "{pause:?}");
    server.answer(StatusCode::NO_CONTENT);
    let got = server.has(6).await;
    let pause = got[4].at - got[3].at;
    assert!(pause >= Duration::from_millis(950), "{pause:?}");
    assert!(got[..5].iter().all(|it| it.header("ce-id") == got[0].header("ce-id")));
    assert_eq!(got[5].header("ce-type"), "ordermesh.ship-cancel.v1");
    assert_eq!(got.len(), 6);
}

#[tokio::test]
async fn f6_what_a_warehouse_refuses_is_kept_and_tried_again_slowly() {
    let (listening, url) = listener().await;
    let server = Server::default();
    let _serving = server.serve(listening);
    server.answer(StatusCode::UNPROCESSABLE_ENTITY);
    let service = reached(&[("EAST", by_webhook(&url))]);
    let mut bench = bench_of(&service).await;
    bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await;
    let _beside = Beside::start(&service, bench.database());
    let got = server.has(2).await;
    assert!(got[1].at - got[0].at >= Duration::from_millis(950), "at the longest pause");
    let rows = waiting(bench.database(), "EAST").await;
    assert!(rows[0].last_error.as_deref().is_some_and(|why| why.contains("422")));
    server.answer(StatusCode::OK);
    until("the end", || async { waiting(bench.database(), "EAST").await.is_empty().then_some(()) })
        .await;
}

#[tokio::test]
async fn f6_answers_of_a_warehouses_confirmations_go_to_its_webhook_too() {
    let (listening, url) = listener().await;
    let server = Server::default();
    let _serving = server.serve(listening);
    let service = reached(&[("EAST", by_webhook(&url))]);
    let mut bench = bench_of(&service).await;
    bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("9"), false)).await;
    let other = json!([{"line": 9, "sku": "WIDGET-1", "quantity": "1"}]);
    bench.document(&name("threepl"), &confirm("T-2", other, false)).await;
    let _beside = Beside::start(&service, bench.database());
    let got = server.has(3).await;
    let documents: Vec<_> = got.iter().map(|got| got.header("ce-type").to_owned()).collect();
    let expected = ["ship-order", "ship-confirm-ack", "rejection"];
    assert_eq!(documents, expected.map(|it| format!("ordermesh.{it}.v1")));
}

#[tokio::test]
async fn f6_what_goes_to_others_is_not_for_a_webhook() {
    let service = reached(&[("WEST", by_webhook("http://127.0.0.1:9/hook"))]);
    let mut bench = bench_of(&service).await;
    bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await;
    bench.document(&name("threepl"), &confirm("T-1", widgets("9"), false)).await;
    assert_eq!(waiting(bench.database(), "WEST").await.len(), 0);
}

#[tokio::test]
async fn f6_what_was_delivered_is_forgotten_in_time_and_nothing_else() {
    let service = reached(&[("EAST", by_webhook("http://127.0.0.1:9/hook"))]);
    let mut bench = bench_of(&service).await;
    bench.event(&reserved(&[("EAST", 1, "WIDGET-1", "10")])).await;
    bench.event(&recalled(&[("EAST", 1, "WIDGET-1", "6")])).await;
    let (db, now, month) = (bench.database(), Timestamp::now(), Duration::from_secs(30 * 86_400));
    let first = waiting(db, "EAST").await.remove(0);
    queue::record_attempt(db, &first, None, now - month - month).await.unwrap();
    queue::forget(db, &at("EAST"), month, now).await.unwrap();
    let rows: Vec<Delivery> = mesh::row::find(db, "warehouse_id", [at("EAST")]).await.unwrap();
    assert_eq!(rows.len(), 1, "the one that was not delivered");
    assert_eq!(rows[0].document, "ship-cancel");
}
