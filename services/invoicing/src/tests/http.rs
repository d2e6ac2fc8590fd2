//! I4 over HTTP: an engine of a test's own, and the background task that asks it.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Bytes, http::HeaderMap, response::Response, routing::post};
use contracts::event::InvoicePosted;
use mesh::row;
use serde_json::{Value, json};
use testkit::Bench;
use tokio_util::sync::CancellationToken;

use super::shop::{Shop, line, settings};
use crate::{
    config::Config,
    domain::tax_quote::{Reply, State},
    tax_engine,
};

/// A tax engine with prepared answers, which notes the questions.
pub struct Fake {
    /// The number of questions.
    pub asked: AtomicUsize,
    said: Mutex<Vec<(u16, String)>>,
    heard: Mutex<Vec<(HeaderMap, Value)>>,
    slow: Duration,
}

/// Rates for everything that is sold here.
pub fn good() -> (u16, String) {
    let rate = |category: &str, percent: &str| json!({"tax_category": category, "rate_percent": percent, "code": "S"});
    let rates = [rate("standard", "7.5"), rate("food", "2")];
    (200, json!({"currency": "USD", "rates": rates}).to_string())
}

impl Fake {
    /// Says one after the other, the last of them for ever.
    pub async fn start(said: Vec<(u16, String)>, slow: Duration) -> (Arc<Self>, Config) {
        let asked = AtomicUsize::new(0);
        let (said, heard) = (Mutex::new(said), Mutex::default());
        let fake = Arc::new(Self { asked, said, heard, slow });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let own = fake.clone();
        let answer = move |headers: HeaderMap, body: Bytes| {
            let fake = own.clone();
            async move { fake.answer(headers, &body).await }
        };
        let serve = axum::serve(listener, Router::new().route("/tax", post(answer)));
        #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
        tokio::spawn(async move { serve.await.unwrap() });
        let mut config = settings();
        let engine = &mut config.tax_engine;
        engine.url = Some(format!("http://{address}/tax").parse().unwrap());
        engine.secret = "hush".into();
        (engine.timeout_ms, engine.retry_ms) = (3_000, 10);
        (fake, config)
    }

    async fn answer(&self, headers: HeaderMap, body: &[u8]) -> Response<String> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.heard.lock().unwrap().push((headers, serde_json::from_slice(body).unwrap()));
        tokio::time::sleep(self.slow).await;
        let mut said = self.said.lock().unwrap();
        let (status, body) = if said.len() > 1 { said.remove(0) } else { said[0].clone() };
        Response::builder().status(status).body(body).unwrap()
    }
}

/// A shop with so many dispatches that wait for the engine.
async fn waiting(config: &Config, dispatches: u32) -> Shop {
    let mut shop = Shop::with(config.clone(), "USD").await;
    let lines = json!([line(1, "WIDGET-1", &dispatches.to_string(), "10")]);
    shop.accept(json!({"lines": lines})).await;
    for n in 1..=dispatches {
        shop.ship(n, &[(1, "WIDGET-1", "1")]).await;
    }
    shop
}

async fn replies(bench: &Bench) -> Vec<Reply> {
    row::fetch(bench.database(), &row::select::<Reply>()).await.unwrap()
}

