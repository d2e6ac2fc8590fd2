//! Rows from the database, with the record of the queries that found them.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, sea_query::Value};

use super::{Rows, Slot, State};
use crate::store::{
    asked::Asked,
    column::Cell,
    row::{self, Row},
};

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

    /// Reads the whole table.
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

    /// The rows found so far, for a load that reads further rows by them. A decision must not branch
    /// on them.
    pub fn found(&self) -> impl Iterator<Item = &R> {
        self.present()
    }
}

fn slots<R: Row>(rows: Vec<R>) -> BTreeMap<R::Key, Slot<R>> {
    let slot = |row: R| (row.key(), Slot { row, state: State::Loaded });
    rows.into_iter().map(slot).collect()
}
