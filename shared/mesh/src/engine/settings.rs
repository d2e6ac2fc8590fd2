//! The bounds of a batch.

use std::time::Duration;

use crate::dates::DateLimits;

/// What a batch is bound by.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long an event waits for the one before it, or for one of another aggregate.
    pub event_wait_timeout: Duration,
    /// How long a document waits for a reference that is not known yet.
    pub document_wait_timeout: Duration,
    /// Messages that one step takes from what is parked or set aside.
    pub max_rows_per_transaction: u64,
    /// After so many failures for an unknown reason a message is dead-lettered.
    pub attempts: u32,
    /// Messages that may wait; when so many do, another does not.
    pub max_parked_messages: u64,
    /// How far from the time at which it was taken a document may be dated.
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
