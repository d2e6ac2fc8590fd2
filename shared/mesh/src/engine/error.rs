//! Errors of a batch: transient (retry all of it, use nothing up) or permanent (one of its messages
//! is at fault); and errors in words.

use std::error::Error as StdError;

use sea_orm::{DbErr, RuntimeErr, sqlx};

/// The reason that a batch could not be committed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database could not be reached, was busy, or gave up on a deadlock: the same batch works
    /// later (rule M3).
    #[error("the database is not available")]
    Transient(#[source] DbErr),
    /// A row or a statement was refused: one of the messages cannot be handled as it is.
    #[error("the database refused a statement")]
    Permanent(#[source] DbErr),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        if is_refusal(&error) { Self::Permanent(error) } else { Self::Transient(error) }
    }
}

/// Returns true if the same statement would be refused again: a violated constraint, a value that
/// does not fit, a row that cannot be read. Any other error is treated as transient.
#[expect(clippy::wildcard_enum_match_arm, reason = "the libraries' enums grow")]
fn is_refusal(error: &DbErr) -> bool {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            match &**error {
                sqlx::Error::Database(error) => {
                    !matches!(error.kind(), sqlx::error::ErrorKind::Other)
                        || error.code().is_some_and(|code| is_refused(&code))
                }
                sqlx::Error::ColumnDecode { .. }
                | sqlx::Error::Decode(_)
                | sqlx::Error::Encode(_)
                | sqlx::Error::TypeNotFound { .. }
                | sqlx::Error::ColumnNotFound(_) => true,
                _ => false,
            }
        }
        DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } | DbErr::Custom(_) => true,
        _ => false,
    }
}

/// PostgreSQL's classes for a row twice in one statement, a value that does not fit, and a program
/// limit; SQLite's codes for a value that is too big or of another type.
fn is_refused(code: &str) -> bool {
    let class = (code.len() == 5).then(|| code.get(..2)).flatten();
    matches!(class, Some("21" | "22" | "54")) || matches!(code, "18" | "20")
}

/// Joins an error and its causes on one line. Each text appears once: some libraries repeat a cause
/// in the text of the error and return it as its source too.
#[must_use]
pub fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Nested {
        text: &'static str,
        source: Option<Box<Nested>>,
    }

    fn nested(texts: &[&'static str]) -> Nested {
        let (text, rest) = texts.split_first().unwrap();
        let source = (!rest.is_empty()).then(|| Box::new(nested(rest)));
        Nested { text, source }
    }

    #[test]
    fn a_cause_appears_once() {
        let own = nested(&["the database cannot be used", "connection refused (os error 111)"]);
        assert_eq!(chain(&own), "the database cannot be used: connection refused (os error 111)");
        let repeated =
            nested(&["toy: no database", "Connection Error: io: refused", "io: refused"]);
        assert_eq!(chain(&repeated), "toy: no database: Connection Error: io: refused");
    }
}
