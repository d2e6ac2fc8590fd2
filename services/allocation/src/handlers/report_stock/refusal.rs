//! Reports that are refused, and the reasons for it.

use contracts::{Reason, ReasonPath, document::Unreadable};
use jiff::Timestamp;
use mesh::{Context, command::Stop};

/// The outcome of judging a report: it may be refused for several reasons at once.
pub type Report<T> = Result<T, Stop<Vec<ReasonPath>>>;

/// A refusal for one reason.
#[must_use]
pub fn refused(path: &str, code: Reason, message: impl Into<String>) -> Stop<Vec<ReasonPath>> {
    Stop::Refused(vec![ReasonPath::at(path, code, message)])
}

/// Refuses a report if there is anything wrong with it.
pub fn refuse_if_any(reasons: Vec<ReasonPath>) -> Report<()> {
    if reasons.is_empty() { Ok(()) } else { Err(Stop::Refused(reasons)) }
}

/// Refuses a moment too far from the time at which the report was taken (D1).
pub fn check_instant(context: &Context<'_>, path: &str, at: Timestamp) -> Report<()> {
    let refused = |wrong: Unreadable| refused(&wrong.path, wrong.code, wrong.message);
    context.check_instant(path, at).map_err(refused)
}
