//! Documents that wait for missing data (rules M3, M5) on a real nats-server, during outages and
//! under load; and the start and stop of a service that answers questions.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use contracts::{
    Partner, PartnerName, Role,
    event::{self, Event as _, PartnerUpdated},
    subject,
};
use futures::{StreamExt as _, stream};
use jiff::Timestamp;
use mesh::{
    AnyService, Connection, DatabaseConnection, Deps, Manifest, Service as _, config, db,
    health::Health,
    row,
    topology::{self, Limits, Plan},
};
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use testkit::{Database, Nats};

use crate::{
    intake::{Answered, Intake, Known, QUESTION},
    watching::{Log, until},
};

/// The time that a document waits for missing data.
const PATIENCE: Duration = Duration::from_secs(2);
/// An outage longer than [`PATIENCE`].
const OUTAGE: Duration = Duration::from_secs(4);

#[derive(Debug, Clone)]
struct Waits {
    id: String,
}
mesh::row!(Waits in "parked" by (id: String) { id });

/// The intake service on a server, with a buyer and an ERP.
struct World {
    nats: Nats,
    link: Connection,
    database: DatabaseConnection,
    home: Database,
    millis: Arc<AtomicU64>,
    service: Option<(JoinHandle<Result<(), mesh::Error>>, CancellationToken)>,
}

impl World {
    async fn new() -> Self {
        let nats = Nats::start().unwrap();
        let home = Database::new();
        let database = db::connect(home.url(), Intake::NAME, db::Pool::of(2)).await.unwrap();
        db::migrate(Intake::MIGRATIONS, &database).await.unwrap();
        let link = Connection::connect(&nats.url(), None, "teller").await.unwrap();
        let mib = 64 << 20;
        let limits =
            Limits { events: mib, commands: mib, ingress: mib, egress: mib, dead_letters: mib };
        let settings = topology::Settings { replicas: 1, limits };
        let partners = [("acme", Role::Buyer), ("erp", Role::Erp)];
        let partners = partners.map(|(name, role)| (PartnerName::new(name).unwrap(), role));
        let plan = partners
            .iter()
            .fold(Plan::mesh(&settings, &[Manifest::of::<Intake>()]), |plan, (name, _)| {
                plan.and(Plan::partner(&settings, &[Manifest::of::<Intake>()], name))
            });
        topology::ensure(&link.jetstream, &plan).await.unwrap();
        let world = Self { nats, link, database, home, millis: Arc::default(), service: None };
        for (partner, role) in partners {
            let record = Partner::new(partner.clone(), vec![role]);
            let updated = PartnerUpdated { partner, record };
            let payload = event::to_json(&updated, 1, Timestamp::now()).unwrap();
            let (aggregate, name) = (PartnerUpdated::AGGREGATE, PartnerUpdated::NAME);
            world.publish(subject::event(aggregate, name, &updated.id()), payload).await;
        }
        world
    }

    async fn working() -> Self {
        let mut world = Self::new().await;
        world.start().await;
        world
    }

    /// Starts the service and waits until it is ready.
    async fn start(&mut self) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ordermesh.toml");
        let text = format!("[mesh]\ndocument_wait_timeout_seconds = {}\n", PATIENCE.as_secs());
        std::fs::write(&file, text).unwrap();
        let (health, shutdown) = (Health::default(), CancellationToken::new());
        let deps = Deps {
            nats_url: self.nats.url(),
            seed: None,
            database_url: self.home.url().to_owned(),
            config: config::load("mesh", config::DEFAULTS, Some(&file)).unwrap(),
            health: health.clone(),
            shutdown: shutdown.clone(),
        };
        let running = mesh::run(AnyService::from(Intake { millis: self.millis.clone() }), deps);
        #[expect(clippy::disallowed_methods, reason = "the service under test; `stop` awaits it")]
        let service = tokio::spawn(running);
        self.service = Some((service, shutdown));
        until("the service is ready", async || health.not_ready().is_empty()).await;
    }

    async fn stop(&mut self) {
        let (service, shutdown) = self.service.take().unwrap();
        shutdown.cancel();
        service.await.unwrap().unwrap();
    }

    async fn publish(&self, subject: String, payload: Vec<u8>) {
        let sent = self.link.jetstream.publish(subject, payload.into()).await.unwrap();
        sent.await.unwrap();
    }

    async fn customer(&self, customer_id: &str) {
        let subject = subject::ingress(&PartnerName::new("erp").unwrap(), "customer");
        let body = json!({ "customer_id": customer_id }).to_string();
        self.publish(subject, body.into_bytes()).await;
    }

    /// Publishes records of customers that no order names.
    async fn customers(&self, number: u32) {
        let each = (0..number).map(|number| async move {
            self.customer(&format!("N-{number}")).await;
        });
        stream::iter(each).buffer_unordered(64).collect::<()>().await;
    }

    async fn order(&self, po_number: &str, customer_id: &str) {
        let subject = subject::ingress(&PartnerName::new("acme").unwrap(), "order");
        let body = json!({ "po_number": po_number, "customer_id": customer_id }).to_string();
        self.publish(subject, body.into_bytes()).await;
    }

    async fn waiting(&self) -> usize {
        let waits: Vec<Waits> =
            row::fetch(&self.database, &row::select::<Waits>()).await.unwrap_or_default();
        waits.len()
    }

    async fn outcome(&self, po_number: &str) -> Option<String> {
        let found: Vec<Answered> =
            row::find(&self.database, "po_number", [po_number.to_owned()]).await.unwrap();
        found.into_iter().next().map(|answered| answered.outcome)
    }

    /// Waits for the answer to an order and returns it.
    async fn answered(&self, po_number: &str) -> String {
        until("the order is answered", async || self.outcome(po_number).await.is_some()).await;
        self.outcome(po_number).await.unwrap()
    }
}

