//! The batch: decisions against the working set, and one transaction that commits state, record of
//! the messages, and outgoing messages together (rule M2). The only code that commits.

mod admit;
mod decide;
mod failure;
mod incoming;
mod stamp;
mod tick;

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

pub use crate::fault::Fault;
use crate::{
    DateLimits,
    erased::AnyService,
    manifest::Manifest,
    message::{Inbound, Key},
    nats::Link,
    outbox::Outgoing,
    progress::Progress,
    service::{Asker, Letter, Partners, QuestionError},
    tables,
};

/// What a batch is bound by.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long an event waits for the one before it, or for one of another aggregate.
    pub event_patience: Duration,
    /// How long a document waits for a reference that is not known yet.
    pub document_patience: Duration,
    /// Messages that one step takes from what is parked or set aside.
    pub step: u64,
    /// After so many failures for an unknown reason a message is dead-lettered.
    pub attempts: u32,
    /// Messages that may wait; when so many do, another does not.
    pub parked: u64,
    /// How far from the time at which it was taken a document may be dated.
    pub dates: DateLimits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            event_patience: Duration::from_secs(3600),
            document_patience: Duration::from_secs(10),
            step: 256,
            attempts: 5,
            parked: 100_000,
            dates: DateLimits::default(),
        }
    }
}

/// What one batch came to.
#[derive(Debug, Default)]
pub struct Processed {
    /// Committed messages on their way out, in order.
    pub outgoing: Vec<Outgoing>,
    /// Aggregates that have moved on: what waits for them can be taken up.
    pub advanced: BTreeSet<Key>,
    /// There is work for [`Service::due`](crate::Service::due).
    pub more_due: bool,
    /// Messages by what became of them.
    pub tally: Tally,
}

/// Messages of a batch by what became of them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Decided and committed.
    pub applied: u64,
    /// Of those: documents and commands that were answered by a refusal.
    pub refused: u64,
    /// Had come before.
    pub duplicate: u64,
    /// Wait for another.
    pub parked: u64,
    /// Can never work.
    pub dead: u64,
}

/// One service's decisions over one database.
#[derive(Debug)]
pub struct Engine {
    service: AnyService,
    pub(crate) db: DatabaseConnection,
    settings: Settings,
    partners: RwLock<Arc<Partners>>,
    position: AtomicI64,
    round: Mutex<tick::Round>,
    /// When the next step of upkeep is due.
    upkeep_due: Mutex<Option<Timestamp>>,
    /// Messages that wait: counted on each tick, and added to since.
    parked: AtomicU64,
    /// How far the streams are handled; `None` without streams, where all that was said is handed in.
    progress: Option<Progress>,
}

/// What a batch is made of.
#[derive(Debug, Default)]
struct Work {
    inbound: Vec<Inbound>,
    /// Take up what [`Service::due`](crate::Service::due) has.
    due: bool,
    /// The messages have waited as long as they may.
    last_chance: bool,
}

