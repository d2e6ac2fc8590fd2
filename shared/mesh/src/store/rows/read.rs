//! Reads of rows, each checked against what was asked for.

use std::ops::Bound;

use sea_orm::sea_query::Value;

use super::{Rows, Slot, State};
use crate::store::{column::Cell, row::Row};

impl<R: Row> Rows<R> {
    /// The row of a key; `None` where there is none.
    ///
    /// # Panics
    /// When the row was not asked for.
    #[must_use]
    pub fn get(&self, key: &R::Key) -> Option<&R> {
        self.slot(key).filter(|slot| slot.state != State::Removed).map(|slot| &slot.row)
    }

    pub(super) fn slot(&self, key: &R::Key) -> Option<&Slot<R>> {
        let slot = self.slots.get(key);
        if slot.is_none() {
            self.asked.expect_key(key);
        }
        slot
    }

    /// All rows of the table, in the order of their keys.
    ///
    /// # Panics
    /// When the whole table was not asked for.
    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.asked.expect_all();
        self.present()
    }

    /// The rows with this value in the column, in the order of their keys.
    ///
    /// # Panics
    /// When they were not asked for by this column.
    pub fn having<C: Cell>(&self, column: &'static str, value: &C) -> impl Iterator<Item = &R> {
        let value = value.value();
        self.asked.expect_having(column, &value);
        self.present().filter(move |row| row.value(column) == value)
    }

    /// The rows that `is_wanted`, which have these values in these columns, in the order of their
    /// keys. Cheaper than [`Rows::having`] where many rows are looked through often.
    ///
    /// # Panics
    /// When the rows with these values were not asked for.
    pub fn filtered<const N: usize>(
        &self,
        values: [(&'static str, Value); N],
        is_wanted: impl Fn(&R) -> bool,
    ) -> impl Iterator<Item = &R> {
        self.asked.expect_values(&values);
        self.present().filter(move |row| is_wanted(row))
    }

    /// The rows from a key on that share its first column, in the order of their keys.
    ///
    /// # Panics
    /// When they were not asked for by that column.
    pub fn from(&self, key: R::Key) -> impl Iterator<Item = &R> {
        self.sharing(key, 1)
    }

    /// The rows from a key on that share so many of its columns, in the order of their keys.
    ///
    /// # Panics
    /// When they were not asked for by some of those columns.
    pub fn sharing(&self, key: R::Key, columns: usize) -> impl Iterator<Item = &R> {
        self.asked.expect_prefix(&key, columns);
        let shared = R::values_of(&key);
        let slots = self.slots.range(key..).map(|(_, slot)| slot);
        let rows = slots.filter(|slot| slot.state != State::Removed).map(|slot| &slot.row);
        rows.take_while(move |row| {
            let mut columns = R::KEY.iter().zip(&shared).take(columns);
            columns.all(|(column, shared)| row.value(column) == *shared)
        })
    }

    /// The rows whose keys are in a range, which begins and ends with the same first column.
    ///
    /// # Panics
    /// When they were not asked for by that column.
    pub fn range(&self, range: impl std::ops::RangeBounds<R::Key>) -> impl Iterator<Item = &R> {
        if let Bound::Included(key) | Bound::Excluded(key) = range.start_bound() {
            self.asked.expect_prefix(key, 1);
        } else {
            self.asked.expect_all();
        }
        let slots = self.slots.range(range).map(|(_, slot)| slot);
        slots.filter(|slot| slot.state != State::Removed).map(|slot| &slot.row)
    }
}
