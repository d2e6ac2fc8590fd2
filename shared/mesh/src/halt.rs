//! The end of a decision that is not carried out.

use contracts::{MoneyError, Reason};

use crate::message::Key;

/// The reason that a decision ends without outputs. Its changes to the unit of work are undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// Parks the message until an event of that aggregate is handled or published here, or until
    /// its deadline passes.
    Wait(Key),
    /// Makes the message a dead letter; later events of its aggregate wait.
    Poison {
        /// The code, from a closed set.
        code: Reason,
        /// The explanation for the operator.
        reason: String,
    },
}

impl Halt {
    /// The message cannot be handled, for a reason of a closed set.
    #[must_use]
    pub fn poison(code: Reason, reason: impl ToString) -> Self {
        Self::Poison { code, reason: reason.to_string() }
    }

    /// The service's own rows contradict each other, or a figure leaves its range.
    #[must_use]
    pub fn broken(reason: impl ToString) -> Self {
        Self::poison(Reason::InvariantBroken, reason)
    }
}

/// An amount of the service's own that leaves its range.
impl From<MoneyError> for Halt {
    fn from(error: MoneyError) -> Self {
        Self::broken(error)
    }
}