impl Engine {
    /// An engine over a migrated database.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn new(
        service: AnyService,
        db: DatabaseConnection,
        settings: Settings,
    ) -> Result<Self, DbErr> {
        let engine = Self {
            service,
            db,
            settings,
            partners: RwLock::default(),
            position: AtomicI64::new(0),
            round: Mutex::default(),
            upkeep_due: Mutex::default(),
            parked: AtomicU64::default(),
            progress: None,
        };
        engine.reload_partners().await?;
        engine.count_parked().await?;
        Ok(engine)
    }

    /// The engine of a service that reads streams: what is parked waits for them (rule M3).
    pub(crate) fn watched(self) -> Self {
        Self { progress: Some(Progress::default()), ..self }
    }

    /// The service's name.
    pub(crate) fn name(&self) -> &'static str {
        self.service.name()
    }

    /// The service's manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        self.service.manifest()
    }

    /// How far the streams are handled.
    pub(crate) fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref()
    }

    /// Messages that wait, about.
    pub(crate) fn parked_messages(&self) -> u64 {
        self.parked.load(Ordering::Relaxed)
    }

    /// How long a document waits for a reference that is not known yet.
    pub(crate) fn document_patience(&self) -> Duration {
        self.settings.document_patience
    }

    /// The partners as last read.
    #[must_use]
    pub fn partners(&self) -> Arc<Partners> {
        self.partners.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    async fn count_parked(&self) -> Result<(), DbErr> {
        self.parked.store(tables::parked(&self.db).await?, Ordering::Relaxed);
        Ok(())
    }

    /// Reads the partners again: another replica may have heard of one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reload_partners(&self) -> Result<(), DbErr> {
        let partners = tables::partners(&self.db).await?;
        *self.partners.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(partners);
        Ok(())
    }

    /// Handles delivered messages, and what they wake: parked messages and work set aside. When it
    /// returns `Ok`, all of them may be acknowledged.
    ///
    /// # Errors
    /// [`Fault::Surroundings`]: nothing of the failed step was used up; hand the batch in again.
    pub async fn handle(&self, inbound: Vec<Inbound>, now: Timestamp) -> Result<Processed, Fault> {
        let manifest = self.manifest();
        let inbound = inbound.into_iter().map(|one| one.translated(manifest)).collect();
        self.cascade(Work { inbound, ..Work::default() }, now).await
    }

    /// Answers a question.
    ///
    /// # Errors
    /// As the service answers.
    pub async fn answer(
        &self,
        question: &str,
        asker: &Asker,
        request: &[u8],
    ) -> Result<Value, QuestionError> {
        self.service.erased().answer(&self.db, question, asker, request).await
    }

    /// The service's own work beside the decisions.
    pub(crate) async fn beside(&self, link: Link, shutdown: CancellationToken) {
        let background = self.service.erased().background(self.db.clone(), shutdown.clone());
        let listen = self.service.erased().listen(self.db.clone(), link, shutdown);
        tokio::join!(background, listen);
    }

    /// Keeps the service's tables in bounds, when its time has come. After a failure the next tick
    /// tries again: two replicas may be at the same rows.
    async fn upkeep(&self, now: Timestamp) -> Result<(), DbErr> {
        let Some(every) = self.service.erased().upkeep_every() else { return Ok(()) };
        let due = *self.upkeep_due.lock().unwrap_or_else(PoisonError::into_inner);
        if due.is_some_and(|due| now < due) {
            return Ok(());
        }
        let tx = begin(&self.db).await?;
        self.service.erased().upkeep(&tx, now).await?;
        #[expect(clippy::disallowed_methods, reason = "upkeep decides nothing and sends nothing")]
        tx.commit().await?;
        *self.upkeep_due.lock().unwrap_or_else(PoisonError::into_inner) = Some(now + every);
        Ok(())
    }

    /// Tells the service's own figures.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn measure(&self, now: Timestamp) -> Result<(), DbErr> {
        self.service.erased().measure(&self.db, now).await
    }

    async fn cascade(&self, mut work: Work, now: Timestamp) -> Result<Processed, Fault> {
        let begun = Instant::now();
        let mut total = Processed::default();
        let mut keys = BTreeSet::new();
        let mut more_wait = false;
        loop {
            let done = self.step(work, now, begun).await?;
            // More may wait for a key than one step takes: it is asked for again, as long as that
            // leads anywhere.
            if !more_wait || done.tally.applied + done.tally.dead == 0 {
                keys.clear();
            }
            keys.extend(done.advanced.iter().cloned());
            let more_due = done.more_due;
            total.absorb(done);
            let waited_for: Vec<Key> = keys.iter().cloned().collect();
            let woken = tables::parked_for(&self.db, &waited_for, self.settings.step).await?;
            if woken.is_empty() && !more_due {
                return Ok(total);
            }
            more_wait = woken.len() as u64 == self.settings.step;
            let inbound = woken.into_iter().map(|parked| parked.into_inbound().0).collect();
            work = Work { inbound, due: more_due, last_chance: false };
        }
    }

    /// One transaction. A message that makes it fail is found by trying one by one.
    async fn step(&self, work: Work, now: Timestamp, begun: Instant) -> Result<Processed, Fault> {
        match self.commit(&work, now, begun).await {
            Ok(done) => Ok(done),
            Err(Fault::Message(error)) if work.inbound.len() == 1 && !work.due => {
                self.failed(&work, error, now, begun).await
            }
            Err(Fault::Message(error)) if work.inbound.is_empty() => {
                // Work set aside is the service's own: retried on the next tick, and loud.
                tracing::error!(service = self.name(), %error, "work set aside failed");
                Ok(Processed::default())
            }
            Err(Fault::Message(_)) => self.one_by_one(work, now, begun).await,
            Err(fault) => Err(fault),
        }
    }

    async fn one_by_one(
        &self,
        work: Work,
        now: Timestamp,
        begun: Instant,
    ) -> Result<Processed, Fault> {
        let mut total = Processed { more_due: work.due, ..Processed::default() };
        for message in work.inbound {
            let single = Work { inbound: vec![message], due: false, last_chance: work.last_chance };
            let done = match self.commit(&single, now, begun).await {
                Err(Fault::Message(error)) => self.failed(&single, error, now, begun).await?,
                other => other?,
            };
            total.absorb(done);
        }
        Ok(total)
    }

    async fn commit(
        &self,
        work: &Work,
        now: Timestamp,
        begun: Instant,
    ) -> Result<Processed, Fault> {
        let messages = work.inbound.len();
        let span = tracing::info_span!("batch", service = self.name(), messages);
        self.transaction(work, now, begun).instrument(span).await
    }

    /// What it says is said at its end, when its rows are locked: of two replicas that change one
    /// thing, the one that comes second says so with the later time.
    async fn transaction(
        &self,
        work: &Work,
        now: Timestamp,
        begun: Instant,
    ) -> Result<Processed, Fault> {
        let partners = self.partners();
        let tx = begin(&self.db).await?;
        let mut batch = decide::Batch::admit(self, &tx, work, &partners, now).await?;
        let mut set = batch.load(self.service.erased(), &tx).await?;
        batch.decide(self.service.erased(), &mut *set);
        set.save(&tx).await?;
        let (done, partners_changed) =
            batch.save(&tx, self.name(), &self.position, now + begun.elapsed()).await?;
        let letters: Vec<Letter<'_>> = done.outgoing.iter().filter_map(Outgoing::letter).collect();
        if !letters.is_empty() {
            self.service.erased().sending(&tx, &letters).await?;
        }
        #[expect(clippy::disallowed_methods, reason = "the one place that commits")]
        tx.commit().await?;
        self.parked.fetch_add(done.tally.parked, Ordering::Relaxed);
        if partners_changed && let Err(error) = self.reload_partners().await {
            // The batch is committed; the next tick reads them.
            tracing::debug!(service = self.name(), %error, "partners can not be read");
        }
        Ok(done)
    }
}

/// The next place in the outbox: microseconds, never the same twice in this process.
fn next_position(position: &AtomicI64, now: Timestamp) -> i64 {
    let now = now.as_microsecond();
    let next = |last: i64| Some(now.max(last + 1));
    let last = position.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next);
    now.max(last.unwrap_or(now) + 1)
}

/// Begins a transaction that may write: SQLite takes its write lock at once, so that it never has
/// to be refused half way.
///
/// # Errors
/// When the database fails.
pub(crate) async fn begin(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let immediate = Some(SqliteTransactionMode::Immediate);
    let options = TransactionOptions { sqlite_transaction_mode: immediate, ..Default::default() };
    db.begin_with_options(options).await
}

impl Processed {
    fn absorb(&mut self, other: Self) {
        self.outgoing.extend(other.outgoing);
        self.advanced.extend(other.advanced);
        self.more_due |= other.more_due;
        self.tally.applied += other.tally.applied;
        self.tally.refused += other.tally.refused;
        self.tally.duplicate += other.tally.duplicate;
        self.tally.parked += other.tally.parked;
        self.tally.dead += other.tally.dead;
    }
}
