//! Closing the books up to a day (rule I13).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::events;

/// The books are closed up to a day, that day included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PeriodClosed {
    /// The last closed day.
    pub period: Date,
}

/// The other writer of the journal dates nothing on or before the day any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PeriodConfirmed {
    /// The last closed day.
    pub period: Date,
}

events! {
    PeriodClosed: "period", "closed", period;
    PeriodConfirmed: "period", "confirmed", period, continues;
}
