//! The alarm of a lane: documents that wait too long.

use std::time::Duration;

use jiff::Timestamp;

/// A change of the alarm.
#[derive(Debug, PartialEq, Eq)]
pub enum Turn {
    /// The oldest document has waited too long.
    Stuck,
    /// No document has waited too long any more.
    Cleared,
}

/// An alarm that reports a fault once, and its end once.
#[derive(Debug, Default)]
pub struct Alarm {
    pub is_stuck: bool,
}

impl Alarm {
    /// Compares the time of the oldest document with the limit.
    pub fn check(
        &mut self,
        oldest: Option<Timestamp>,
        now: Timestamp,
        after: Duration,
    ) -> Option<Turn> {
        let limit = now.checked_sub(after).ok();
        let is_stuck = oldest.zip(limit).is_some_and(|(oldest, limit)| oldest <= limit);
        let before = std::mem::replace(&mut self.is_stuck, is_stuck);
        match (before, is_stuck) {
            (false, true) => Some(Turn::Stuck),
            (true, false) => Some(Turn::Cleared),
            (true, true) | (false, false) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f6_a_stuck_document_is_told_once_per_fault() {
        let (mut alarm, hour) = (Alarm::default(), Duration::from_secs(3_600));
        let at = |second| Timestamp::from_second(second).unwrap();
        let mut look = |oldest: Option<i64>, now| alarm.check(oldest.map(at), at(now), hour);
        assert_eq!(look(Some(0), 3_599), None);
        assert_eq!(look(Some(0), 3_600), Some(Turn::Stuck));
        assert_eq!(look(Some(0), 4_000), None);
        assert_eq!(look(Some(3_000), 4_000), Some(Turn::Cleared));
        assert_eq!(look(None, 9_000), None);
        assert_eq!(look(Some(3_000), 9_000), Some(Turn::Stuck));
    }
}