/// Lets the background work until nothing is asked any more.
pub async fn work(config: &Config, bench: &Bench, questions: usize) -> Vec<Reply> {
    let shutdown = CancellationToken::new();
    let asking = tax_engine::run(&config.tax_engine, bench.database().clone(), shutdown.clone());
    let watch = async {
        for _ in 0..500 {
            let replies = replies(bench).await;
            let settled = replies.iter().filter(|reply| reply.state != State::Trying);
            if settled.count() >= questions {
                shutdown.cancel();
                return replies;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("not settled: {:?}", replies(bench).await);
    };
    tokio::join!(asking, watch).1
}

#[tokio::test]
async fn i4_the_engine_is_asked_over_http_and_its_answer_taxes_the_invoice() {
    let (fake, config) = Fake::start(vec![good()], Duration::ZERO).await;
    let mut shop = waiting(&config, 1).await;
    let replies = work(&config, &shop.bench, 1).await;
    assert_eq!((replies[0].state, replies[0].attempts), (State::Answered, 1));
    let posted = shop.bench.tick().await.events::<InvoicePosted>();
    assert_eq!(posted[0].invoice.lines[0].tax_percent.to_string(), "7.5");
    assert_eq!(posted[0].tax_fallback, None);
    let heard = fake.heard.lock().unwrap();
    let (headers, body) = &heard[0];
    assert_eq!(headers["authorization"], "Bearer hush");
    assert!(headers["idempotency-key"].to_str().unwrap().ends_with("/T-1/1"));
    assert_eq!(body["lines"][0]["taxable_amount"], "10.00");
}

#[tokio::test]
async fn i4_an_engine_that_stumbles_is_asked_again() {
    let said = vec![(500, String::new()), (200, "no JSON".to_owned()), good()];
    let (fake, config) = Fake::start(said, Duration::ZERO).await;
    let shop = waiting(&config, 1).await;
    let replies = work(&config, &shop.bench, 1).await;
    assert_eq!((replies[0].state, replies[0].attempts), (State::Answered, 3));
    assert_eq!(fake.asked.load(Ordering::Relaxed), 3);
}

/// Every way to be of no use: what is said of it stands on the marked invoice.
#[tokio::test]
async fn i4_whatever_is_wrong_with_the_engine_the_table_bills_and_says_why() {
    let other = |body: Value| (200, body.to_string());
    let rates =
        |percent: &str| json!([{"tax_category": "standard", "rate_percent": percent, "code": "S"}]);
    let cases = [
        ((503, String::new()), Duration::ZERO, 3, "it answers 503 Service Unavailable"),
        ((404, String::new()), Duration::ZERO, 1, "it answers 404 Not Found"),
        ((302, String::new()), Duration::ZERO, 3, "it answers 302 Found"),
        (good(), Duration::from_secs(2), 3, "no answer within 300 ms"),
        ((200, "x".repeat(1_100_000)), Duration::ZERO, 3, "its answer is above 1048576 bytes"),
        (
            other(json!({"currency": "USD", "rates": []})),
            Duration::ZERO,
            3,
            "its answer can not be used: no rate for category `standard`",
        ),
        (
            other(json!({"currency": "EUR", "rates": rates("8")})),
            Duration::ZERO,
            3,
            "its answer can not be used: it answers in EUR what is asked in USD",
        ),
        (
            other(json!({"currency": "USD", "rates": rates("-8")})),
            Duration::ZERO,
            3,
            "its answer can not be read: `-8` must not be negative",
        ),
    ];
    for (said, slow, attempts, why) in cases {
        let (_fake, mut config) = Fake::start(vec![said], slow).await;
        if !slow.is_zero() {
            config.tax_engine.timeout_ms = 300;
        }
        let mut shop = waiting(&config, 1).await;
        let replies = work(&config, &shop.bench, 1).await;
        assert_eq!((replies[0].state, replies[0].attempts), (State::Failed, attempts), "{why}");
        let posted = shop.bench.tick().await.events::<InvoicePosted>();
        let marked = posted[0].tax_fallback.clone().unwrap();
        assert!(marked.starts_with(why), "{marked}");
        assert_eq!(posted[0].invoice.lines[0].tax_percent.to_string(), "8.875");
    }
}

#[tokio::test]
async fn i4_an_engine_that_is_not_there_is_one_that_fails() {
    let (_fake, mut config) = Fake::start(vec![good()], Duration::ZERO).await;
    config.tax_engine.url = Some("http://127.0.0.1:9/tax?key=hush".parse().unwrap());
    let mut shop = waiting(&config, 1).await;
    work(&config, &shop.bench, 1).await;
    let posted = shop.bench.tick().await.events::<InvoicePosted>();
    let why = posted[0].tax_fallback.clone().unwrap();
    assert!(why.starts_with("it is not reached: ") && !why.contains("hush"), "{why}");
}

/// The breaker: twenty invoices, and the engine is asked five times.
#[tokio::test]
async fn i4_an_engine_that_fails_again_and_again_is_left_alone() {
    let (fake, mut config) = Fake::start(vec![(500, String::new())], Duration::ZERO).await;
    (config.tax_engine.at_once, config.tax_engine.attempts) = (1, 1);
    let mut shop = waiting(&config, 20).await;
    work(&config, &shop.bench, 20).await;
    assert_eq!(fake.asked.load(Ordering::Relaxed), 5);
    let posted = shop.bench.tick().await.events::<InvoicePosted>();
    let alone = |event: &&InvoicePosted| {
        let why = event.tax_fallback.as_deref().unwrap();
        why.starts_with("it failed 5 times in a row and is left alone until ")
    };
    assert_eq!((posted.len(), posted.iter().filter(alone).count()), (20, 15));
}

#[tokio::test]
async fn i4_an_engine_that_refuses_one_question_is_asked_the_others() {
    let (fake, mut config) = Fake::start(vec![(422, String::new())], Duration::ZERO).await;
    config.tax_engine.at_once = 1;
    let shop = waiting(&config, 8).await;
    work(&config, &shop.bench, 8).await;
    assert_eq!(fake.asked.load(Ordering::Relaxed), 8);
}

/// A process that is killed leaves its question behind: it is taken up when its time is over.
#[tokio::test]
async fn i4_a_question_that_was_in_hand_when_the_process_was_killed_is_asked_again() {
    let (fake, mut config) = Fake::start(vec![good()], Duration::from_millis(200)).await;
    config.tax_engine.timeout_ms = 1_000;
    let shop = waiting(&config, 1).await;
    let database = shop.bench.database().clone();
    let asking = tax_engine::run(&config.tax_engine, database, CancellationToken::new());
    let in_hand = async {
        while fake.asked.load(Ordering::Relaxed) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = asking => panic!("nobody told it to stop"),
        () = in_hand => {}
    }
    assert_eq!(replies(&shop.bench).await[0].state, State::Trying);
    let replies = work(&config, &shop.bench, 1).await;
    assert_eq!((replies[0].state, replies[0].attempts), (State::Answered, 2));
    assert_eq!(fake.asked.load(Ordering::Relaxed), 2);
}
