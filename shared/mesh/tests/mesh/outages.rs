//! Tests of the mesh's rules M2, M3 and M7 with a real nats-server that is killed, or loses data,
//! while messages flow.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use async_nats::{
    HeaderMap,
    jetstream::consumer::{PullConsumer, pull},
};
use contracts::{
    PoNumber,
    event::{self, Event as _, OrderCompleted},
    subject,
};
use futures::{StreamExt as _, future::join_all};
use jiff::Timestamp;
use mesh::{
    AnyService, Connection, DatabaseConnection, Deps, Manifest, Outgoing, Service as _, config, db,
    engine::Settings,
    health::Health,
    row,
    topology::{self, Limits, Plan},
};
use sea_orm::ConnectionTrait as _;
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use testkit::{Bench, Database, Nats};

use crate::{
    toy::{MANY, Tick, Toy, order, partner},
    watching::until,
};

#[derive(Debug, Clone)]
struct Failure {
    id: String,
}
mesh::row!(Failure in "attempts" by (id: String) { id });

#[derive(Debug, Clone)]
struct Dead {
    id: String,
}
mesh::row!(Dead in "dead_letters" by (id: String) { id });

#[derive(Debug, Clone)]
struct Place {
    stream: String,
    id: String,
    stream_sequence: u64,
}
mesh::row!(Place in "stream_checkpoints" by (stream: String) { stream, id, stream_sequence });

/// The toy service on a server, and a publisher of its events.
pub(crate) struct World {
    nats: Nats,
    link: Connection,
    loads: Arc<AtomicU32>,
    due_fails: Arc<AtomicBool>,
    service: Option<JoinHandle<Result<(), mesh::Error>>>,
    health: Health,
    shutdown: CancellationToken,
    database: DatabaseConnection,
    home: Database,
    sent: Vec<(String, String, Vec<u8>)>,
}

impl World {
    /// Creates the server, its streams and the database, without starting the service.
    async fn idle() -> Self {
        let nats = Nats::start().unwrap();
        let home = Database::new();
        let database = db::connect(home.url(), "toy", db::Pool::of(2)).await.unwrap();
        db::migrate(Toy::MIGRATIONS, &database).await.unwrap();
        let link = Connection::connect(&nats.url(), None, "teller").await.unwrap();
        let world = Self {
            nats,
            link,
            loads: Arc::default(),
            due_fails: Arc::default(),
            service: None,
            health: Health::default(),
            shutdown: CancellationToken::new(),
            database,
            home,
            sent: Vec::new(),
        };
        world.ensure().await;
        world
    }

    async fn working() -> Self {
        let mut world = Self::idle().await;
        world.start();
        until("the service is ready", async || world.health.not_ready().is_empty()).await;
        world
    }

    /// Starts the service and waits until it has handled a message.
    pub(crate) async fn worked() -> Self {
        let mut world = Self::working().await;
        world.tell(0..1, 1, "ok").await;
        until("it is handled", async || world.handled().await.1 == 1).await;
        world.all_is_stored_once().await;
        world
    }

    async fn ensure(&self) {
        let mib = 64 << 20;
        let limits =
            Limits { events: mib, commands: mib, ingress: mib, egress: mib, dead_letters: mib };
        let settings = topology::Settings { replicas: 1, limits };
        let plan = Plan::mesh(&settings, &[Manifest::of::<Toy>()]);
        until("the streams are there", async || {
            topology::ensure(&self.link.jetstream, &plan).await.is_ok()
        })
        .await;
    }

    fn start(&mut self) {
        let deps = Deps {
            nats_url: self.nats.url(),
            seed: None,
            database_url: self.home.url().to_owned(),
            config: config::load("mesh", config::DEFAULTS, None).unwrap(),
            health: self.health.clone(),
            shutdown: self.shutdown.clone(),
        };
        let (loads, due_fails) = (self.loads.clone(), self.due_fails.clone());
        let toy = Toy { loads, due_fails, ..Toy::default() };
        #[expect(clippy::disallowed_methods, reason = "the service under test; `end` awaits it")]
        let service = tokio::spawn(mesh::run(AnyService::from(toy), deps));
        self.service = Some(service);
    }

    pub(crate) async fn end(mut self) {
        self.stop().await;
    }

    /// Stops the service. It can be [started](Self::start) again.
    async fn stop(&mut self) {
        self.shutdown.cancel();
        self.service.take().unwrap().await.unwrap().unwrap();
        (self.health, self.shutdown) = (Health::default(), CancellationToken::new());
    }

    async fn places(&self) -> Vec<Place> {
        row::fetch(&self.database, &row::select::<Place>()).await.unwrap()
    }

