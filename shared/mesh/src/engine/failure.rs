//! Messages that make their transaction fail.

use std::time::Instant;

use contracts::Reason;
use jiff::Timestamp;
use sea_orm::DbErr;

use super::{
    batch::Work, envelope::EnvelopeBuilder, error::Error, processed::Processed, runner::Engine,
    verdict::record,
};
use crate::{
    message::Inbound,
    store::{
        row,
        tables::{Attempt, Inbox, Parked},
        transaction::begin,
    },
};

impl Engine {
    /// A message that makes its transaction fail is counted in a transaction of its own, and
    /// dead-lettered after the configured number of failures (rules M3, M4).
    pub(super) async fn failed(
        &self,
        work: &Work,
        error: DbErr,
        now: Timestamp,
        begun: Instant,
    ) -> Result<Processed, Error> {
        let Some(inbound) = work.inbound.first() else { return Ok(Processed::default()) };
        let mut error = error;
        let first_failed_at = now;
        let mut failures = self.count_failure(inbound, now).await?;
        while failures < self.settings.attempts {
            match self.run_batch(work, now, begun).await {
                Err(Error::Permanent(again)) => error = again,
                other => return other,
            }
            failures = self.count_failure(inbound, now).await?;
        }
        let (code, reason) = (Reason::AttemptsExhausted, error.to_string());
        tracing::error!(
            service = self.name(), id = inbound.id, subject = inbound.subject, failures,
            %error, "message failed for good"
        );
        let tx = begin(&self.db).await?;
        let mut stamp = EnvelopeBuilder::new(self.name(), now, now, &self.position);
        stamp.dead_letter(inbound, code, &reason, Some((failures, first_failed_at)));
        row::upsert(&tx, &[record(inbound, code, &reason, now)]).await?;
        row::delete::<Parked>(&tx, [vec![inbound.id.clone().into()]]).await?;
        row::insert(&tx, &[Inbox { id: inbound.id.clone(), received_at: now }]).await?;
        let (outgoing, _) = stamp.write(&tx).await?;
        #[expect(clippy::disallowed_methods, reason = "the dead letter's own transaction")]
        tx.commit().await?;
        let mut done = Processed { outgoing, ..Processed::default() };
        done.tally.dead = 1;
        Ok(done)
    }

    async fn count_failure(&self, inbound: &Inbound, now: Timestamp) -> Result<u32, Error> {
        let tx = begin(&self.db).await?;
        let known: Vec<Attempt> = row::lock(&tx, "id", [inbound.id.clone()]).await?;
        let before = known.into_iter().next();
        let attempt = Attempt {
            id: inbound.id.clone(),
            failures: before.as_ref().map_or(0, |attempt| attempt.failures) + 1,
            first_failed_at: before.map_or(now, |attempt| attempt.first_failed_at),
        };
        row::upsert(&tx, [&attempt]).await?;
        #[expect(clippy::disallowed_methods, reason = "counted even though the batch fails")]
        tx.commit().await?;
        Ok(attempt.failures)
    }
}
