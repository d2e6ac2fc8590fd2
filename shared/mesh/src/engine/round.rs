//! The place of the round over everything that is parked.

use jiff::Timestamp;

/// Where the round over everything that is parked has got to.
#[derive(Debug, Default)]
pub(super) struct Round {
    /// The last message looked at.
    pub after: String,
    /// When it starts again.
    pub next: Option<Timestamp>,
}
