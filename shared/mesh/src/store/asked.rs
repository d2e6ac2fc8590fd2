//! The record of the rows that a unit of work was asked for, so that absent is not "not loaded".

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use sea_orm::sea_query::Value;

use crate::store::row::Row;

/// The parts of a table that were read, so that a missing row is known to be absent.
#[derive(Debug, Clone)]
pub(crate) struct Asked<R: Row> {
    all: bool,
    /// Every row that has one of these values in a column.
    columns: Values,
    /// Every row that has, in each of several columns, one of these values.
    combined: Vec<Values>,
    keys: BTreeSet<R::Key>,
}

/// Values that were asked for, by column.
type Values = BTreeMap<&'static str, BTreeSet<String>>;

impl<R: Row> Default for Asked<R> {
    fn default() -> Self {
        let (columns, combined, keys) = (Values::new(), Vec::new(), BTreeSet::new());
        Self { all: false, columns, combined, keys }
    }
}

impl<R: Row> Asked<R> {
    pub fn all() -> Self {
        Self { all: true, ..Self::default() }
    }

    pub fn add(&mut self, column: &'static str, values: &[Value]) {
        let values = values.iter().map(|value| text(value).into_owned());
        self.columns.entry(column).or_default().extend(values);
    }

    /// Adds the rows that have, in each of these columns, one of its values.
    pub fn add_combined<const N: usize>(&mut self, columns: [(&'static str, &[Value]); N]) {
        let texts =
            |values: &[Value]| values.iter().map(|value| text(value).into_owned()).collect();
        let values = columns.into_iter().map(|(column, values)| (column, texts(values)));
        self.combined.push(values.collect());
    }

    pub fn add_keys(&mut self, keys: impl IntoIterator<Item = R::Key>) {
        self.keys.extend(keys);
    }

    pub fn extend(&mut self, more: Self) {
        self.all |= more.all;
        self.keys.extend(more.keys);
        self.combined.extend(more.combined);
        for (column, values) in more.columns {
            self.columns.entry(column).or_default().extend(values);
        }
    }

    /// Breaks an invariant unless the row was asked for: by its key or by a column of its key.
    pub fn expect_key(&self, key: &R::Key) {
        if self.all || self.keys.contains(key) {
            return;
        }
        let values = R::values_of(key);
        let asked = self.has_prefix(&values);
        assert!(asked, "{} {} was read, but not asked for", R::TABLE, texts(&values));
    }

    /// Breaks an invariant unless all rows that share so many columns of this key were asked for.
    pub fn expect_prefix(&self, key: &R::Key, columns: usize) {
        let values = R::values_of(key);
        let values = values.get(..columns).unwrap_or(&values);
        let asked = self.all || self.has_prefix(values);
        assert!(asked, "{} of {} were read, but not asked for", R::TABLE, texts(values));
    }

    /// Breaks an invariant unless all rows with this value in the column were asked for.
    pub fn expect_having(&self, column: &str, value: &Value) {
        let asked = self.all || self.has(column, value);
        assert!(asked, "{} by {column} {} were read, but not asked for", R::TABLE, text(value));
    }

    /// Breaks an invariant unless all rows with these values in these columns were asked for.
    pub fn expect_values(&self, values: &[(&'static str, Value)]) {
        let asked = self.all || self.has_any(|| values.iter().map(|(name, value)| (*name, value)));
        assert!(asked, "{} of {values:?} were read, but not asked for", R::TABLE);
    }

    /// Breaks an invariant unless the whole table was asked for.
    pub fn expect_all(&self) {
        assert!(self.all, "all {} were read, but not asked for", R::TABLE);
    }

    fn has_prefix(&self, values: &[Value]) -> bool {
        self.has_any(|| R::KEY.iter().copied().zip(values))
    }

    /// Returns whether rows were asked for by one of these columns, or by some of them together.
    fn has_any<'a, I: Iterator<Item = (&'a str, &'a Value)>>(&self, pairs: impl Fn() -> I) -> bool {
        let combined = |asked: &Values| {
            asked.iter().all(|(column, asked)| {
                pairs().any(|(name, value)| name == *column && asked.contains(&*text(value)))
            })
        };
        pairs().any(|(column, value)| self.has(column, value)) || self.combined.iter().any(combined)
    }

    fn has(&self, column: &str, value: &Value) -> bool {
        self.columns.get(column).is_some_and(|values| values.contains(&*text(value)))
    }
}

fn text(value: &Value) -> Cow<'_, str> {
    if let Value::String(Some(text)) = value {
        Cow::Borrowed(text)
    } else if let Value::BigInt(Some(number)) = value {
        Cow::Owned(number.to_string())
    } else {
        Cow::Owned(format!("{value:?}"))
    }
}

fn texts(values: &[Value]) -> String {
    values.iter().map(text).collect::<Vec<_>>().join("/")
}
