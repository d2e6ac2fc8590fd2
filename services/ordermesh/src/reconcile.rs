//! The reconciliation of all services' books, line by line and to the cent.
//!
//! Each service keeps its own figures and reads no other's. Their agreement is not assumed but
//! checked: per order line, per item and warehouse, per document and its journal entry, and in
//! total.

mod books;
mod check;
mod compare;
mod credit;
mod lines;
mod money;
mod posted;
mod print;
mod stock;

use std::time::Duration;

use serde::Serialize;
use tokio::time::{Instant, sleep};

use crate::operator::Operator;

pub use books::{Answers, Books};
pub use check::Check;
pub(crate) use compare::{ByCurrency, Compare, Unit, units};
pub(crate) use money::minor;

/// The time in which a difference may resolve itself: a message between two services is in one book
/// and not yet in the other.
const PATIENCE: Duration = Duration::from_secs(20);
/// The pause between two looks at books that do not agree.
const PAUSE: Duration = Duration::from_secs(1);

/// The result of comparing the books.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// True if every check balances.
    pub balanced: bool,
    pub checks: Vec<Check>,
}

impl Reconciliation {
    /// Compares what the services say.
    #[must_use]
    pub fn of(books: &Books) -> Self {
        let mut checks = lines::checks(&books.lines());
        checks.extend(stock::checks(books));
        checks.extend(money::checks(books));
        checks.extend(posted::checks(books));
        checks.extend(credit::checks(books));
        Self::from(checks)
    }

    /// Describes the reason to look again.
    fn waiting(&self) -> String {
        let mut differ = self.checks.iter().filter(|check| !check.balanced);
        let first = differ.next().map(|check| check.name.as_str()).unwrap_or_default();
        let more = match differ.count() {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!(
            "differing: {first}{more}; what is on its way between two services may be why: looking \
             again for up to {} s",
            PATIENCE.as_secs()
        )
    }

    /// Adds checks.
    #[must_use]
    pub fn and(mut self, checks: Vec<Check>) -> Self {
        self.checks.extend(checks);
        Self::from(self.checks)
    }
}

impl From<Vec<Check>> for Reconciliation {
    fn from(checks: Vec<Check>) -> Self {
        Self { balanced: checks.iter().all(|check| check.balanced), checks }
    }
}

/// Asks every service for its books, as the operator, and compares them; repeats that for a while
/// if they differ.
///
/// # Errors
/// Returns an error when a service does not answer.
pub async fn run(operator: &Operator) -> anyhow::Result<Reconciliation> {
    settled(operator, Reconciliation::of).await
}

/// Does the same with the caller's comparison.
pub(crate) async fn settled(
    operator: &Operator,
    compare: impl Fn(&Books) -> Reconciliation,
) -> anyhow::Result<Reconciliation> {
    let deadline = Instant::now() + PATIENCE;
    let mut waits = false;
    loop {
        let result = compare(&Books::read(operator).await?);
        if result.balanced || Instant::now() >= deadline {
            return Ok(result);
        }
        if !waits {
            eprintln!("{}", result.waiting());
            waits = true;
        }
        sleep(PAUSE).await;
    }
}

#[cfg(test)]
mod tests;
