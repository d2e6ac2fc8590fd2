//! Limits of every format.

/// The largest payload that is read: 1 MiB.
pub const MAX_BYTES: usize = 1024 * 1024;
