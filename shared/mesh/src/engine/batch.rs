//! One batch from admission to its rows.

mod decide;
mod item;
mod save;

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{DatabaseTransaction, DbErr};

use self::item::{Content, Item};
use super::{
    dedupe::{Deduplicator, in_sequence},
    verdict::Verdict,
};
use crate::{
    any_service::{AnySet, Erased, Message},
    message::{Inbound, Key},
    store::tables::{self, ConsumedSequence},
};

pub(super) use item::{Surroundings, Work};

/// A batch between its admission and its commit.
pub(super) struct Batch<'a> {
    around: Surroundings<'a>,
    last_chance: bool,
    items: Vec<Item<'a>>,
    consumed: BTreeMap<Key, u64>,
    advanced: BTreeSet<Key>,
    blocked: BTreeSet<Key>,
    /// The keys that the parked messages of this batch waited for.
    waited_for: BTreeMap<String, Key>,
}

impl<'a> Batch<'a> {
    /// Drops duplicates, reads the other messages, and adds the work that is due.
    pub async fn admit(
        around: Surroundings<'a>,
        tx: &DatabaseTransaction,
        work: &'a Work,
    ) -> Result<Self, DbErr> {
        let mut deduplicator = Deduplicator::of(tx, &work.inbound, around.now).await?;
        let mut items: Vec<_> = in_sequence(&work.inbound)
            .into_iter()
            .map(|inbound| match deduplicator.is_first_delivery(inbound) {
                true => Item::pending(Some(inbound), around.content(inbound)),
                false => Item {
                    verdict: Verdict::Duplicate,
                    ..Item::pending(Some(inbound), Content::Unused)
                },
            })
            .collect();
        if work.due {
            let limit = around.settings.max_rows_per_transaction;
            let due = around.service.erased().due(tx, around.now, limit).await?;
            items.extend(due.into_iter().map(|it| Item::pending(None, Content::Message(it))));
        }
        let keys: Vec<Key> = work.inbound.iter().filter_map(Inbound::key).collect();
        let new = |key: &Key| ConsumedSequence { key: key.clone(), sequence: 0 };
        let consumed = tables::lock_counters(tx, &keys, new).await?;
        let blocked = if work.last_chance { tables::blocked(tx, &keys).await? } else { Vec::new() };
        Ok(Self {
            around,
            last_chance: work.last_chance,
            items,
            consumed: consumed.into_iter().map(|row| (row.key, row.sequence)).collect(),
            advanced: BTreeSet::new(),
            blocked: blocked.into_iter().collect(),
            waited_for: deduplicator.parked,
        })
    }

    pub async fn load(
        &self,
        service: &dyn Erased,
        tx: &DatabaseTransaction,
    ) -> Result<Box<dyn AnySet>, DbErr> {
        let messages: Vec<&Message> = self
            .items
            .iter()
            .filter_map(|item| match &item.content {
                Content::Message(message) => Some(message),
                Content::Partner(_)
                | Content::Unused
                | Content::Refused(_)
                | Content::WaitFor(_)
                | Content::Malformed => None,
            })
            .collect();
        service.load(tx, messages, &self.around.partners).await
    }
}
