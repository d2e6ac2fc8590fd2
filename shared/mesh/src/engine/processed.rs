//! The result of a batch.

use std::collections::BTreeSet;

use crate::{message::Key, store::outbox::Outgoing};

/// The result of one batch.
#[derive(Debug, Default)]
pub struct Processed {
    /// Committed messages on their way out, in order.
    pub outgoing: Vec<Outgoing>,
    /// Aggregates that have moved on: what waits for them can be taken up.
    pub advanced: BTreeSet<Key>,
    /// There is work for [`OnDue`](crate::OnDue).
    pub more_due: bool,
    /// Messages by their fate.
    pub tally: Tally,
}

/// Messages of a batch by their fate.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Messages that were decided and committed.
    pub applied: u64,
    /// Documents and commands among the applied that were answered by a refusal.
    pub refused: u64,
    /// Messages that had already been processed.
    pub duplicate: u64,
    /// Messages that now wait for another one.
    pub parked: u64,
    /// Messages that became dead letters.
    pub dead: u64,
}

impl Processed {
    pub(super) fn absorb(&mut self, other: Self) {
        self.outgoing.extend(other.outgoing);
        self.advanced.extend(other.advanced);
        self.more_due |= other.more_due;
        self.tally.applied += other.tally.applied;
        self.tally.refused += other.tally.refused;
        self.tally.duplicate += other.tally.duplicate;
        self.tally.parked += other.tally.parked;
        self.tally.dead += other.tally.dead;
    }
}
