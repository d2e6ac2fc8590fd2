//! One service from start to end: migrate, bind, work, drain.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use contracts::{PartnerName, subject};
use jiff::Timestamp;
use metrics::gauge;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config, consume, db,
    engine::Engine,
    health::{Health, Part},
    metrics::{DEAD_LETTERS, OUTBOX_AGE, OUTBOX_PENDING, PARKED, label},
    nats::Link,
    questions,
    relay::{self, Relay},
    service::Service,
    tables,
};

/// Between looks at partners, figures and what may be pruned.
const UPKEEP: Duration = Duration::from_secs(1);
/// The same while the durables are not bound yet: the service is waited for.
const BINDING: Duration = Duration::from_millis(50);
/// Upkeep turns between prunings.
const PRUNE_EVERY: u64 = 600;

/// What a service runs on.
#[derive(Debug, Clone)]
pub struct Deps {
    /// The server's address.
    pub nats_url: String,
    /// The service's own nkey seed; none for a server without accounts.
    pub seed: Option<String>,
    /// Its database: `sqlite://…` or `postgres://…`.
    pub database_url: String,
    /// How its loop behaves.
    pub config: config::Mesh,
    /// Where it says that it is ready and alive.
    pub health: Health,
    /// Ends it.
    pub shutdown: CancellationToken,
}

/// Why a service could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its database can not be opened or migrated.
    #[error("{service}: the database can not be used")]
    Database {
        /// Which service.
        service: &'static str,
        /// What is wrong.
        #[source]
        source: DbErr,
    },
    /// NATS refuses it.
    #[error("{service}: NATS refuses the connection")]
    Nats {
        /// Which service.
        service: &'static str,
        /// What is wrong.
        #[source]
        source: async_nats::ConnectError,
    },
}

/// Runs a service until it is told to shut down, then finishes what it is at and publishes what is
/// committed, within the configured time. Correctness never needs that: a killed service goes on
/// where its last commit was.
///
/// # Errors
/// When it can not start.
pub async fn run<S: Service>(service: S, deps: Deps) -> Result<(), Error> {
    let name = S::CARD.service;
    let database = |source| Error::Database { service: name, source };
    let part = deps.health.part(name, Timestamp::now());
    let db = db::connect(&deps.database_url, name, deps.config.pool()).await.map_err(database)?;
    db::migrate::<S>(&db).await.map_err(database)?;
    let engine = Engine::new(service, db.clone(), deps.config.engine()).await.map_err(database)?;
    let engine = Arc::new(engine);
    let nats = |source| Error::Nats { service: name, source };
    let seed = deps.seed.as_deref();
    // Two connections: a burst of publishing must not hold up acknowledgements.
    let link = Link::connect(&deps.nats_url, seed, name).await.map_err(nats)?;
    let publishing = Link::connect(&deps.nats_url, seed, name).await.map_err(nats)?;

    let background = TaskTracker::new();
    let (relay, queue) = Relay::new();
    let publisher =
        background.track_future(relay::publish(name, publishing.clone(), db.clone(), queue));
    let publisher = spawn(publisher);
    let horizon = deps.config.durability_horizon();
    let _audit = spawn(relay::audit(name, publishing, db.clone(), horizon, deps.shutdown.clone()));
    for question in S::CARD.answers {
        let (engine, link, shutdown) = (engine.clone(), link.clone(), deps.shutdown.clone());
        drop(spawn(async move {
            if let Err(error) = questions::answer(engine, link, question, shutdown).await {
                tracing::error!(service = name, question, %error, "the question is not answered");
            }
        }));
    }
    let (deliveries, received) = mpsc::channel(consume::BATCH);
    let sources = Sources {
        link: link.clone(),
        deliveries,
        shutdown: deps.shutdown.clone(),
        pulled: BTreeMap::new(),
    };
    let (own, heard, shutdown) = (engine.clone(), link.clone(), deps.shutdown.clone());
    let _beside = spawn(async move { own.beside(heard, shutdown).await });
    let _upkeep = spawn(upkeep(engine.clone(), sources, part.clone(), deps.clone()));
    let work = async {
        consume::batches(&engine, &link, received, relay, &part, deps.shutdown.clone()).await;
        publisher.await.is_ok()
    };
    let too_late = async {
        deps.shutdown.cancelled().await;
        tokio::time::sleep(deps.config.drain()).await;
    };
    let drained = tokio::select! {
        drained = work => drained,
        () = too_late => false,
    };
    tracing::info!(service = name, drained, "stopped");
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a service's own tasks, ended by its token")]
fn spawn<F>(future: F) -> tokio::task::JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    tokio::spawn(future)
}

/// The durables that a service reads.
struct Sources {
    link: Link,
    deliveries: mpsc::Sender<consume::Delivery>,
    shutdown: CancellationToken,
    /// By stream; the token is cancelled once the durable was bound.
    pulled: BTreeMap<String, CancellationToken>,
}

impl Sources {
    fn ensure(&mut self, stream: String, durable: &'static str) {
        if !self.pulled.contains_key(&stream) {
            let bound = CancellationToken::new();
            self.pulled.insert(stream.clone(), bound.clone());
            let (link, deliveries) = (self.link.clone(), self.deliveries.clone());
            let source = consume::Source { link, stream, durable, bound };
            drop(spawn(consume::pull(source, deliveries, self.shutdown.clone())));
        }
    }

    /// Whether everything that the service reads was bound once; a partner's stream comes later.
    fn bound(&self) -> bool {
        let bound = |stream| self.pulled.get(stream).is_some_and(CancellationToken::is_cancelled);
        bound(subject::EVENTS) && bound(subject::COMMANDS)
    }
}

/// Binds the durables, those of new partners as they come, and keeps figures and tables in bounds.
async fn upkeep<S: Service>(
    engine: Arc<Engine<S>>,
    mut sources: Sources,
    part: Arc<Part>,
    deps: Deps,
) {
    let name = S::CARD.service;
    sources.ensure(subject::EVENTS.to_owned(), name);
    sources.ensure(subject::COMMANDS.to_owned(), name);
    for turn in 1_u64.. {
        if !S::CARD.documents.is_empty() {
            let partners: Vec<PartnerName> = engine.partners().keys().cloned().collect();
            for partner in partners {
                sources.ensure(subject::ingress_stream(&partner), name);
            }
        }
        if sources.bound() {
            part.ready();
        }
        let told = async {
            measure(name, &engine.db).await?;
            engine.measure(Timestamp::now()).await
        };
        if let Err(error) = told.await {
            tracing::debug!(service = name, %error, "figures can not be read");
        }
        if turn.is_multiple_of(PRUNE_EVERY) {
            let now = Timestamp::now();
            let outbox = now - deps.config.outbox_kept();
            let inbox = now - deps.config.inbox_kept();
            if let Err(error) = tables::prune(&engine.db, outbox, inbox).await {
                tracing::warn!(service = name, %error, "old rows could not be deleted");
            }
        }
        tokio::select! {
            () = deps.shutdown.cancelled() => return,
            () = tokio::time::sleep(if sources.bound() { UPKEEP } else { BINDING }) => {}
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
