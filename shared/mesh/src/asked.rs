//! The rows that a unit of work was asked for: absent is not "not loaded".

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use sea_orm::sea_query::Value;

use crate::row::Row;

/// The parts of a table that were read, so that a missing row is known to be absent.
#[derive(Debug, Clone)]
pub(crate) struct Asked<R: Row> {
    /// The whole table.
    all: bool,
    /// Every row that has one of these values in a column.
    columns: BTreeMap<&'static str, BTreeSet<String>>,
    /// Single rows.
    keys: BTreeSet<R::Key>,
}

impl<R: Row> Default for Asked<R> {
    fn default() -> Self {
        Self { all: false, columns: BTreeMap::new(), keys: BTreeSet::new() }
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

    pub fn add_keys(&mut self, keys: impl IntoIterator<Item = R::Key>) {
        self.keys.extend(keys);
    }

    pub fn extend(&mut self, more: Self) {
        self.all |= more.all;
        self.keys.extend(more.keys);
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
        let asked = R::KEY.iter().zip(&values).any(|(column, value)| self.has(column, value));
        assert!(asked, "{} {} was read, but not asked for", R::TABLE, texts(&values));
    }

    /// Breaks an invariant unless all rows that share the first column of this key were asked for.
    pub fn expect_prefix(&self, key: &R::Key) {
        let values = R::values_of(key);
        let asked = self.all || self.has(R::KEY[0], &values[0]);
        assert!(asked, "{} of {} were read, but not asked for", R::TABLE, text(&values[0]));
    }

    /// Breaks an invariant unless all rows with this value in the column were asked for.
    pub fn expect_having(&self, column: &str, value: &Value) {
        let asked = self.all || self.has(column, value);
        assert!(asked, "{} by {column} {} were read, but not asked for", R::TABLE, text(value));
    }

    /// Breaks an invariant unless the whole table was asked for.
    pub fn expect_all(&self) {
        assert!(self.all, "all {} were read, but not asked for", R::TABLE);
    }

    fn has(&self, column: &str, value: &Value) -> bool {
        self.columns.get(column).is_some_and(|values| values.contains(&*text(value)))
    }
}

fn text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(Some(text)) => Cow::Borrowed(text),
        Value::BigInt(Some(number)) => Cow::Owned(number.to_string()),
        #[expect(clippy::wildcard_enum_match_arm, reason = "keys are text or a BIGINT")]
        other => Cow::Owned(format!("{other:?}")),
    }
}

fn texts(values: &[Value]) -> String {
    values.iter().map(text).collect::<Vec<_>>().join("/")
}
