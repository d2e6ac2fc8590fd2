//! Rule D1: how far from the time at which the server takes it a document may be dated.

use contracts::document::Unreadable;
use jiff::{SignedDuration, Timestamp};

/// The knobs of rule D1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateLimits {
    /// Hours that a document's date may be ahead.
    pub ahead_hours: u32,
    /// Days that it may be back.
    pub back_days: u32,
}

impl Default for DateLimits {
    fn default() -> Self {
        Self { ahead_hours: 24, back_days: 400 }
    }
}

impl DateLimits {
    /// Refuses a moment too far from the time at which the document was taken.
    ///
    /// # Errors
    /// `invalid_value` at `path`.
    pub fn check(self, path: &str, at: Timestamp, taken: Timestamp) -> Result<(), Unreadable> {
        let Self { ahead_hours, back_days } = self;
        let from_taken = at.duration_since(taken);
        if from_taken > SignedDuration::from_hours(ahead_hours.into()) {
            let text = format!("{at} is more than {ahead_hours} hours after it was sent, {taken}");
            return Err(Unreadable::invalid(path, text));
        }
        if from_taken < -SignedDuration::from_hours(i64::from(back_days) * 24) {
            let text = format!("{at} is more than {back_days} days before it was sent, {taken}");
            return Err(Unreadable::invalid(path, text));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d1_a_date_is_at_most_a_day_ahead_and_400_days_back() {
        let taken: Timestamp = "2026-12-01T10:00:00Z".parse().unwrap();
        let passes = |at: &str| {
            let at = at.parse().unwrap();
            DateLimits::default().check("shipped_at", at, taken).is_ok()
        };
        assert!(passes("2026-12-02T10:00:00Z") && !passes("2026-12-02T10:01:00Z"));
        assert!(passes("2025-10-27T10:00:00Z") && !passes("2025-10-27T09:59:00Z"));
    }
}
