//! One warehouse's lane: its documents in their order, one at a time, until they are taken.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use contracts::WarehouseId;
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DbErr,
    breaker::{Breaker, State},
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{Adapter, Failure, metrics};
use crate::{
    config::Config,
    deliveries::{self, Delivery, Lease},
};

/// Documents that are read at a time.
const BURST: u64 = 32;

/// A lane.
pub(super) struct Lane<'a, A> {
    id: &'a WarehouseId,
    adapter: A,
    config: &'a Config,
    db: DatabaseConnection,
    holder: String,
    breaker: Breaker,
    pauses: ExponentialBackoff,
    /// Before this, nothing is sent.
    not_before: Option<Timestamp>,
    alarm: Alarm,
    forgotten_at: Option<Timestamp>,
}

impl<'a, A: Adapter> Lane<'a, A> {
    pub fn new(
        id: &'a WarehouseId,
        adapter: A,
        config: &'a Config,
        db: DatabaseConnection,
        holder: String,
    ) -> Self {
        let breaker = Breaker::new(config.breaker_failures, config.breaker_open());
        let (pauses, not_before) = (pauses(config), None);
        let (alarm, forgotten_at) = (Alarm::default(), None);
        Self { id, adapter, config, db, holder, breaker, pauses, not_before, alarm, forgotten_at }
    }

    /// Works until it is told to stop.
    pub async fn run(mut self, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                worked = self.round() => if let Err(error) = worked {
                    tracing::warn!(warehouse = %self.id, %error, "deliveries cannot be read");
                },
            }
            metrics::breaker(self.id, self.breaker.state(Timestamp::now()));
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = sleep(self.config.poll()) => {}
            }
        }
        if let Err(error) = deliveries::let_go(&self.db, &self.lease(Timestamp::now())).await {
            tracing::debug!(warehouse = %self.id, %error, "the lane is not given back");
        }
    }

    /// What there is to do, where the lane is this replica's.
    async fn round(&mut self) -> Result<(), DbErr> {
        if !self.is_ours().await? {
            return Ok(());
        }
        self.adapter.collect(&self.db, Timestamp::now()).await?;
        self.look_for_stuck().await?;
        self.forget().await?;
        while self.may_send(Timestamp::now()) {
            let pending = deliveries::pending(&self.db, self.id, BURST).await?;
            if pending.is_empty() {
                break;
            }
            for delivery in pending {
                if !self.is_ours().await? || !self.send(&delivery).await? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn lease(&self, now: Timestamp) -> Lease {
        let held_until = now.checked_add(self.config.lease()).unwrap_or(now);
        Lease { warehouse_id: self.id.clone(), holder: self.holder.clone(), held_until }
    }

    async fn is_ours(&self) -> Result<bool, DbErr> {
        let now = Timestamp::now();
        deliveries::hold(&self.db, &self.lease(now), now).await
    }

    fn may_send(&self, now: Timestamp) -> bool {
        self.not_before.is_none_or(|at| at <= now) && self.breaker.until(now).is_none()
    }

    /// Sends one document; whether the next one may follow.
    async fn send(&mut self, delivery: &Delivery) -> Result<bool, DbErr> {
        let sent = self.adapter.deliver(delivery).await;
        let now = Timestamp::now();
        match sent {
            Ok(()) => {
                self.breaker.succeeded();
                self.pauses = pauses(self.config);
                self.not_before = None;
                deliveries::tried(&self.db, delivery, None, now).await?;
                Ok(true)
            }
            Err(failure) => {
                self.failed(delivery, &failure, now);
                deliveries::tried(&self.db, delivery, Some(&failure.why), now).await?;
                Ok(false)
            }
        }
    }

    /// What follows waits too: a cancel must not come before what it cancels.
    fn failed(&mut self, delivery: &Delivery, failure: &Failure, now: Timestamp) {
        let Delivery { id, document, attempts, .. } = delivery;
        let (warehouse, why) = (self.id, failure.why.as_str());
        metrics::failed(self.id, failure.refused);
        let most = self.config.retry_most();
        let pause = if failure.refused {
            self.breaker.succeeded();
            tracing::error!(%warehouse, %id, document, attempts, why, "a warehouse refuses");
            most
        } else {
            self.breaker.failed(now);
            tracing::warn!(%warehouse, %id, document, attempts, why, "not delivered");
            self.pauses.next().unwrap_or(most)
        };
        if self.breaker.state(now) == State::Open {
            tracing::warn!(%warehouse, "failed too often: left alone for a while");
        }
        let pause = pause.max(failure.again_after.unwrap_or(Duration::ZERO));
        self.not_before = Some(now.checked_add(pause).unwrap_or(Timestamp::MAX));
    }

    /// One error in the log per fault: when the oldest document has waited too long.
    async fn look_for_stuck(&mut self) -> Result<(), DbErr> {
        let (pending, oldest) = deliveries::backlog(&self.db, self.id).await?;
        let warehouse = self.id;
        match self.alarm.look(oldest, Timestamp::now(), self.config.stuck_after()) {
            Some(Turn::Stuck) => {
                let since = oldest.map(|since| since.to_string());
                tracing::error!(%warehouse, pending, since, "a warehouse does not get its documents");
            }
            Some(Turn::Again) => tracing::info!(%warehouse, "a warehouse gets its documents again"),
            None => {}
        }
        metrics::stuck(self.id, self.alarm.stuck);
        Ok(())
    }

    async fn forget(&mut self) -> Result<(), DbErr> {
        let now = Timestamp::now();
        let hour = jiff::SignedDuration::from_hours(1);
        if self.forgotten_at.is_some_and(|at| now.duration_since(at) < hour) {
            return Ok(());
        }
        self.forgotten_at = Some(now);
        deliveries::forget(&self.db, self.id, self.config.kept(), now).await
    }
}

/// What there is to tell.
#[derive(Debug, PartialEq, Eq)]
enum Turn {
    /// The oldest document has waited too long.
    Stuck,
    /// None has any more.
    Again,
}

/// Tells a fault once, and its end.
#[derive(Debug, Default)]
struct Alarm {
    stuck: bool,
}

impl Alarm {
    fn look(&mut self, oldest: Option<Timestamp>, now: Timestamp, after: Duration) -> Option<Turn> {
        let limit = now.checked_sub(after).ok();
        let stuck = oldest.zip(limit).is_some_and(|(oldest, limit)| oldest <= limit);
        let before = std::mem::replace(&mut self.stuck, stuck);
        match (before, stuck) {
            (false, true) => Some(Turn::Stuck),
            (true, false) => Some(Turn::Again),
            (true, true) | (false, false) => None,
        }
    }
}

/// Doubled each time, with jitter: replicas and warehouses that failed together do not come back
/// together. Jitter lengthens a pause by up to itself, so it is counted from half of the longest.
fn pauses(config: &Config) -> ExponentialBackoff {
    let most = config.retry_most() / 2;
    ExponentialBuilder::default()
        .with_min_delay(config.retry_first().min(most))
        .with_max_delay(most)
        .with_jitter()
        .without_max_times()
        .build()
}

#[cfg(test)]
mod tests;