    /// Restores the server's files from a copy.
    fn set_back(&mut self, kept: &TempDir) {
        self.nats.kill().unwrap();
        self.nats.restore(kept).unwrap();
        self.nats.restart().unwrap();
    }

    /// Records and publishes the next event of each of these orders.
    async fn tell(&mut self, orders: std::ops::Range<u32>, sequence: u64, what: &str) {
        let from = self.sent.len();
        for number in orders {
            let order_id = order(number);
            let po_number = PoNumber::new(what).unwrap();
            let event = OrderCompleted { order_id, partner: partner(), po_number };
            let now = Timestamp::now();
            let payload = event::to_json(&event, sequence, now).unwrap();
            let (aggregate, id) = (OrderCompleted::AGGREGATE, event.id());
            let subject = subject::event(aggregate, OrderCompleted::NAME, &id);
            let ce_id = event::event_id(aggregate, &id, sequence).to_string();
            self.sent.push((subject, ce_id, payload));
        }
        self.repeat(from).await;
    }

    /// Publishes the recorded events from index `from` on, each until it is acknowledged.
    async fn repeat(&self, from: usize) {
        join_all(self.sent[from..].iter().map(|(subject, id, payload)| async move {
            until("an event is published", async || {
                let mut headers = HeaderMap::new();
                headers.insert("Nats-Msg-Id", id.as_str());
                let (subject, payload) = (subject.clone(), payload.clone().into());
                let sent = self.link.jetstream.publish_with_headers(subject, headers, payload);
                match sent.await {
                    Ok(acknowledged) => acknowledged.await.is_ok(),
                    Err(_) => false,
                }
            })
            .await;
        }))
        .await;
    }

    /// Returns the number of orders that were handled, and the number of times in total.
    async fn handled(&self) -> (usize, i64) {
        let ticks: Vec<Tick> =
            row::fetch(&self.database, &row::select::<Tick>()).await.unwrap_or_default();
        (ticks.len(), ticks.iter().map(|tick| tick.times).sum())
    }

    async fn outbox(&self) -> Vec<Outgoing> {
        row::fetch(&self.database, &row::select::<Outgoing>()).await.unwrap()
    }

    async fn confirmed(&self) -> bool {
        self.outbox().await.iter().all(|message| message.confirmed_at.is_some())
    }

    /// Returns the ids of the toy's events in the order of the stream.
    async fn stored(&self) -> Vec<String> {
        let stream = self.link.jetstream.get_stream(subject::EVENTS).await.unwrap();
        let config = pull::Config {
            filter_subject: subject::events_of("return"),
            ack_policy: async_nats::jetstream::consumer::AckPolicy::None,
            ..Default::default()
        };
        let mut consumer = stream.create_consumer(config).await.unwrap();
        let number = consumer.info().await.unwrap().num_pending;
        let messages = consumer.messages().await.unwrap();
        let messages = messages.take(usize::try_from(number).unwrap());
        let id = |message: &async_nats::jetstream::Message| {
            message.headers.as_ref().unwrap().get("Nats-Msg-Id").unwrap().to_string()
        };
        messages.map(|message| id(&message.unwrap())).collect().await
    }

    /// Waits until the outbox is confirmed, and asserts that the stream has each message once.
    async fn all_is_stored_once(&self) {
        until("all is confirmed", || self.confirmed()).await;
        let stored = self.stored().await;
        let ids: BTreeSet<String> = stored.iter().cloned().collect();
        let published: BTreeSet<String> = self.outbox().await.into_iter().map(|it| it.id).collect();
        assert_eq!((stored.len(), &ids), (published.len(), &published));
    }
}

/// M2: the server is killed twice while messages flow.
#[tokio::test(flavor = "multi_thread")]
async fn m2_a_killed_server_loses_and_repeats_nothing() {
    let mut world = World::working().await;
    for sequence in 1..=6 {
        world.tell(0..40, sequence, "ok").await;
        if sequence % 3 == 2 {
            world.nats.kill().unwrap();
            world.nats.restart().unwrap();
        }
    }
    until("all is handled", async || world.handled().await.1 >= 240).await;
    assert_eq!(world.handled().await, (40, 240));
    world.all_is_stored_once().await;
    world.end().await;
}

