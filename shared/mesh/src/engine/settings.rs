//! The bounds of a batch.

use std::time::Duration;

use crate::dates::DateLimits;

/// The limits and timeouts of a batch.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The time that an event waits for its predecessor, or for an event of another aggregate.
    pub event_wait_timeout: Duration,
    /// The time that a document waits for a reference that is not known yet.
    pub document_wait_timeout: Duration,
    /// Parked messages, and pieces of due work, that one transaction takes.
    pub max_rows_per_transaction: u64,
    /// Failures for an unknown reason after which a message is dead-lettered.
    pub attempts: u32,
    /// The maximum number of parked messages.
    pub max_parked_messages: u64,
    /// The allowed distance between a document's date and the time at which it was received.
    pub dates: DateLimits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            event_wait_timeout: Duration::from_secs(3600),
            document_wait_timeout: Duration::from_secs(10),
            max_rows_per_transaction: 256,
            attempts: 5,
            max_parked_messages: 100_000,
            dates: DateLimits::default(),
        }
    }
}
