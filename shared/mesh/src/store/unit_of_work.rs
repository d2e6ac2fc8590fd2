//! The unit of work: the rows that a batch touches, in memory, between `load` and `save`.
//!
//! A decision changes rows here. When it does not end in `Done`, what it changed is taken back, so
//! one bad message costs the others of its batch nothing.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    ops::Bound,
};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, sea_query::Value};

use crate::store::{
    asked::Asked,
    column::Cell,
    row::{self, Row},
};

/// The rows of one table, as a field of a unit of work. Reading a row that was not asked for is a
/// broken invariant: it panics, and the message becomes a dead letter.
#[derive(Debug, Clone)]
pub struct Rows<R: Row> {
    slots: BTreeMap<R::Key, Slot<R>>,
    asked: Asked<R>,
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

/// No rows, and none asked for: a table that decisions only add to.
impl<R: Row> Default for Rows<R> {
    fn default() -> Self {
        Self { slots: BTreeMap::new(), asked: Asked::default(), undo: Vec::new() }
    }
}

impl<R: Row> Rows<R> {
    /// The rows whose `column` is one of `values`.
    ///
    /// # Errors
    /// When the database fails, or a row is malformed.
    pub async fn find<C: Cell>(
        db: &impl ConnectionTrait,
        column: &'static str,
        values: impl IntoIterator<Item = C>,
    ) -> Result<Self, DbErr> {
        Self::default().and_find(db, column, values).await
    }

    /// Like [`Rows::find`], and locks the rows until the transaction ends, in the order of their
    /// keys, so that two batches cannot wait for each other.
    ///
    /// # Errors
    /// When the database fails, or a row is malformed.
    pub async fn lock<C: Cell>(
        tx: &DatabaseTransaction,
        column: &'static str,
        values: impl IntoIterator<Item = C>,
    ) -> Result<Self, DbErr> {
        Self::default().and_lock(tx, column, values).await
    }

    /// Adds the rows whose `column` is one of `values`.
    ///
    /// # Errors
    /// When the database fails, or a row is malformed.
    pub async fn and_find<C: Cell>(
        self,
        db: &impl ConnectionTrait,
        column: &'static str,
        values: impl IntoIterator<Item = C>,
    ) -> Result<Self, DbErr> {
        let values = row::distinct(values);
        let rows = row::read_in(db, column, &values, false).await?;
        Ok(self.and(rows, column, &values))
    }

    /// Adds the rows whose `column` is one of `values`, locked.
    ///
    /// # Errors
    /// When the database fails, or a row is malformed.
    pub async fn and_lock<C: Cell>(
        self,
        tx: &DatabaseTransaction,
        column: &'static str,
        values: impl IntoIterator<Item = C>,
    ) -> Result<Self, DbErr> {
        let values = row::distinct(values);
        let rows = row::read_in(tx, column, &values, true).await?;
        Ok(self.and(rows, column, &values))
    }

    /// The rows that `wanted` are, locked, each made as it is there where it is missing; see
    /// [`row::lock_or_make`].
    ///
    /// # Errors
    /// When the database fails, or a row is malformed.
    pub async fn lock_or_make<C: Cell>(
        tx: &DatabaseTransaction,
        column: &'static str,
        of: impl Fn(&R) -> C,
        wanted: &[R],
    ) -> Result<Self, DbErr> {
        let rows = row::lock_or_make(tx, column, of, wanted).await?;
        Ok(Self::of_keys(rows, wanted.iter().map(Row::key)))
    }

    /// The whole table.
    ///
    /// # Errors
    /// When the database fails, or a row is malformed.
    pub async fn all(db: &impl ConnectionTrait) -> Result<Self, DbErr> {
        Ok(Self::whole(row::fetch(db, &row::select::<R>()).await?))
    }

    /// Rows that are the whole table.
    #[must_use]
    pub fn whole(rows: Vec<R>) -> Self {
        Self { slots: slots(rows), asked: Asked::all(), undo: Vec::new() }
    }

