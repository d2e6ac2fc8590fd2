//! One service from start to end: migrate, bind, work, drain.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use contracts::{PartnerName, subject};
use futures::future::join_all;
use jiff::Timestamp;
use metrics::gauge;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use tokio::{sync::mpsc, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{
    config,
    health::{Health, Part},
    latch::Latch,
    metrics::{self as names, DEAD_LETTERS, OUTBOX_AGE, OUTBOX_PENDING, PARKED, label},
    questions, telemetry,
};
use crate::{
    any_service::AnyService,
    engine::Engine,
    store::{db, tables},
    streams::{
        connection::Connection,
        consume,
        publish::{self, Relay},
        verify, watch,
    },
};

/// Between looks at partners, figures and what may be pruned.
const UPKEEP: Duration = Duration::from_secs(1);
/// Turns of upkeep between two prunings.
const PRUNE_EVERY: u64 = 600;

/// The dependencies of a running service.
#[derive(Debug, Clone)]
pub struct Deps {
    pub nats_url: String,
    /// The service's own nkey seed; none for a server without accounts.
    pub seed: Option<String>,
    /// The database, as `sqlite://…` or `postgres://…`.
    pub database_url: String,
    pub config: config::Mesh,
    /// The probes to which the service reports.
    pub health: Health,
    pub shutdown: CancellationToken,
}

/// The reason that a service could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database cannot be opened or migrated.
    #[error("{service}: the database cannot be used")]
    Database {
        service: &'static str,
        #[source]
        source: DbErr,
    },
    /// NATS refuses the connection.
    #[error("{service}: NATS refuses the connection")]
    Nats {
        service: &'static str,
        #[source]
        source: async_nats::ConnectError,
    },
}

/// Runs a service until shutdown, then finishes its batch and publishes what is
/// committed, within the configured time. Correctness never needs that: a killed service goes on
/// where its last commit was. From the call on, `deps.health` counts it as not ready.
///
/// # Errors
/// When it cannot start.
pub fn run(
    service: AnyService,
    deps: Deps,
) -> impl Future<Output = Result<(), Error>> + Send + 'static {
    let part = deps.health.part(service.name(), Timestamp::now());
    async move {
        let begun = Running::begin(service, &deps).await?;
        begun.until_shut_down(part, deps).await;
        Ok(())
    }
}

/// A service that is at work.
struct Running {
    engine: Arc<Engine>,
    /// For deliveries, acknowledgements and questions.
    link: Connection,
    /// For publishing: a burst of it must not hold up acknowledgements.
    publishing: Connection,
}

impl Running {
    async fn begin(service: AnyService, deps: &Deps) -> Result<Self, Error> {
        let name = service.name();
        if let Err(error) = telemetry::collect() {
            tracing::debug!(service = name, %error, "metrics are not collected");
        }
        names::begin(name, &service.manifest().endpoints);
        let database = |source| Error::Database { service: name, source };
        let pool = deps.config.pool();
        let db = db::connect(&deps.database_url, name, pool).await.map_err(database)?;
        db::migrate(service.migrations(), &db).await.map_err(database)?;
        let engine = Engine::new(service, db, deps.config.engine()).await.map_err(database)?;
        let nats = |source| Error::Nats { service: name, source };
        let connect = || Connection::connect(&deps.nats_url, deps.seed.as_deref(), name);
        let (link, publishing) = (connect().await.map_err(nats)?, connect().await.map_err(nats)?);
        Ok(Self { engine: Arc::new(engine.watched()), link, publishing })
    }

    async fn until_shut_down(self, part: Arc<Part>, deps: Deps) {
        let Self { engine, link, publishing } = self;
        let (name, db, shutdown) = (engine.name(), engine.db.clone(), deps.shutdown.clone());
        let mut tasks = JoinSet::new();
        let (relay, queue) = Relay::new();
        tasks.spawn(publish::publish(name, publishing.clone(), db.clone(), queue));
        let horizon = deps.config.durability_horizon();
        tasks.spawn(verify::verify(name, publishing.clone(), db, horizon, shutdown.clone()));
        let subscribed = answer_questions(&engine, &link, &shutdown, &mut tasks);
        let batch = deps.config.max_messages_per_batch();
        let (deliveries, received) = mpsc::channel(batch);
        let sources = Sources {
            link: link.clone(),
            deliveries,
            batch,
            shutdown: shutdown.clone(),
            pulled: BTreeMap::new(),
            pulling: JoinSet::new(),
        };
        let (own, heard, until) = (engine.clone(), link.clone(), shutdown.clone());
        tasks.spawn(async move { own.run_background(heard, until).await });
        let (own, heard, until) = (engine.clone(), link.clone(), shutdown.clone());
        tasks.spawn(async move { watch::watch(&own, &heard, until).await });
        tasks.spawn(upkeep(engine.clone(), sources, subscribed, part.clone(), deps.clone()));
        let consumed = consume::Batches { engine: &engine, link: &link, part: &part, size: batch };
        let work = async {
            consumed.run(received, relay, shutdown.clone()).await;
            // The publisher ends with the relay, every other task with the token.
            while tasks.join_next().await.is_some() {}
        };
        let too_late = async {
            shutdown.cancelled().await;
            tokio::time::sleep(deps.config.drain()).await;
        };
        let drained = tokio::select! {
            () = work => true,
            () = too_late => false,
        };
        tasks.shutdown().await;
        tokio::join!(link.close(), publishing.close());
        tracing::info!(service = name, drained, "stopped");
    }
}

