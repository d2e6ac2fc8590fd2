//! A service's books, page by page, for the operator's reconciliation.

mod entry;
pub mod journal;
mod totals;

use contracts::document::read_json;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, SelectStatement, Value as Parameter};
use sea_orm::{Condition, ConnectionTrait, Order};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

pub use entry::{Entry, EntryHead, EntryRow, LineRow, Posting, TABLES};
pub use totals::totals;

use crate::{
    endpoint::{Asker, QuestionError},
    store::row::{self, Row},
};

/// The most rows on a page.
pub const MAX_ROWS: u32 = 2_000;

/// Rows in the order of their key.
#[derive(Debug)]
pub struct Page<R> {
    pub rows: Vec<R>,
    /// The cursor of the next page; `None` on the last page.
    pub next: Option<String>,
}

/// Reads a request for a page of the books, which only an operator may see.
///
/// # Errors
/// 404 for anybody else, 400 when the request cannot be read.
pub fn request<Q: DeserializeOwned>(asker: &Asker, request: &[u8]) -> Result<Q, QuestionError> {
    if !matches!(asker, Asker::Operator) {
        return Err(QuestionError::not_found("only the operator may see the books"));
    }
    read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))
}

/// Serialises a page as the answer to a question.
///
/// # Errors
/// 500 when it is no JSON.
pub fn answer(page: &impl Serialize) -> Result<Value, QuestionError> {
    serde_json::to_value(page)
        .map_err(|error| QuestionError { code: 500, message: error.to_string() })
}

/// At most `limit` rows behind the place `after`, which is [`Page::next`] of the page before.
///
/// # Errors
/// When the database fails, or `after` is no place.
pub async fn rows_after<R: Row>(
    db: &impl ConnectionTrait,
    after: Option<&str>,
    limit: u32,
) -> Result<Page<R>, QuestionError> {
    let limit = limit.clamp(1, MAX_ROWS);
    let mut select = row::select::<R>();
    if let Some(after) = after {
        select.cond_where(later::<R>(&read_place::<R>(after)?));
    }
    in_key_order::<R>(&mut select).limit(limit.into());
    let rows: Vec<R> = row::fetch(db, &select).await?;
    let last = rows.last().filter(|_| rows.len() == limit as usize);
    Ok(Page { next: last.map(place), rows })
}

/// The place behind `section`, in books of more than one table; `None` in another section, and at
/// the section's beginning a place of none.
#[must_use]
pub fn within<'a>(after: &'a str, section: &str) -> Option<Option<&'a str>> {
    after.strip_prefix(section).map(|place| Some(place).filter(|place| !place.is_empty()))
}

/// The place behind the first `section`, in books of more than one table; `None` at their beginning.
///
/// # Errors
/// When `after` is of no such section.
pub fn behind<'a>(after: &'a str, section: &str) -> Result<Option<&'a str>, QuestionError> {
    match after.strip_prefix(section) {
        Some(place) => Ok(Some(place)),
        None if after.is_empty() => Ok(None),
        None => Err(QuestionError::bad_request("`after` is no `next` of an earlier page")),
    }
}

fn in_key_order<R: Row>(select: &mut SelectStatement) -> &mut SelectStatement {
    R::KEY.iter().fold(select, |select, name| select.order_by(Alias::new(*name), Order::Asc))
}

/// Keys compared column by column: the first that differs decides.
fn later<R: Row>(place: &[Parameter]) -> Condition {
    let column = |at: usize| Expr::col(Alias::new(R::KEY[at]));
    (0..place.len()).fold(Condition::any(), |any, at| {
        let same =
            (0..at).fold(Condition::all(), |all, at| all.add(column(at).eq(place[at].clone())));
        any.add(same.add(column(at).gt(place[at].clone())))
    })
}

/// A key as text: a JSON array of its columns.
fn place<R: Row>(row: &R) -> String {
    let column = |value: Parameter| -> Value {
        if let Parameter::BigInt(number) = value {
            return number.into();
        }
        let Parameter::String(text) = value else {
            unreachable!("a key is text or a BIGINT: {value:?}");
        };
        text.into()
    };
    Value::Array(row.key_values().into_iter().map(column).collect()).to_string()
}

fn read_place<R: Row>(text: &str) -> Result<Vec<Parameter>, QuestionError> {
    let wrong = || QuestionError::bad_request("`after` is no `next` of an earlier page");
    let columns: Vec<Value> = serde_json::from_str(text).map_err(|_| wrong())?;
    if columns.len() != R::KEY.len() {
        return Err(wrong());
    }
    let parameter = |column: Value| match column {
        Value::String(text) => Some(Parameter::from(text)),
        Value::Number(number) => number.as_i64().map(Parameter::from),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    columns.into_iter().map(|column| parameter(column).ok_or_else(wrong)).collect()
}
