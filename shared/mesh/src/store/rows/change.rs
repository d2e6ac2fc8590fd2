//! Changes of rows, taken back when the decision halts and written when it does not.

use std::collections::btree_map::Entry;

use sea_orm::{DatabaseTransaction, DbErr};

use super::{Rows, Slot, State};
use crate::store::{
    column::Cell,
    row::{self, Row},
};

impl<R: Row> Rows<R> {
    /// The row of a key, to be changed and saved.
    ///
    /// # Panics
    /// When the row was not asked for.
    pub fn get_mut(&mut self, key: &R::Key) -> Option<&mut R> {
        self.slot(key)?;
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

    /// Takes it as known that no row has this value in the column: the decision has just made the
    /// value, such as a number of a series.
    pub fn expect_none<C: Cell>(&mut self, column: &'static str, value: &C) {
        self.asked.add(column, &[value.value()]);
    }

    /// Deletes the row of a key when the unit of work is saved.
    ///
    /// # Panics
    /// When the row was not asked for.
    pub fn remove(&mut self, key: &R::Key) {
        self.slot(key);
        if let Some(slot) = self.slots.get_mut(key) {
            self.undo.push((key.clone(), Some(slot.clone())));
            slot.state = State::Removed;
        }
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