/// The mesh is down for longer than a document waits, and the missing record arrives meanwhile.
#[tokio::test(flavor = "multi_thread")]
async fn m3_an_outage_of_the_mesh_uses_up_no_patience() {
    let mut world = World::working().await;
    world.order("PO-1", "C-1").await;
    until("it waits", async || world.waiting().await == 1).await;
    world.stop().await;
    tokio::time::sleep(OUTAGE).await;
    world.customer("C-1").await;
    world.start().await;
    assert_eq!(world.answered("PO-1").await, "accepted");
    world.stop().await;
}

/// The server is suspended for as long, and messages sent meanwhile arrive afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn m3_a_frozen_server_uses_up_no_patience() {
    let mut world = World::working().await;
    world.order("PO-1", "C-1").await;
    until("it waits", async || world.waiting().await == 1).await;
    world.nats.freeze().unwrap();
    tokio::time::sleep(OUTAGE).await;
    assert_eq!(world.outcome("PO-1").await, None);
    world.nats.thaw().unwrap();
    world.customer("C-1").await;
    assert_eq!(world.answered("PO-1").await, "accepted");
    world.stop().await;
}

/// An order is refused after the full waiting time, counted again from the end of an outage.
#[tokio::test(flavor = "multi_thread")]
async fn m3_what_never_comes_is_told_a_patience_after_the_streams_were_passed() {
    let mut world = World::working().await;
    let begun = Instant::now();
    world.order("PO-1", "C-1").await;
    assert_eq!(world.answered("PO-1").await, "refused");
    assert!(begun.elapsed() >= PATIENCE, "{:?}", begun.elapsed());
    world.order("PO-2", "C-1").await;
    until("it waits", async || world.waiting().await == 1).await;
    world.stop().await;
    tokio::time::sleep(OUTAGE).await;
    let begun = Instant::now();
    world.start().await;
    assert_eq!(world.answered("PO-2").await, "refused");
    assert!(begun.elapsed() >= PATIENCE, "{:?}", begun.elapsed());
    world.stop().await;
}

/// The record is behind so many others in its stream that it takes longer than a document waits.
#[tokio::test(flavor = "multi_thread")]
async fn m3_what_lies_behind_a_flood_is_waited_for() {
    let mut world = World::new().await;
    world.customers(4_000).await;
    world.customer("C-1").await;
    world.millis.store(300, Ordering::Relaxed);
    world.order("PO-1", "C-1").await;
    world.start().await;
    let begun = Instant::now();
    assert_eq!(world.answered("PO-1").await, "accepted");
    assert!(begun.elapsed() > PATIENCE, "it was not behind: {:?}", begun.elapsed());
    world.stop().await;
}

/// The ERP sends records faster than the service handles them.
#[tokio::test(flavor = "multi_thread")]
async fn m3_a_flood_without_an_end_does_not_make_a_document_wait_for_ever() {
    let mut world = World::working().await;
    world.millis.store(100, Ordering::Relaxed);
    world.customers(500).await;
    world.order("PO-1", "C-1").await;
    let flood = async {
        // Faster than the service handles them, but too slow to fill the stream during the test.
        loop {
            world.customers(500).await;
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    };
    let outcome = tokio::select! {
        () = flood => unreachable!("it has no end"),
        outcome = world.answered("PO-1") => outcome,
    };
    assert_eq!(outcome, "refused");
    let known: Vec<Known> = row::fetch(&world.database, &row::select::<Known>()).await.unwrap();
    assert!(!known.is_empty());
    world.stop().await;
}

/// A process that reports ready answers questions at that moment.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_ready_answers_questions() {
    let mut world = World::new().await;
    for _ in 0..5 {
        world.start().await;
        let subject = subject::question(QUESTION, subject::OPERATOR);
        let answer = world.link.client.request(subject, "{}".into()).await.unwrap();
        let answer: Value = serde_json::from_slice(&answer.payload).unwrap();
        assert_eq!(answer, json!({}));
        world.stop().await;
    }
}

/// A clean stop ends the services before the server, so their connections are closed by then.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_has_stopped_does_not_mind_the_end_of_the_server() {
    let log = Log::default();
    let logs = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone());
    tracing::subscriber::set_global_default(logs.finish()).unwrap();
    let mut world = World::working().await;
    world.stop().await;
    world.nats.kill().unwrap();
    // Longer than it takes to log a lost connection.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("stopped"), "{text}");
    let its = |line: &&str| line.contains("WARN") && line.contains(Intake::NAME);
    assert_eq!(text.lines().filter(its).collect::<Vec<_>>(), [""; 0]);
}
