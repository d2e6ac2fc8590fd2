//! The result of a batch.

use std::collections::BTreeSet;

use crate::{message::Key, store::outbox::Outgoing};

/// What one batch came to.
#[derive(Debug, Default)]
pub struct Processed {
    /// Committed messages on their way out, in order.
    pub outgoing: Vec<Outgoing>,
    /// Aggregates that have moved on: what waits for them can be taken up.
    pub advanced: BTreeSet<Key>,
    /// There is work for [`Service::due`](crate::Service::due).
    pub more_due: bool,
    /// Messages by what became of them.
    pub tally: Tally,
}

/// Messages of a batch by what became of them.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Decided and committed.
    pub applied: u64,
    /// Of those: documents and commands that were answered by a refusal.
    pub refused: u64,
    /// Had come before.
    pub duplicate: u64,
    /// Wait for another.
    pub parked: u64,
    /// Can never work.
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
