//! Work that no delivery triggers: due work, expired waits, and parked messages that were not
//! woken.

use std::{sync::PoisonError, time::Duration};

use jiff::Timestamp;
use sea_orm::DbErr;

use super::{batch::Work, error::Error, processed::Processed, round::Round, runner::Engine};
use crate::{
    store::{
        singleton,
        tables::{self, Kind, Parked},
    },
    streams::progress,
};

/// Between two rounds over everything that is parked.
const ROUND: Duration = Duration::from_secs(3);

impl Engine {
    /// Takes up what was set aside, what has waited past its deadline, and, every few seconds,
    /// what is parked.
    ///
    /// # Errors
    /// As [`Engine::handle`].
    pub async fn tick(&self, now: Timestamp) -> Result<Processed, Error> {
        if let Err(error) = self.upkeep(now).await {
            tracing::warn!(service = self.name(), %error, "upkeep failed; it is tried again");
        }
        self.count_parked().await?;
        let expired = self.expired(now).await?;
        let mut total = Processed::default();
        if !expired.is_empty() {
            let inbound = expired.into_iter().map(|parked| parked.into_inbound().0).collect();
            total = self
                .process_until_idle(Work { inbound, due: false, last_chance: true }, now)
                .await?;
        }
        total.absorb(self.retry_parked(now).await?);
        let due = self.process_until_idle(Work { due: true, ..Work::default() }, now).await?;
        total.absorb(due);
        Ok(total)
    }

    /// Returns the parked messages whose wait is over, by the clock and by the progress on the
    /// streams.
    async fn expired(&self, now: Timestamp) -> Result<Vec<Parked>, DbErr> {
        let (db, step) = (&self.db, self.settings.max_rows_per_transaction);
        let Some(progress) = &self.progress else {
            return tables::parked_past(db, Kind::Any, now, step).await;
        };
        if self.parked_messages() == 0 {
            return Ok(Vec::new());
        }
        let common = progress::common(!self.manifest().documents.is_empty(), &self.partners());
        let mut expired = match progress.past_for_messages(&common, now) {
            Some(past) => tables::parked_past(db, Kind::Message, past, step).await?,
            None => Vec::new(),
        };
        let patience = self.settings.document_wait_timeout;
        for stream in progress.waiting() {
            if let Some(past) = progress.past_for_documents(&stream, &common, now, patience) {
                let documents = Kind::DocumentOf(&stream);
                expired.extend(tables::parked_past(db, documents, past, step).await?);
            }
        }
        Ok(expired)
    }

    /// Decides parked messages again, a step at a time. What they wait for wakes them right after
    /// it was committed; this is for those that this was kept from: by a crash or a fault between
    /// the two commits, or by another replica that parked just then (rules M2, M5).
    async fn retry_parked(&self, now: Timestamp) -> Result<Processed, Error> {
        let after = {
            let round = self.round.lock().unwrap_or_else(PoisonError::into_inner);
            if round.next.is_some_and(|next| now < next) {
                return Ok(Processed::default());
            }
            round.after.clone()
        };
        // Every replica would decide all of it, and wait for the others' locks.
        let step =
            singleton::run_exclusive(&self.db, "round", self.retry_step(&after, now)).await?;
        let Some((done, to)) = step else { return Ok(Processed::default()) };
        *self.round.lock().unwrap_or_else(PoisonError::into_inner) = to;
        Ok(done)
    }

    async fn retry_step(&self, after: &str, now: Timestamp) -> Result<(Processed, Round), Error> {
        let parked =
            tables::parked_after(&self.db, after, self.settings.max_rows_per_transaction).await?;
        let last =
            parked.last().filter(|_| parked.len() as u64 == self.settings.max_rows_per_transaction);
        let to = match last {
            Some(last) => Round { after: last.id.clone(), next: None },
            None => Round { after: String::new(), next: Some(now + ROUND) },
        };
        let mut done = Processed::default();
        if !parked.is_empty() {
            let inbound = parked.into_iter().map(|parked| parked.into_inbound().0).collect();
            done = self.process_until_idle(Work { inbound, ..Work::default() }, now).await?;
        }
        Ok((done, to))
    }
}
