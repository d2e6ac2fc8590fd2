//! Closing the books up to a day (rule I13).

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Event, event};

/// The books are closed up to a day, that day included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PeriodClosed {
    /// The last closed day.
    pub period: Date,
}

/// The other writer of the journal dates nothing on or before the day any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PeriodConfirmed {
    /// The last closed day.
    pub period: Date,
}

event!(PeriodClosed, "period", "closed", period);

impl Event for PeriodConfirmed {
    const AGGREGATE: &'static str = PeriodClosed::AGGREGATE;
    const NAME: &'static str = "confirmed";
    const ID_FIELD: &'static str = PeriodClosed::ID_FIELD;
    const CONTINUES: bool = true;

    fn id(&self) -> String {
        self.period.to_string()
    }
}
