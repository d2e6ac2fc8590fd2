//! Live and ready. Live: each loop has turned lately; it asks neither database nor NATS, or an
//! outage of theirs would restart the whole mesh. Ready: migrated, bound, reached by questions, and
//! not draining.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use tokio::sync::Notify;

/// After so long without a turn a loop is taken for dead.
const PATIENCE: Duration = Duration::from_secs(60);

/// The health of a process: of all its services together.
#[derive(Debug, Clone, Default)]
pub struct Health {
    parts: Arc<Mutex<Vec<Arc<Part>>>>,
    draining: Arc<AtomicBool>,
    /// Told of every part that becomes ready.
    changed: Arc<Notify>,
}

/// One service's part of it.
#[derive(Debug)]
pub struct Part {
    name: &'static str,
    ready: AtomicBool,
    turned_at: AtomicI64,
    changed: Arc<Notify>,
}

impl Health {
    /// Adds a service, which is live and not ready yet.
    #[must_use]
    pub fn part(&self, name: &'static str, now: Timestamp) -> Arc<Part> {
        let part = Arc::new(Part {
            name,
            ready: AtomicBool::new(false),
            turned_at: AtomicI64::new(now.as_second()),
            changed: self.changed.clone(),
        });
        self.parts.lock().unwrap_or_else(PoisonError::into_inner).push(part.clone());
        part
    }

    /// From now on the process is not ready: it is going away.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Returns the parts that are not ready; empty if all are. A process in which nothing has
    /// started is not ready.
    #[must_use]
    pub fn not_ready(&self) -> Vec<&'static str> {
        if self.draining.load(Ordering::Acquire) {
            return vec!["draining"];
        }
        if self.names(|_| true).is_empty() {
            return vec!["starting"];
        }
        self.names(|part| !part.ready.load(Ordering::Acquire))
    }

    /// Returns once all of the process is ready.
    pub async fn ready(&self) {
        loop {
            let changed = self.changed.notified();
            if self.not_ready().is_empty() {
                return;
            }
            changed.await;
        }
    }

    /// Returns the loops that have stalled; empty if all are alive.
    #[must_use]
    pub fn not_live(&self, now: Timestamp) -> Vec<&'static str> {
        let oldest = now.as_second() - PATIENCE.as_secs().cast_signed();
        self.names(|part| part.turned_at.load(Ordering::Relaxed) < oldest)
    }

    fn names(&self, wanted: impl Fn(&Part) -> bool) -> Vec<&'static str> {
        let parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.iter().filter(|part| wanted(part)).map(|part| part.name).collect()
    }
}

impl Part {
    /// Migrated, bound, and reached by questions. Once ready, a part stays ready.
    pub fn ready(&self) {
        self.ready.store(true, Ordering::Release);
        self.changed.notify_waiters();
    }

    /// Records a turn of the loop.
    pub fn turn(&self, now: Timestamp) {
        self.turned_at.store(now.as_second(), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_in_which_nothing_has_started_is_not_ready() {
        let health = Health::default();
        assert_eq!(health.not_ready(), ["starting"]);
        let part = health.part("returns", Timestamp::UNIX_EPOCH);
        assert_eq!(health.not_ready(), ["returns"]);
        part.ready();
        assert!(health.not_ready().is_empty());
    }
}
