//! The answers of the mesh to documents.

use contracts::ReasonPath;

/// How a document was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted,
    Rejected(Vec<ReasonPath>),
    /// With what was heard last.
    None(String),
    /// Others before it were not answered.
    NotSent,
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DocumentOutcome {
    pub answer: Answer,
    /// Whether an event said that it changed something; none where one may have been missed.
    pub changed: Option<bool>,
}
