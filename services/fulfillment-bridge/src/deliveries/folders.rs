//! The folders of a warehouse that takes and leaves files.

/// Files that the warehouse leaves.
pub const IN: &str = "in";
/// Documents for the warehouse.
pub const OUT: &str = "out";
/// Files of the warehouse that were taken.
pub const PROCESSED: &str = "processed";
/// Files of the warehouse that could not be taken.
pub const FAILED: &str = "failed";
