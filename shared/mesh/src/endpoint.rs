//! Questions, their askers, and their answers.

use contracts::{
    document::MAX_BYTES,
    partner::{Partner, Role},
    reason::Reason,
};
use futures::future::BoxFuture;
use sea_orm::{DatabaseConnection, DbErr};
use serde_json::Value;

/// A question that a service answers, and the answer.
pub struct Endpoint<S> {
    /// The question's name in NATS subjects.
    pub question: &'static str,
    pub answer: Answer<S>,
}

/// The answer to one request, read from the database.
pub type Answer<S> = for<'a> fn(
    &'a S,
    &'a DatabaseConnection,
    &'a Asker,
    &'a [u8],
) -> BoxFuture<'a, Result<Value, QuestionError>>;

/// The sender of a question, as proved by the subject.
#[derive(Debug, Clone)]
pub enum Asker {
    /// An operator, who sees all.
    Operator,
    /// A partner, with its record.
    Partner(Box<Partner>),
}

impl Asker {
    /// Returns true for those who may see everybody's figures: the operator and ERPs.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        match self {
            Self::Operator => true,
            Self::Partner(partner) => partner.has_role(Role::Erp),
        }
    }

    /// The partner's record; `None` for the operator.
    #[must_use]
    pub fn partner(&self) -> Option<&Partner> {
        match self {
            Self::Operator => None,
            Self::Partner(partner) => Some(partner),
        }
    }
}

/// The reason that a question is not answered; sent in the headers of the NATS Services API.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub struct QuestionError {
    /// As in HTTP: 400, 403, 404, 413, 500.
    pub code: u16,
    /// The problem and its remedy.
    pub message: String,
}

impl QuestionError {
    /// The request cannot be read, or names nothing to look for.
    #[must_use]
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self { code: 400, message: message.into() }
    }

    /// The object does not exist or belongs to somebody else; the answer does not tell which.
    #[must_use]
    pub fn not_found(message: impl Into<String>) -> Self {
        Self { code: 404, message: message.into() }
    }

    /// The asker's roles do not allow the question.
    #[must_use]
    pub fn not_allowed() -> Self {
        Self { code: 403, message: Reason::NotAllowed.to_string() }
    }

    /// Larger than anything that a partner may send.
    #[must_use]
    pub fn too_large() -> Self {
        Self { code: 413, message: format!("{}: at most {MAX_BYTES} bytes", Reason::TooLarge) }
    }

    pub(crate) fn unknown(question: &str) -> Self {
        Self::not_found(format!("there is no question {question}"))
    }
}

impl From<DbErr> for QuestionError {
    fn from(error: DbErr) -> Self {
        Self { code: 500, message: format!("the figures could not be read: {error}") }
    }
}
