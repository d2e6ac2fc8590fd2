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

use super::{
    alarm::{Alarm, Turn},
    metrics,
    transport::{Failure, Transport},
};
use crate::{
    config::Config,
    deliveries::{
        leases, queue,
        rows::{Delivery, Lease},
    },
};

/// Documents that are read at a time.
const BURST: u64 = 32;

pub struct Lane<'a, T> {
    id: &'a WarehouseId,
    transport: T,
    config: &'a Config,
    db: DatabaseConnection,
    holder: String,
    breaker: Breaker,
    pauses: ExponentialBackoff,
    /// Nothing is sent before this time.
    not_before: Option<Timestamp>,
    alarm: Alarm,
    forgotten_at: Option<Timestamp>,
}

impl<'a, T: Transport> Lane<'a, T> {
    pub fn new(
        id: &'a WarehouseId,
        transport: T,
        config: &'a Config,
        db: DatabaseConnection,
        holder: String,
    ) -> Self {
        let breaker = Breaker::new(config.breaker_failures, config.breaker_open());
        let (pauses, not_before) = (pauses(config), None);
        let (alarm, forgotten_at) = (Alarm::default(), None);
        Self { id, transport, config, db, holder, breaker, pauses, not_before, alarm, forgotten_at }
    }

    pub async fn run(mut self, shutdown: CancellationToken) {
        loop {
            tokio::select! {
                () = shutdown.cancelled() => break,
                worked = self.work() => if let Err(error) = worked {
                    tracing::warn!(warehouse = %self.id, %error, "deliveries cannot be read");
                },
            }
            metrics::breaker(self.id, self.breaker.state(Timestamp::now()));
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = sleep(self.config.poll()) => {}
            }
        }
        if let Err(error) = leases::release(&self.db, &self.lease(Timestamp::now())).await {
            tracing::debug!(warehouse = %self.id, %error, "the lane is not given back");
        }
    }

    /// Delivers and collects, if the lane is this replica's.
    async fn work(&mut self) -> Result<(), DbErr> {
        if !self.holds_lease().await? {
            return Ok(());
        }
        self.transport.collect(&self.db, Timestamp::now()).await?;
        self.check_alarm().await?;
        self.forget().await?;
        while self.may_send(Timestamp::now()) {
            let pending = queue::pending(&self.db, self.id, BURST).await?;
            if pending.is_empty() {
                break;
            }
            for delivery in pending {
                if !self.holds_lease().await? || !self.send(&delivery).await? {
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

    async fn holds_lease(&self) -> Result<bool, DbErr> {
        let now = Timestamp::now();
        leases::hold(&self.db, &self.lease(now), now).await
    }

    fn may_send(&self, now: Timestamp) -> bool {
        self.not_before.is_none_or(|at| at <= now) && self.breaker.until(now).is_none()
    }

    /// Sends one document; returns whether the next one may follow.
    async fn send(&mut self, delivery: &Delivery) -> Result<bool, DbErr> {
        let sent = self.transport.deliver(delivery).await;
        let now = Timestamp::now();
        match sent {
            Ok(()) => {
                self.breaker.succeeded();
                self.pauses = pauses(self.config);
                self.not_before = None;
                queue::record_attempt(&self.db, delivery, None, now).await?;
                Ok(true)
            }
            Err(failure) => {
                self.failed(delivery, &failure, now);
                queue::record_attempt(&self.db, delivery, Some(&failure.reason), now).await?;
                Ok(false)
            }
        }
    }

    /// The documents behind a failed one wait too: a cancel must not come before what it cancels.
    fn failed(&mut self, delivery: &Delivery, failure: &Failure, now: Timestamp) {
        let Delivery { id, document, attempts, .. } = delivery;
        let (warehouse, reason) = (self.id, failure.reason.as_str());
        metrics::failed(self.id, failure.refused);
        let most = self.config.retry_most();
        let pause = if failure.refused {
            self.breaker.succeeded();
            tracing::error!(%warehouse, %id, document, attempts, reason, "a warehouse refuses");
            most
        } else {
            self.breaker.failed(now);
            tracing::warn!(%warehouse, %id, document, attempts, reason, "not delivered");
            self.pauses.next().unwrap_or(most)
        };
        if self.breaker.state(now) == State::Open {
            tracing::warn!(%warehouse, "failed too often: left alone for a while");
        }
        let pause = pause.max(failure.again_after.unwrap_or(Duration::ZERO));
        self.not_before = Some(now.checked_add(pause).unwrap_or(Timestamp::MAX));
    }

    /// Logs one error per fault: when the oldest document has waited too long.
    async fn check_alarm(&mut self) -> Result<(), DbErr> {
        let (pending, oldest) = queue::backlog(&self.db, self.id).await?;
        let warehouse = self.id;
        match self.alarm.check(oldest, Timestamp::now(), self.config.stuck_after()) {
            Some(Turn::Stuck) => {
                let since = oldest.map(|since| since.to_string());
                tracing::error!(%warehouse, pending, since, "a warehouse does not get its documents");
            }
            Some(Turn::Cleared) => {
                tracing::info!(%warehouse, "a warehouse gets its documents again")
            }
            None => {}
        }
        metrics::stuck(self.id, self.alarm.is_stuck);
        Ok(())
    }

    async fn forget(&mut self) -> Result<(), DbErr> {
        let now = Timestamp::now();
        let hour = jiff::SignedDuration::from_hours(1);
        if self.forgotten_at.is_some_and(|at| now.duration_since(at) < hour) {
            return Ok(());
        }
        self.forgotten_at = Some(now);
        queue::forget(&self.db, self.id, self.config.kept(), now).await
    }
}

/// Pauses that double each time, with jitter: replicas and warehouses that failed together do not come back
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
