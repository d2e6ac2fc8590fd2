//! A row of a table as a plain struct, and the few statements that read and write rows.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{
    Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, QueryResult,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, Query, SelectStatement, Value},
};

use crate::store::column::Cell;

/// A struct whose fields are the columns of one table. Written by [`row!`](crate::row!).
pub trait Row: Clone + Send + Sync + 'static {
    type Key: Ord + Clone + Send + Sync;
    const TABLE: &'static str;
    /// The columns' names, in the order of [`Row::values`].
    const COLUMNS: &'static [&'static str];
    /// The names of the key's columns.
    const KEY: &'static [&'static str];

    fn key(&self) -> Self::Key;
    /// The row's values, in the order of [`Row::COLUMNS`].
    fn values(&self) -> Vec<Value>;
    /// The values of its key, in the order of [`Row::KEY`].
    fn key_values(&self) -> Vec<Value> {
        Self::values_of(&self.key())
    }
    /// The value of a column.
    fn value(&self, column: &str) -> Value;
    /// The values of a key, in the order of [`Row::KEY`].
    fn values_of(key: &Self::Key) -> Vec<Value>;
    /// Reads a row of a query's result.
    ///
    /// # Errors
    /// When a column is missing or malformed.
    fn read(row: &QueryResult) -> Result<Self, DbErr>;
}

/// Makes a struct a row: `row!(Line in "order_lines" by (order_id: OrderId, line: u32) { order_id, line, sku });`
#[macro_export]
macro_rules! row {
    (@type $type:ty) => { $type };
    (@type $($type:ty),+) => { ($($type),+) };
    (@pattern $name:ident) => { $name };
    (@pattern $($name:ident),+) => { ($($name),+) };
    (@value $value:expr) => { $value };
    (@value $($value:expr),+) => { ($($value),+) };
    ($type:ident in $table:literal by ($($key:ident : $key_type:ty),+) { $($field:ident),+ $(,)? }) => {
        impl $crate::row::Row for $type {
            type Key = $crate::row!(@type $($key_type),+);
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];
            const KEY: &'static [&'static str] = &[$(stringify!($key)),+];

            fn key(&self) -> Self::Key {
                $crate::row!(@value $(self.$key.clone()),+)
            }
            fn values(&self) -> Vec<$crate::sea_query::Value> {
                vec![$($crate::column::Cell::value(&self.$field)),+]
            }
            fn value(&self, column: &str) -> $crate::sea_query::Value {
                match column {
                    $(stringify!($field) => $crate::column::Cell::value(&self.$field),)+
                    _ => unreachable!("{} has no column {column}", $table),
                }
            }
            fn values_of(key: &Self::Key) -> Vec<$crate::sea_query::Value> {
                let $crate::row!(@pattern $($key),+) = key;
                vec![$($crate::column::Cell::value($key)),+]
            }
            fn read(row: &$crate::QueryResult) -> Result<Self, $crate::DbErr> {
                Ok(Self { $($field: $crate::column::Cell::read(row, stringify!($field))?),+ })
            }
        }
    };
}

/// Values that one statement may carry: SQLite's limit is 32,766, PostgreSQL's 65,535.
const MAX_VALUES: usize = 30_000;
/// Keys that one `IN (…)` holds.
const MAX_KEYS: usize = 1_000;

/// `SELECT <all columns> FROM <table> ORDER BY <key>`, to be narrowed and passed to [`fetch`].
#[must_use]
pub fn select<R: Row>() -> SelectStatement {
    let mut select = Query::select();
    select.columns(R::COLUMNS.iter().map(|name| Alias::new(*name)));
    select.from(Alias::new(R::TABLE));
    select
}

/// The rows of a statement made by [`select`].
///
/// # Errors
/// When the database fails, or a row is malformed.
pub async fn fetch<R: Row>(
    db: &impl ConnectionTrait,
    select: &SelectStatement,
) -> Result<Vec<R>, DbErr> {
    db.query_all(select).await?.iter().map(R::read).collect()
}

/// The rows whose `column` is one of `values`, in the order of their keys.
///
/// # Errors
/// When the database fails, or a row is malformed.
pub async fn find<R: Row, C: Cell>(
    db: &impl ConnectionTrait,
    column: &str,
    values: impl IntoIterator<Item = C>,
) -> Result<Vec<R>, DbErr> {
    read_in(db, column, &distinct(values), false).await
}

/// Like [`find`], and locks the rows until the transaction ends. Rows are locked in the order of
/// their keys, so that two batches cannot wait for each other.
///
/// # Errors
/// When the database fails, or a row is malformed.
pub async fn lock<R: Row, C: Cell>(
    tx: &DatabaseTransaction,
    column: &str,
    values: impl IntoIterator<Item = C>,
) -> Result<Vec<R>, DbErr> {
    read_in(tx, column, &distinct(values), true).await
}

