//! Events of accounting periods (rule I13).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::events;

/// The books are closed up to and including a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PeriodClosed {
    /// The last day that is closed.
    pub period: Date,
}

/// The other writer of the journal no longer dates entries on or before the day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PeriodConfirmed {
    /// The last day that is closed.
    pub period: Date,
}

events! {
    PeriodClosed: "period", "closed", period;
    PeriodConfirmed: "period", "confirmed", period, continues;
}
