//! Moments of days, in UTC.

use std::time::Duration;

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

/// The first moment of a day.
#[must_use]
pub fn begins(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp())
}

/// The first moment after a day.
#[must_use]
pub fn ends(day: Date) -> Option<Timestamp> {
    day.checked_add(1.day()).ok().and_then(begins)
}

/// The moment that is later by a duration.
#[must_use]
pub fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