/// M7: the server is restored from an earlier copy. Messages acknowledged since then are lost, and
/// their sequence numbers are assigned again.
#[tokio::test(flavor = "multi_thread")]
async fn m7_what_a_restored_server_lost_is_published_again() {
    let mut world = World::working().await;
    world.tell(0..20, 1, "ok").await;
    until("the first are handled", async || world.handled().await.1 == 20).await;
    world.all_is_stored_once().await;
    world.nats.kill().unwrap();
    let earlier = world.nats.backup().unwrap();
    world.nats.restart().unwrap();
    let lost = world.sent.len();
    world.tell(0..20, 2, "ok").await;
    world.tell(20..40, 1, "ok").await;
    until("the second are handled", async || world.handled().await.1 == 60).await;
    world.all_is_stored_once().await;

    world.nats.kill().unwrap();
    world.nats.restore(&earlier).unwrap();
    world.nats.restart().unwrap();
    world.repeat(lost).await;
    world.tell(0..40, 3, "waits").await;
    until("all is published again", async || world.stored().await.len() >= 60).await;
    world.tell(20..40, 2, "ok").await;
    until("the third are handled", async || world.handled().await.1 >= 120).await;
    assert_eq!(world.handled().await, (40, 120));
    world.all_is_stored_once().await;
    world.end().await;
}

/// Runs two rounds of orders, each handled and confirmed, and stops the service. Returns a copy of
/// the server's files and the stream's checkpoint, both taken between the rounds.
async fn two_rounds() -> (World, TempDir, Vec<Place>) {
    let mut world = World::working().await;
    world.tell(0..20, 1, "ok").await;
    until("the first are handled", async || world.handled().await.1 == 20).await;
    world.all_is_stored_once().await;
    let places = world.places().await;
    world.nats.kill().unwrap();
    let earlier = world.nats.backup().unwrap();
    world.nats.restart().unwrap();
    world.tell(20..40, 1, "ok").await;
    until("the second are handled", async || world.handled().await.1 == 40).await;
    world.all_is_stored_once().await;
    world.stop().await;
    (world, earlier, places)
}

/// M7: the process is killed after it has confirmed messages, before it saves the checkpoint. Then
/// the stream is restored to a state that still has the saved checkpoint.
#[tokio::test(flavor = "multi_thread")]
async fn m7_a_place_behind_what_is_confirmed_hides_no_loss() {
    let (mut world, earlier, places) = two_rounds().await;
    row::upsert(&world.database, &places).await.unwrap();
    world.set_back(&earlier);
    world.start();
    until("all is published again", async || world.stored().await.len() >= 40).await;
    world.all_is_stored_once().await;
    world.end().await;
}

/// M7: the stream is restored and grows beyond its earlier end. New messages must not advance the
/// checkpoint before the lost ones are detected.
#[tokio::test(flavor = "multi_thread")]
async fn m7_a_newer_place_does_not_hide_that_the_stream_has_gone_back() {
    let (mut world, earlier, _) = two_rounds().await;
    world.set_back(&earlier);
    world.repeat(20).await;
    world.tell(40..80, 1, "ok").await;
    // A lost message that was published again by a process killed before the acknowledgement.
    let lost = world.outbox().await.into_iter().max_by_key(|it| it.stream_sequence).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("Nats-Msg-Id", lost.id.as_str());
    let (subject, payload) = (lost.subject.clone(), lost.payload.clone().into());
    let sent = world.link.jetstream.publish_with_headers(subject, headers, payload);
    let placed = sent.await.unwrap().await.unwrap().sequence;
    assert!(lost.stream_sequence.is_some_and(|before| before < placed), "{lost:?} {placed}");
    let published_at = Some(Timestamp::UNIX_EPOCH);
    let again =
        Outgoing { stream_sequence: Some(placed), published_at, confirmed_at: None, ..lost };
    row::upsert(&world.database, [&again]).await.unwrap();
    world.start();
    until("all is handled", async || world.handled().await.1 == 80).await;
    world.all_is_stored_once().await;
    world.end().await;
}

/// M7: a whole stream is lost with its durables, and the topology is applied again.
#[tokio::test(flavor = "multi_thread")]
async fn m7_a_lost_stream_is_published_again_and_changes_nothing() {
    let mut world = World::working().await;
    world.tell(0..20, 1, "ok").await;
    until("the first are handled", async || world.handled().await.1 == 20).await;
    world.all_is_stored_once().await;

    world.nats.kill().unwrap();
    world.nats.lose(subject::EVENTS).unwrap();
    world.nats.restart().unwrap();
    world.ensure().await;
    world.repeat(0).await;
    until("all is published again", async || world.stored().await.len() >= 20).await;
    world.tell(0..20, 2, "ok").await;
    until("the second are handled", async || world.handled().await.1 >= 40).await;
    assert_eq!(world.handled().await, (20, 40));
    world.all_is_stored_once().await;
    world.end().await;
}

