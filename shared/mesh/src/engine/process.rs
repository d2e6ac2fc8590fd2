//! Batches, one transaction each, until they wake nothing more. The only code that commits decisions.

use std::{collections::BTreeSet, sync::atomic::Ordering, time::Instant};

use jiff::Timestamp;
use tracing::Instrument as _;

use super::{
    batch::{Batch, Surroundings, Work},
    error::Error,
    processed::Processed,
    runner::Engine,
};
use crate::{
    message::Key,
    store::{
        outbox::{OutboundDocument, Outgoing},
        tables,
        transaction::begin,
    },
};

impl Engine {
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
            // More messages may wait for a key than one step takes: the key is looked up again as
            // long as that makes progress.
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
                // Due work belongs to the service itself; the next tick retries it.
                tracing::error!(service = self.name(), %error, "due work failed");
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

    /// Runs one batch in one transaction. The time of its events is taken at the end, when its rows
    /// are locked: of two replicas that change the same thing, the second one publishes the later
    /// time.
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
            tracing::debug!(service = self.name(), %error, "partners cannot be read");
        }
        Ok(done)
    }
}
