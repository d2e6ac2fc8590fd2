//! The working set: the rows that a batch touches, in memory, between `load` and `save`.
//!
//! A decision changes rows here. When it does not end in `Done`, what it changed is taken back, so
//! one bad message costs the others of its batch nothing.

use std::collections::{BTreeMap, btree_map::Entry};

use sea_orm::{DatabaseTransaction, DbErr};

use crate::row::{self, Row};

/// The rows of one table. Written by [`working_set!`](crate::working_set!) as a field of a set.
#[derive(Debug, Clone)]
pub struct Rows<R: Row> {
    slots: BTreeMap<R::Key, Slot<R>>,
    undo: Vec<(R::Key, Option<Slot<R>>)>,
}

#[derive(Debug, Clone)]
struct Slot<R> {
    row: R,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Loaded,
    Changed,
    Removed,
}

impl<R: Row> Default for Rows<R> {
    fn default() -> Self {
        Self { slots: BTreeMap::new(), undo: Vec::new() }
    }
}

impl<R: Row> Rows<R> {
    /// The rows as they were loaded.
    #[must_use]
    pub fn loaded(rows: Vec<R>) -> Self {
        let slot = |row: R| (row.key(), Slot { row, state: State::Loaded });
        Self { slots: rows.into_iter().map(slot).collect(), undo: Vec::new() }
    }

    /// The row of a key.
    #[must_use]
    pub fn get(&self, key: &R::Key) -> Option<&R> {
        self.slots.get(key).filter(|slot| slot.state != State::Removed).map(|slot| &slot.row)
    }

    /// The row of a key, to be changed and saved.
    pub fn get_mut(&mut self, key: &R::Key) -> Option<&mut R> {
        let slot = self.slots.get_mut(key).filter(|slot| slot.state != State::Removed)?;
        self.undo.push((key.clone(), Some(slot.clone())));
        slot.state = State::Changed;
        Some(&mut slot.row)
    }

    /// Adds a row, or replaces the one of its key.
    pub fn put(&mut self, row: R) {
        let slot = Slot { row, state: State::Changed };
        let key = slot.row.key();
        let before = match self.slots.entry(key.clone()) {
            Entry::Occupied(mut entry) => Some(entry.insert(slot)),
            Entry::Vacant(entry) => {
                entry.insert(slot);
                None
            }
        };
        self.undo.push((key, before));
    }

    /// The row of a key, made by `new` where there is none, to be changed and saved.
    pub fn get_or_put(&mut self, key: &R::Key, new: impl FnOnce() -> R) -> &mut R {
        if self.get(key).is_none() {
            self.put(new());
        }
        self.get_mut(key).expect("just put")
    }

    /// Deletes a row.
    pub fn remove(&mut self, key: &R::Key) {
        if let Some(slot) = self.slots.get_mut(key) {
            self.undo.push((key.clone(), Some(slot.clone())));
            slot.state = State::Removed;
        }
    }

    /// All rows, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.slots.values().filter(|slot| slot.state != State::Removed).map(|slot| &slot.row)
    }

    /// The rows whose keys are in a range, in the order of their keys.
    pub fn range(&self, range: impl std::ops::RangeBounds<R::Key>) -> impl Iterator<Item = &R> {
        let slots = self.slots.range(range).map(|(_, slot)| slot);
        slots.filter(|slot| slot.state != State::Removed).map(|slot| &slot.row)
    }

    /// From here on changes can be taken back.
    pub fn mark(&mut self) {
        self.undo.clear();
    }

    /// Takes back every change since [`Rows::mark`].
    pub fn undo(&mut self) {
        while let Some((key, before)) = self.undo.pop() {
            match before {
                Some(slot) => self.slots.insert(key, slot),
                None => self.slots.remove(&key),
            };
        }
    }

    /// Writes what changed: one statement, and one for deletions where there are any.
    ///
    /// # Errors
    /// When the database fails or a constraint refuses a row.
    pub async fn save(&self, tx: &DatabaseTransaction) -> Result<(), DbErr> {
        let in_state = |state| move |slot: &&Slot<R>| slot.state == state;
        let changed: Vec<_> = self.slots.values().filter(in_state(State::Changed)).collect();
        let removed: Vec<_> = self.slots.values().filter(in_state(State::Removed)).collect();
        if !changed.is_empty() {
            row::upsert(tx, changed.iter().map(|slot| &slot.row)).await?;
        }
        if !removed.is_empty() {
            row::delete::<R>(tx, removed.iter().map(|slot| slot.row.key_values())).await?;
        }
        Ok(())
    }
}

/// The tables that a service's decisions read and change. Written by
/// [`working_set!`](crate::working_set!).
pub trait WorkingSet: Send + Sync + 'static {
    /// From here on changes can be taken back.
    fn mark(&mut self);
    /// Takes back every change since the mark.
    fn undo(&mut self);
    /// Writes what changed, one statement per table, in the order of the fields.
    fn save(
        &self,
        tx: &DatabaseTransaction,
    ) -> impl std::future::Future<Output = Result<(), DbErr>> + Send;
}

/// Declares a working set: a struct with one [`Rows`] per table, which saves itself; after `with`,
/// what else was found when they were loaded, which decisions only read.
#[macro_export]
macro_rules! working_set {
    (
        $(#[$doc:meta])* $vis:vis struct $name:ident { $($(#[$field_doc:meta])* $field:ident : $row:ty),+ $(,)? }
        $(with { $($(#[$fact_doc:meta])* $fact:ident : $type:ty),+ $(,)? })?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        $vis struct $name {
            $($(#[$field_doc])* pub $field: $crate::set::Rows<$row>,)+
            $($($(#[$fact_doc])* pub $fact: $type),+)?
        }

        impl $crate::set::WorkingSet for $name {
            fn mark(&mut self) {
                $(self.$field.mark();)+
            }
            fn undo(&mut self) {
                $(self.$field.undo();)+
            }
            async fn save(&self, tx: &$crate::DatabaseTransaction) -> Result<(), $crate::DbErr> {
                $(self.$field.save(tx).await?;)+
                Ok(())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, PartialEq)]
    struct Thing {
        id: u32,
        n: i64,
    }
    crate::row!(Thing in "things" by (id: u32) { id, n });

    #[test]
    fn what_a_refused_decision_changed_is_taken_back() {
        let mut rows = Rows::loaded(vec![Thing { id: 1, n: 10 }, Thing { id: 2, n: 20 }]);
        rows.get_mut(&1).unwrap().n = 11;
        rows.mark();
        rows.get_mut(&1).unwrap().n = 12;
        rows.get_or_put(&3, || Thing { id: 3, n: 0 }).n = 30;
        rows.remove(&2);
        assert_eq!(rows.iter().count(), 2);
        rows.undo();
        let left: Vec<_> = rows.iter().map(|thing| (thing.id, thing.n)).collect();
        assert_eq!(left, [(1, 11), (2, 20)]);
    }
}