/// M3: the database fails for a while.
#[tokio::test(flavor = "multi_thread")]
async fn m3_an_outage_of_the_database_uses_up_nothing() {
    let mut world = World::working().await;
    let hide = "ALTER TABLE ticks RENAME TO hidden";
    world.database.execute_unprepared(hide).await.unwrap();
    let before = world.loads.load(Ordering::Relaxed);
    world.tell(0..20, 1, "ok").await;
    // More attempts than a message is allowed.
    let tries = || world.loads.load(Ordering::Relaxed) - before;
    until("it was tried", async || tries() > 5).await;
    let back = "ALTER TABLE hidden RENAME TO ticks";
    world.database.execute_unprepared(back).await.unwrap();
    until("all is handled", async || world.handled().await.1 >= 20).await;
    assert_eq!(world.handled().await, (20, 20));
    let failures: Vec<Failure> =
        row::fetch(&world.database, &row::select::<Failure>()).await.unwrap();
    let dead: Vec<Dead> = row::fetch(&world.database, &row::select::<Dead>()).await.unwrap();
    assert_eq!((failures.len(), dead.len()), (0, 0), "{failures:?} {dead:?}");
    world.all_is_stored_once().await;
    world.end().await;
}

/// M3: loading due work fails, but deliveries are still handled.
#[tokio::test(flavor = "multi_thread")]
async fn m3_a_failing_tick_does_not_hold_up_deliveries() {
    let mut world = World::idle().await;
    world.due_fails.store(true, Ordering::Relaxed);
    world.start();
    world.tell(0..20, 1, "ok").await;
    until("all is handled", async || world.handled().await.1 == 20).await;
    world.all_is_stored_once().await;
    world.end().await;
}

/// M2: messages delivered to a killed process are redelivered at once, not after the server's
/// acknowledgement timeout.
#[tokio::test(flavor = "multi_thread")]
async fn m2_what_a_killed_process_was_given_comes_again() {
    let mut world = World::idle().await;
    let stream = world.link.jetstream.get_stream(subject::EVENTS).await.unwrap();
    let mut held: PullConsumer = stream.get_consumer("toy").await.unwrap();
    let mut config = held.cached_info().config.clone();
    config.ack_wait = Duration::from_secs(24 * 3600);
    stream.create_consumer(pull_config(config)).await.unwrap();
    world.tell(0..20, 1, "ok").await;
    // A fetch returns only the messages that are available at the moment.
    let mut given = 0;
    while given < 20 {
        let more = held.fetch().max_messages(20 - given).messages().await.unwrap();
        given += more.count().await;
    }
    assert_eq!(held.info().await.unwrap().num_ack_pending, 20);
    world.start();
    until("all is handled", async || world.handled().await.1 == 20).await;
    world.all_is_stored_once().await;
    world.end().await;
}

fn pull_config(config: async_nats::jetstream::consumer::Config) -> pull::Config {
    use async_nats::jetstream::consumer::FromConsumer as _;
    pull::Config::try_from_consumer_config(config).unwrap()
}

/// M9: one decision sends more messages than the client accepts without an acknowledgement.
#[tokio::test(flavor = "multi_thread")]
async fn m9_more_than_the_client_takes_at_once_is_published() {
    let mut world = World::working().await;
    world.tell(0..1, 1, "many").await;
    until("it is handled", async || world.handled().await.1 == 1).await;
    world.all_is_stored_once().await;
    assert_eq!(world.outbox().await.len(), MANY);
    world.end().await;
}

/// M10: a partner's stream that accepts nothing does not block the backlog of other streams.
#[tokio::test(flavor = "multi_thread")]
async fn m10_a_stream_that_takes_nothing_holds_up_no_other() {
    let mut world = World::idle().await;
    let url = Some(world.home.url().to_owned());
    let mut bench = Bench::with(Toy::default(), url, Settings::default()).await;
    let mut instruct = |number, what| {
        let po_number = PoNumber::new(what).unwrap();
        bench.numbered(&OrderCompleted { order_id: order(number), partner: partner(), po_number })
    };
    let mut messages: Vec<_> = (1..=1_200).map(|number| instruct(number, "tells")).collect();
    messages.push(instruct(0, "ok"));
    bench.deliver(messages).await;
    world.start();
    until("the event is published", async || world.stored().await.len() == 1).await;
    world.end().await;
}

/// A service is ready only when it is subscribed to its streams.
#[tokio::test(flavor = "multi_thread")]
async fn readiness_is_being_bound() {
    let mut world = World::idle().await;
    world.link.jetstream.delete_stream(subject::COMMANDS).await.unwrap();
    world.start();
    world.tell(0..1, 1, "ok").await;
    until("it works", async || world.handled().await.1 == 1).await;
    assert_eq!(world.health.not_ready(), ["toy"]);
    world.ensure().await;
    until("it is ready", async || world.health.not_ready().is_empty()).await;
    world.end().await;
}
