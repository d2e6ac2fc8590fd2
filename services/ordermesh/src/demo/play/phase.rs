//! The phases of a run.

/// What the conductor tells partners that wait for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Phase {
    /// The planned receipts come in.
    pub receipts: bool,
    /// How often everybody was asked to look what is still open.
    pub nudges: u32,
}
