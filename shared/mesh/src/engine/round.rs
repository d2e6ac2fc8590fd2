//! The place of the round over everything that is parked.

use jiff::Timestamp;

/// The progress of the round over all parked messages.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// The last message looked at.
    pub after: String,
    /// The start of the next round.
    pub next: Option<Timestamp>,
}