/// Answers every question of the service. The latches open once the server passes questions on.
fn answer_questions(
    engine: &Arc<Engine>,
    link: &Connection,
    shutdown: &CancellationToken,
    tasks: &mut JoinSet<()>,
) -> Vec<Latch> {
    let answer = |question: &'static str| {
        let (engine, link, shutdown) = (engine.clone(), link.clone(), shutdown.clone());
        let subscribed = Latch::default();
        let opens = subscribed.clone();
        tasks.spawn(async move {
            let name = engine.name();
            let answered = questions::answer(engine, link, question, opens, shutdown);
            if let Err(error) = answered.await {
                tracing::error!(service = name, question, %error, "it is not answered");
            }
        });
        subscribed
    };
    engine.manifest().endpoints.iter().copied().map(answer).collect()
}

/// The durables that a service reads.
struct Sources {
    link: Connection,
    deliveries: mpsc::Sender<consume::Delivery>,
    /// Messages in the channel and in one batch.
    batch: usize,
    shutdown: CancellationToken,
    /// By stream; the latch opens once the durable was bound.
    pulled: BTreeMap<String, Latch>,
    pulling: JoinSet<()>,
}

impl Sources {
    fn ensure(&mut self, stream: String, durable: &'static str) {
        if !self.pulled.contains_key(&stream) {
            let bound = Latch::default();
            self.pulled.insert(stream.clone(), bound.clone());
            let (link, deliveries) = (self.link.clone(), self.deliveries.clone());
            let source = consume::Source { link, stream, durable, bound, batch: self.batch };
            self.pulling.spawn(consume::pull(source, deliveries, self.shutdown.clone()));
        }
    }

    /// Waits until everything that the service reads was bound once; a partner's stream comes
    /// later.
    async fn bound(&self) {
        for stream in [subject::EVENTS, subject::COMMANDS] {
            if let Some(bound) = self.pulled.get(stream) {
                bound.opened().await;
            }
        }
    }
}

/// Binds the durables, those of new partners as they come, and keeps figures and tables in bounds.
async fn upkeep(
    engine: Arc<Engine>,
    mut sources: Sources,
    subscribed: Vec<Latch>,
    part: Arc<Part>,
    deps: Deps,
) {
    let name = engine.name();
    sources.ensure(subject::EVENTS.to_owned(), name);
    sources.ensure(subject::COMMANDS.to_owned(), name);
    let mut reached = false;
    for turn in 1_u64.. {
        if !engine.manifest().documents.is_empty() {
            let partners: Vec<PartnerName> = engine.partners().keys().cloned().collect();
            for partner in partners {
                sources.ensure(subject::ingress_stream(&partner), name);
            }
        }
        let told = async {
            measure(name, &engine.db).await?;
            engine.measure(Timestamp::now()).await
        };
        if let Err(error) = told.await {
            tracing::debug!(service = name, %error, "figures cannot be read");
        }
        if let Ok(figures) = telemetry::collect() {
            // Measurements that are never collected would pile up.
            figures.run_upkeep();
        }
        if turn.is_multiple_of(PRUNE_EVERY) {
            let now = Timestamp::now();
            let outbox = now - deps.config.outbox_kept();
            let inbox = now - deps.config.inbox_kept();
            if let Err(error) = tables::prune(&engine.db, outbox, inbox).await {
                tracing::warn!(service = name, %error, "old rows could not be deleted");
            }
        }
        let binding = async {
            sources.bound().await;
            join_all(subscribed.iter().map(Latch::opened)).await;
        };
        tokio::select! {
            () = deps.shutdown.cancelled() => {
                while sources.pulling.join_next().await.is_some() {}
                return;
            }
            () = binding, if !reached => {
                reached = true;
                part.ready();
            }
            () = tokio::time::sleep(UPKEEP) => {}
        }
    }
}

/// Service-level figures come from the database, not from increments.
async fn measure(service: &'static str, db: &DatabaseConnection) -> Result<(), DbErr> {
    let sql = "SELECT (SELECT COUNT(*) FROM outbox WHERE stream_sequence IS NULL) AS pending, \
               (SELECT MIN(position) FROM outbox WHERE stream_sequence IS NULL) AS oldest, \
               (SELECT COUNT(*) FROM parked) AS parked, \
               (SELECT COUNT(*) FROM dead_letters WHERE open) AS dead";
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let Some(row) = db.query_one_raw(statement).await? else { return Ok(()) };
    let oldest: Option<i64> = row.try_get("", "oldest")?;
    let age = oldest.map_or(0, |oldest| Timestamp::now().as_microsecond() - oldest);
    let set = |name, value: i64| {
        #[expect(clippy::cast_precision_loss, reason = "a gauge is a float")]
        gauge!(name, label::SERVICE => service).set(value as f64);
    };
    set(OUTBOX_PENDING, row.try_get("", "pending")?);
    set(OUTBOX_AGE, age / 1_000_000);
    set(PARKED, row.try_get("", "parked")?);
    set(DEAD_LETTERS, row.try_get("", "dead")?);
    Ok(())
}
