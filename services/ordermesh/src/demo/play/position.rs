//! The position of a document in its partner's stream.

use jiff::Timestamp;

/// The time of a document and its sequence in the partner's stream. A redelivered document may
/// arrive after later ones, and documents that a stream lost are published again at its end.
/// Documents of one transaction have the same time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo) struct StreamPosition {
    pub at: Timestamp,
    pub sequence: u64,
}
