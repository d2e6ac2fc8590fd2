//! The place of a document in its partner's stream.

use jiff::Timestamp;

/// When a document was said, and its place in the partner's stream: what comes again may come
/// behind what was said later, and what a stream lost is published anew behind it. Documents of one
/// transaction have one time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::demo) struct StreamPosition {
    pub at: Timestamp,
    pub sequence: u64,
}
