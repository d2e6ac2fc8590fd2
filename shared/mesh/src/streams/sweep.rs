//! The beat of those who look after the outbox.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval};

/// Between looks for messages that were committed and not acknowledged.
pub(super) const SWEEP: Duration = Duration::from_secs(1);

pub(super) fn every(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
