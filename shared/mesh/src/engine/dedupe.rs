//! Deduplication and ordering of inbound messages (rule M1).

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sea_orm::{DatabaseTransaction, DbErr};

use crate::{
    message::{Inbound, Key, Origin},
    store::{
        row,
        tables::{self, Parked},
    },
};

/// The messages of a batch that are new, judged by their ids.
pub(super) struct Deduplicator {
    /// Ids that had not come before.
    fresh: BTreeSet<String>,
    /// Parked messages that are still parked, and the keys that they wait for.
    pub parked: BTreeMap<String, Key>,
}

impl Deduplicator {
    pub async fn of(
        tx: &DatabaseTransaction,
        inbound: &[Inbound],
        now: Timestamp,
    ) -> Result<Self, DbErr> {
        let ids = |wanted: fn(&Inbound) -> bool| -> Vec<String> {
            let wanted = inbound.iter().filter(|one| wanted(one));
            wanted.map(|one| one.id.clone()).collect()
        };
        // Locked, because another replica may be handling them too.
        let parked: Vec<Parked> =
            row::lock(tx, "id", ids(|inbound| inbound.parked.is_some())).await?;
        Ok(Self {
            fresh: tables::claim(tx, &ids(is_claimed), now).await?,
            parked: parked.into_iter().map(|row| (row.id, row.waiting_for)).collect(),
        })
    }

    /// Returns true if the message is to be decided. Each id is accepted once.
    pub fn is_first_delivery(&mut self, inbound: &Inbound) -> bool {
        match inbound.parked {
            Some(_) => self.parked.contains_key(&inbound.id),
            None => !is_claimed(inbound) || self.fresh.remove(&inbound.id),
        }
    }
}

/// Events are recognised by aggregate and sequence, what was parked has been claimed before;
/// documents and commands are recognised by their id.
fn is_claimed(inbound: &Inbound) -> bool {
    inbound.parked.is_none() && inbound.key().is_none()
}

/// The messages in the order they came, but each aggregate's events by sequence.
pub(super) fn in_sequence(inbound: &[Inbound]) -> Vec<&Inbound> {
    let mut order: Vec<&Inbound> = inbound.iter().collect();
    let mut places: BTreeMap<Key, Vec<usize>> = BTreeMap::new();
    for (place, one) in order.iter().enumerate() {
        if let Some(key) = one.key() {
            places.entry(key).or_default().push(place);
        }
    }
    for places in places.into_values().filter(|places| places.len() > 1) {
        let mut events: Vec<&Inbound> = places.iter().map(|place| order[*place]).collect();
        events.sort_by_key(|one| match one.origin {
            Origin::Event { sequence, .. } => sequence,
            Origin::Document { .. } | Origin::Command { .. } | Origin::Unknown => 0,
        });
        for (place, event) in places.into_iter().zip(events) {
            order[place] = event;
        }
    }
    order
}
