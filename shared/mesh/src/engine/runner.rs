//! One service's decisions over one database.

use std::{
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use sea_orm::{DatabaseConnection, DbErr};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    batch::Work, error::Error, processed::Processed, round::Round, settings::Settings,
    translated::translated,
};
use crate::{
    any_service::AnyService,
    context::Partners,
    endpoint::{Asker, QuestionError},
    manifest::Manifest,
    message::Inbound,
    store::{tables, transaction::begin},
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
    /// The time at which the next upkeep step is due.
    upkeep_due: Mutex<Option<Timestamp>>,
    /// The parked messages at the last tick, plus those parked since.
    pub(super) parked: AtomicU64,
    /// The progress on each stream; `None` if messages are handed in without streams.
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

    pub(crate) fn name(&self) -> &'static str {
        self.service.name()
    }

    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        self.service.manifest()
    }

    /// The progress on each stream.
    pub(crate) fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref()
    }

    /// An estimate of the number of parked messages.
    pub(crate) fn parked_messages(&self) -> u64 {
        self.parked.load(Ordering::Relaxed)
    }

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

    /// Reads the partners again: another replica may have recorded one.
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

    /// Answers one request for a question.
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

    /// Runs the service's work outside the decisions.
    pub(crate) async fn run_background(&self, link: Connection, shutdown: CancellationToken) {
        self.service.erased().background(self.db.clone(), link, shutdown).await;
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

    /// Reports the service's own metrics.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn measure(&self, now: Timestamp) -> Result<(), DbErr> {
        self.service.erased().measure(&self.db, now).await
    }
}
