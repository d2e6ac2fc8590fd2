//! Answers of the mesh to imported documents.

use contracts::ReasonPath;

/// The answer to a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    Accepted,
    Rejected(Vec<ReasonPath>),
    /// No answer; the text says what is known.
    None(String),
    /// Not sent, because earlier documents were not answered.
    NotSent,
}

/// The result of sending a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DocumentOutcome {
    pub answer: Answer,
    /// True if an event said that it changed something; none if an event may have been missed.
    pub changed: Option<bool>,
}