/// The rows that `wanted` are, locked like [`lock`], each made as it is there where it is missing:
/// two replicas that both find none would both believe that they write the first one. `column` is
/// what they are found by, and `of` its value.
///
/// # Errors
/// When the database fails, or a row is malformed.
pub async fn lock_or_make<R: Row, C: Cell>(
    tx: &DatabaseTransaction,
    column: &str,
    of: impl Fn(&R) -> C,
    wanted: &[R],
) -> Result<Vec<R>, DbErr> {
    let sorted: BTreeMap<R::Key, &R> = wanted.iter().map(|row| (row.key(), row)).collect();
    // Before any is locked: who makes one is waited for by those who want to make it, and must not
    // wait for what they have locked.
    if tx.get_database_backend() == DbBackend::Postgres {
        insert(tx, sorted.values().copied()).await?;
        return lock(tx, column, wanted.iter().map(&of)).await;
    }
    let mut rows: Vec<R> = find(tx, column, wanted.iter().map(&of)).await?;
    let there: BTreeSet<R::Key> = rows.iter().map(Row::key).collect();
    let missing = sorted.into_iter().filter(|(key, _)| !there.contains(key));
    let missing: Vec<&R> = missing.map(|(_, row)| row).collect();
    insert(tx, missing.iter().copied()).await?;
    rows.extend(missing.into_iter().cloned());
    rows.sort_by_key(Row::key);
    Ok(rows)
}

/// The values as parameters, each once.
pub(crate) fn distinct<C: Cell>(values: impl IntoIterator<Item = C>) -> Vec<Value> {
    let mut values: Vec<Value> = values.into_iter().map(|value| value.value()).collect();
    values.sort_by_cached_key(|value| format!("{value:?}"));
    values.dedup();
    values
}

pub(crate) async fn read_in<R: Row>(
    db: &impl ConnectionTrait,
    column: &str,
    values: &[Value],
    locked: bool,
) -> Result<Vec<R>, DbErr> {
    let mut rows = Vec::new();
    for chunk in values.chunks(MAX_KEYS) {
        let mut select = select::<R>();
        select.cond_where(Expr::col(Alias::new(column)).is_in(padded(chunk)));
        R::KEY.iter().for_each(|name| {
            select.order_by(Alias::new(*name), sea_orm::Order::Asc);
        });
        if locked {
            select.lock_exclusive();
        }
        rows.extend(fetch::<R>(db, &select).await?);
    }
    Ok(rows)
}

/// As many as the next power of two, the last over and over: of one statement there are ten texts
/// then, which the databases keep prepared, and not a thousand.
fn padded(values: &[Value]) -> Vec<Value> {
    let width = values.len().next_power_of_two().min(MAX_KEYS);
    let last = values.last().into_iter().cycle();
    values.iter().chain(last).take(width.max(values.len())).cloned().collect()
}

/// Writes rows, replacing those of the same key: one statement per few thousand.
///
/// # Errors
/// When the database fails or a constraint refuses a row.
pub async fn upsert<R: Row>(
    db: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = &R>,
) -> Result<(), DbErr> {
    let rest: Vec<_> = R::COLUMNS.iter().filter(|name| !R::KEY.contains(name)).collect();
    let mut conflict = OnConflict::columns(R::KEY.iter().map(|name| Alias::new(*name)));
    if rest.is_empty() {
        conflict.do_nothing();
    } else {
        conflict.update_columns(rest.into_iter().map(|name| Alias::new(*name)));
    }
    write(db, rows, conflict).await
}

/// Writes rows whose keys are not there yet, and leaves those that are as they are.
///
/// # Errors
/// When the database fails or a constraint refuses a row.
pub async fn insert<R: Row>(
    db: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = &R>,
) -> Result<(), DbErr> {
    let mut conflict = OnConflict::columns(R::KEY.iter().map(|name| Alias::new(*name)));
    write(db, rows, conflict.do_nothing().clone()).await
}

async fn write<R: Row>(
    db: &impl ConnectionTrait,
    rows: impl IntoIterator<Item = &R>,
    conflict: OnConflict,
) -> Result<(), DbErr> {
    let rows: Vec<&R> = rows.into_iter().collect();
    for chunk in rows.chunks(MAX_VALUES / R::COLUMNS.len()) {
        let mut insert = Query::insert();
        insert.into_table(Alias::new(R::TABLE));
        insert.columns(R::COLUMNS.iter().map(|name| Alias::new(*name)));
        for row in chunk {
            insert.values_panic(row.values().into_iter().map(Expr::val));
        }
        insert.on_conflict(conflict.clone());
        db.execute(&insert).await?;
    }
    Ok(())
}

/// Deletes the rows of these keys' values.
///
/// # Errors
/// When the database fails.
pub async fn delete<R: Row>(
    db: &impl ConnectionTrait,
    keys: impl IntoIterator<Item = Vec<Value>>,
) -> Result<(), DbErr> {
    let keys: Vec<_> = keys.into_iter().collect();
    for chunk in keys.chunks(MAX_KEYS / R::KEY.len()) {
        let any = chunk.iter().fold(Condition::any(), |any, key| {
            let all = R::KEY.iter().zip(key).fold(Condition::all(), |all, (name, value)| {
                all.add(Expr::col(Alias::new(*name)).eq(value.clone()))
            });
            any.add(all)
        });
        let mut delete = Query::delete();
        db.execute(delete.from_table(Alias::new(R::TABLE)).cond_where(any)).await?;
    }
    Ok(())
}
