//! The phases of a run.

/// The phase that the coordinator announces to waiting partners.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Phase {
    /// True once the planned receipts come in.
    pub receipts: bool,
    /// The number of times that everybody was asked to look at what is still open.
    pub reminders: u32,
}