    /// The rows that a query of the service's own found: all that there are of these values of the
    /// column.
    #[must_use]
    pub fn having_all<C: Cell>(
        rows: Vec<R>,
        column: &'static str,
        values: impl IntoIterator<Item = C>,
    ) -> Self {
        Self::default().and(rows, column, &row::distinct(values))
    }

    /// The rows that a query of the service's own found: all that have, in each of two columns, one
    /// of its values.
    #[must_use]
    pub fn having_both<A: Cell, B: Cell>(
        rows: Vec<R>,
        first: (&'static str, impl IntoIterator<Item = A>),
        second: (&'static str, impl IntoIterator<Item = B>),
    ) -> Self {
        let mut found = Self { slots: slots(rows), ..Self::default() };
        let (one, other) = (row::distinct(first.1), row::distinct(second.1));
        found.asked.add_combined([(first.0, &one), (second.0, &other)]);
        found
    }

    /// The rows that a query of the service's own found: all that there are of these keys.
    #[must_use]
    pub fn of_keys(rows: Vec<R>, keys: impl IntoIterator<Item = R::Key>) -> Self {
        let mut asked = Asked::default();
        asked.add_keys(keys);
        asked.add_keys(rows.iter().map(Row::key));
        Self { slots: slots(rows), asked, undo: Vec::new() }
    }

    /// Adds rows that a query of the service's own found, and what it asked for.
    #[must_use]
    pub fn with(mut self, more: Self) -> Self {
        self.slots.extend(more.slots);
        self.asked.extend(more.asked);
        self
    }

    fn and(mut self, rows: Vec<R>, column: &'static str, values: &[Value]) -> Self {
        self.asked.add(column, values);
        self.slots.extend(slots(rows));
        self
    }

    /// The rows as they were loaded, every read of them allowed.
    #[must_use]
    pub fn loaded(rows: Vec<R>) -> Self {
        Self::whole(rows)
    }

    /// The rows found so far, for a load that follows where they lead. A decision must not branch
    /// on them.
    pub fn found(&self) -> impl Iterator<Item = &R> {
        self.standing()
    }

    /// The row of a key; `None` where there is none.
    ///
    /// # Panics
    /// When the row was not asked for.
    #[must_use]
    pub fn get(&self, key: &R::Key) -> Option<&R> {
        self.slot(key).filter(|slot| slot.state != State::Removed).map(|slot| &slot.row)
    }

    fn slot(&self, key: &R::Key) -> Option<&Slot<R>> {
        let slot = self.slots.get(key);
        if slot.is_none() {
            self.asked.expect_key(key);
        }
        slot
    }

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

    /// Deletes a row.
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

    /// All rows of the table, in the order of their keys.
    ///
    /// # Panics
    /// When the whole table was not asked for.
    pub fn iter(&self) -> impl Iterator<Item = &R> {
        self.asked.expect_all();
        self.standing()
    }

    /// The rows with this value in the column, in the order of their keys.
    ///
    /// # Panics
    /// When they were not asked for by this column.
    pub fn having<C: Cell>(&self, column: &'static str, value: &C) -> impl Iterator<Item = &R> {
        let value = value.value();
        self.asked.expect_having(column, &value);
        self.standing().filter(move |row| row.value(column) == value)
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
        self.standing().filter(move |row| is_wanted(row))
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

    fn standing(&self) -> impl Iterator<Item = &R> {
        let slots = self.slots.values().filter(|slot| slot.state != State::Removed);
        slots.map(|slot| &slot.row)
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

fn slots<R: Row>(rows: Vec<R>) -> BTreeMap<R::Key, Slot<R>> {
    let slot = |row: R| (row.key(), Slot { row, state: State::Loaded });
    rows.into_iter().map(slot).collect()
}

/// The tables that a service's decisions read and change. Written by
/// [`unit_of_work!`](crate::unit_of_work!).
pub trait UnitOfWork: Send + Sync + 'static {
    /// Empty tables that are wholly there, for decisions without a database.
    fn in_memory() -> Self
    where
        Self: Sized;
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

/// Declares a unit of work: a struct with one [`Rows`] per table, which saves itself; after `with`,
/// what else was found when they were loaded, which decisions only read.
#[macro_export]
macro_rules! unit_of_work {
    (
        $(#[$doc:meta])* $vis:vis struct $name:ident { $($(#[$field_doc:meta])* $field:ident : $row:ty),+ $(,)? }
        $(with { $($(#[$fact_doc:meta])* $fact:ident : $type:ty),+ $(,)? })?
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default)]
        $vis struct $name {
            $($(#[$field_doc])* pub $field: $crate::unit_of_work::Rows<$row>,)+
            $($($(#[$fact_doc])* pub $fact: $type),+)?
        }

        impl $crate::unit_of_work::UnitOfWork for $name {
            fn in_memory() -> Self {
                Self {
                    $($field: $crate::unit_of_work::Rows::whole(Vec::new()),)+
                    $($($fact: ::std::default::Default::default(),)+)?
                }
            }
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

    fn things() -> Rows<Thing> {
        Rows::having_all(vec![Thing { id: 1, n: 10 }], "id", [1_u32, 2])
    }

    #[test]
    fn a_row_that_was_asked_for_is_absent() {
        assert_eq!(things().get(&2), None);
        assert_eq!(things().having("id", &2_u32).count(), 0);
    }

    #[test]
    #[should_panic(expected = "things 3 was read, but not asked for")]
    fn a_row_that_was_not_asked_for_is_no_absent_one() {
        let _ = things().get(&3);
    }

    #[test]
    #[should_panic(expected = "things by n 10 were read, but not asked for")]
    fn a_column_that_was_not_asked_for_says_nothing() {
        let _ = things().having("n", &10_i64).count();
    }

    #[test]
    #[should_panic(expected = "all things were read, but not asked for")]
    fn a_part_of_a_table_is_not_the_table() {
        let _ = things().iter().count();
    }

    #[derive(Debug, Clone, PartialEq)]
    struct Price {
        list: String,
        sku: String,
        from: u32,
    }
    crate::row!(Price in "prices" by (list: String, sku: String, from: u32) { list, sku, from });

    fn prices() -> Rows<Price> {
        let price = |list: &str, from| Price { list: list.into(), sku: "A".into(), from };
        let rows = vec![price("L", 1), price("L", 2), price("M", 1)];
        let [lists, skus] = [["L", "M"], ["A", "B"]].map(|texts| texts.map(str::to_owned));
        Rows::having_both(rows, ("list", lists), ("sku", skus))
    }

    #[test]
    fn rows_of_two_columns_are_read_by_both() {
        let key = |list: &str, sku: &str| (list.to_owned(), sku.to_owned(), 2);
        assert_eq!(prices().sharing(key("L", "A"), 2).count(), 1);
        assert_eq!(prices().get(&key("M", "B")), None);
        let other = std::panic::catch_unwind(|| prices().sharing(key("L", "C"), 2).count());
        assert!(other.is_err(), "another item was not asked for");
        let both =
            |sku: &str| [("list", "L"), ("sku", sku)].map(|(name, text)| (name, text.into()));
        assert_eq!(prices().filtered(both("A"), |price| price.list == "L").count(), 2);
        let other = std::panic::catch_unwind(|| prices().filtered(both("C"), |_| true).count());
        assert!(other.is_err(), "another item was not asked for");
        let whole = std::panic::catch_unwind(|| prices().from(key("L", "A")).count());
        assert!(whole.is_err(), "the whole list was not asked for");
    }

    #[test]
    fn a_row_that_a_decision_made_is_there_until_it_is_taken_back() {
        let mut rows = Rows::default();
        rows.put(Thing { id: 7, n: 0 });
        assert!(rows.get(&7).is_some());
        rows.expect_none("n", &70_i64);
        assert_eq!(rows.having("n", &70_i64).count(), 0);
    }
}
