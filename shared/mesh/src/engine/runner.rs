//! One service's decisions over one database: batches, and what they wake. The only code that
//! commits decisions.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DbErr};
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;

use super::{
    batch::{Batch, Surroundings, Work},
    error::Error,
    processed::Processed,
    round::Round,
    settings::Settings,
    translated::translated,
};
use crate::{
    any_service::AnyService,
    context::Partners,
    endpoint::{Asker, QuestionError},
    manifest::Manifest,
    message::{Inbound, Key},
    store::{
        outbox::{OutboundDocument, Outgoing},
        tables,
        transaction::begin,
    },
    streams::{connection::Connection, progress::Progress},
};

/// One service's decisions over one database.
#[derive(Debug)]
pub struct Engine {
    pub(super) service: AnyService,
    pub(crate) db: DatabaseConnection,
    pub(super) settings: Settings,
    partners: RwLock<Arc<Partners>>,
    pub(super) position: AtomicI64,
    pub(super) round: Mutex<Round>,
    /// When the next step of upkeep is due.
    upkeep_due: Mutex<Option<Timestamp>>,
    /// Messages that wait: counted on each tick, and added to since.
    parked: AtomicU64,
    /// How far the streams are handled; `None` without streams, where all that was said is handed in.
    pub(super) progress: Option<Progress>,
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
    pub(crate) fn document_wait_timeout(&self) -> Duration {
        self.settings.document_wait_timeout
    }

    /// The partners as last read.
    #[must_use]
    pub fn partners(&self) -> Arc<Partners> {
        self.partners.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) async fn count_parked(&self) -> Result<(), DbErr> {
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
    /// [`Error::Transient`]: nothing of the failed step was used up; hand the batch in again.
    pub async fn handle(&self, inbound: Vec<Inbound>, now: Timestamp) -> Result<Processed, Error> {
        let manifest = self.manifest();
        let inbound = inbound.into_iter().map(|one| translated(one, manifest)).collect();
        self.process_until_idle(Work { inbound, ..Work::default() }, now).await
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
    pub(crate) async fn run_background(&self, link: Connection, shutdown: CancellationToken) {
        let background = self.service.erased().background(self.db.clone(), shutdown.clone());
        let listen = self.service.erased().listen(self.db.clone(), link, shutdown);
        tokio::join!(background, listen);
    }

    /// Keeps the service's tables in bounds, when its time has come. After a failure the next tick
    /// tries again: two replicas may be at the same rows.
    pub(super) async fn upkeep(&self, now: Timestamp) -> Result<(), DbErr> {
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

    pub(super) async fn process_until_idle(
        &self,
        mut work: Work,
        now: Timestamp,
    ) -> Result<Processed, Error> {
        let begun = Instant::now();
        let mut total = Processed::default();
        let mut keys = BTreeSet::new();
        let mut more_wait = false;
        loop {
            let done = self.run(work, now, begun).await?;
            // More may wait for a key than one step takes: it is asked for again, as long as that
            // leads anywhere.
            if !more_wait || done.tally.applied + done.tally.dead == 0 {
                keys.clear();
            }
            keys.extend(done.advanced.iter().cloned());
            let more_due = done.more_due;
            total.absorb(done);
            let waited_for: Vec<Key> = keys.iter().cloned().collect();
            let woken =
                tables::parked_for(&self.db, &waited_for, self.settings.max_rows_per_transaction)
                    .await?;
            if woken.is_empty() && !more_due {
                return Ok(total);
            }
            more_wait = woken.len() as u64 == self.settings.max_rows_per_transaction;
            let inbound = woken.into_iter().map(|parked| parked.into_inbound().0).collect();
            work = Work { inbound, due: more_due, last_chance: false };
        }
    }

    /// One transaction. A message that makes it fail is found by trying one by one.
    async fn run(&self, work: Work, now: Timestamp, begun: Instant) -> Result<Processed, Error> {
        match self.run_batch(&work, now, begun).await {
            Ok(done) => Ok(done),
            Err(Error::Permanent(error)) if work.inbound.len() == 1 && !work.due => {
                self.failed(&work, error, now, begun).await
            }
            Err(Error::Permanent(error)) if work.inbound.is_empty() => {
                // Work set aside is the service's own: retried on the next tick, and loud.
                tracing::error!(service = self.name(), %error, "work set aside failed");
                Ok(Processed::default())
            }
            Err(Error::Permanent(_)) => self.run_each(work, now, begun).await,
            Err(fault) => Err(fault),
        }
    }

    async fn run_each(
        &self,
        work: Work,
        now: Timestamp,
        begun: Instant,
    ) -> Result<Processed, Error> {
        let mut total = Processed { more_due: work.due, ..Processed::default() };
        for message in work.inbound {
            let single = Work { inbound: vec![message], due: false, last_chance: work.last_chance };
            let done = match self.run_batch(&single, now, begun).await {
                Err(Error::Permanent(error)) => self.failed(&single, error, now, begun).await?,
                other => other?,
            };
            total.absorb(done);
        }
        Ok(total)
    }

    pub(super) async fn run_batch(
        &self,
        work: &Work,
        now: Timestamp,
        begun: Instant,
    ) -> Result<Processed, Error> {
        let messages = work.inbound.len();
        let span = tracing::info_span!("batch", service = self.name(), messages);
        self.in_transaction(work, now, begun).instrument(span).await
    }

    /// What it says is said at its end, when its rows are locked: of two replicas that change one
    /// thing, the one that comes second says so with the later time.
    async fn in_transaction(
        &self,
        work: &Work,
        now: Timestamp,
        begun: Instant,
    ) -> Result<Processed, Error> {
        let around = Surroundings {
            service: &self.service,
            settings: &self.settings,
            partners: self.partners(),
            now,
            crowded: self.parked_messages() >= self.settings.max_parked_messages,
        };
        let tx = begin(&self.db).await?;
        let mut batch = Batch::admit(around, &tx, work).await?;
        let mut set = batch.load(self.service.erased(), &tx).await?;
        batch.decide(self.service.erased(), &mut *set);
        set.save(&tx).await?;
        let (done, partners_changed) =
            batch.save(&tx, self.name(), &self.position, now + begun.elapsed()).await?;
        let documents: Vec<OutboundDocument<'_>> =
            done.outgoing.iter().filter_map(Outgoing::document).collect();
        if !documents.is_empty() {
            self.service.erased().before_commit(&tx, &documents).await?;
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
