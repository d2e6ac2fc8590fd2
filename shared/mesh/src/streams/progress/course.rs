//! The progress on one stream. Pure: the time is passed in.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

use jiff::Timestamp;

/// Messages handled here that are remembered: a durable has no more than 1,024 unacknowledged.
const REMEMBERED: usize = 1_024;
/// Between two looks of a process that watches at most so long, however short its patience: a look
/// and the wait for its answer take a part of it.
const WATCHES: Duration = Duration::from_secs(5);
/// The number of observations kept per wait timeout.
const LOOKS: u32 = 20;

/// The server's report on a durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The time of the report, by the server's clock.
    pub at: Timestamp,
    /// Up to this sequence all is acknowledged, so all is handled.
    pub floor: u64,
    /// Nothing is to be delivered, and nothing to be acknowledged.
    pub is_idle: bool,
}

/// The progress on one stream.
#[derive(Debug, Default)]
pub(crate) struct Course {
    /// Messages handled here: sequence, and when the server stored it.
    handled: BTreeMap<u64, Timestamp>,
    /// All that the server stored until then is handled.
    reached: Option<Timestamp>,
    looked_at: Option<Timestamp>,
    /// Observations as (time observed, moment reached), the oldest first.
    looks: VecDeque<(Timestamp, Timestamp)>,
}

impl Course {
    pub fn handled(&mut self, sequence: u64, stored_at: Timestamp) {
        self.handled.insert(sequence, stored_at);
        if self.handled.len() > REMEMBERED {
            self.handled.pop_first();
        }
    }

    pub fn seen(&mut self, standing: &Standing, now: Timestamp, patience: Duration) {
        let above = self.handled.split_off(&(standing.floor + 1));
        let below = std::mem::replace(&mut self.handled, above).pop_last();
        let below = below.map(|(_, stored_at)| stored_at);
        self.reached = self.reached.max(below).max(standing.is_idle.then_some(standing.at));
        let Some(reached) = self.reached else { return };
        let step = patience / LOOKS;
        // A process that stood still has not watched: what could bring the thing may have stood too.
        if self.looked_at.replace(now).is_some_and(|last| last + WATCHES < now) {
            self.looks.clear();
        }
        if self.looks.back().is_none_or(|(seen_at, _)| *seen_at + step <= now) {
            self.looks.push_back((now, reached));
        }
        // Of those that are a patience old the newest says all.
        while self.looks.get(1).is_some_and(|(seen_at, _)| *seen_at + patience <= now) {
            self.looks.pop_front();
        }
    }

    /// All that the server stored until then is handled.
    pub fn reached(&self) -> Option<Timestamp> {
        self.reached
    }

    /// A document whose deadline, a patience after the server took it, is not after this has waited
    /// long enough for what this stream may bring.
    pub fn past(&self, now: Timestamp, patience: Duration) -> Option<Timestamp> {
        let old = self.looks.iter().rev().find(|(seen_at, _)| *seen_at + patience <= now);
        let (_, passed) = old?;
        Some((*passed + patience).min(self.reached?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn idle(second: i64, floor: u64) -> Standing {
        Standing { at: at(second), floor, is_idle: true }
    }

    fn busy(second: i64, floor: u64) -> Standing {
        Standing { is_idle: false, ..idle(second, floor) }
    }

    /// The second at which a document that was taken at `taken` is told, looked at each second.
    fn told(taken: i64, mut look: impl FnMut(i64, &mut Course)) -> Option<i64> {
        let (mut course, deadline) = (Course::default(), at(taken) + PATIENCE);
        (taken..taken + 1_000).find(|second| {
            look(*second, &mut course);
            course.past(at(*second), PATIENCE).is_some_and(|past| deadline <= past)
        })
    }

    #[test]
    fn m3_patience_runs_from_the_first_look_at_an_idle_stream() {
        let told = told(100, |now, course| course.seen(&idle(now, 0), at(now), PATIENCE));
        assert_eq!(told, Some(110));
    }

    /// The stream is behind until second 160: it holds what was stored before and not handled.
    #[test]
    fn m3_patience_waits_for_what_is_behind() {
        let told = told(100, |now, course| {
            let standing = if now < 160 { busy(now, 0) } else { idle(now, 7) };
            course.seen(&standing, at(now), PATIENCE);
        });
        assert_eq!(told, Some(170));
    }

    /// In a flood the durable is never idle, and always 30 seconds behind; it goes on all the same.
    #[test]
    fn m3_a_flood_does_not_stop_patience() {
        let told = told(100, |now, course| {
            let floor = u64::try_from(now - 30).unwrap();
            course.handled(floor, at(now - 30));
            course.seen(&busy(now, floor), at(now), PATIENCE);
        });
        assert_eq!(told, Some(140), "passed at 130, and what came until 110 is handled at 140");
    }

    /// A message handled here counts once it and all before it are acknowledged: another replica
    /// may hold those.
    #[test]
    fn m3_what_another_replica_has_in_hand_is_not_passed() {
        let mut course = Course::default();
        course.handled(9, at(109));
        course.seen(&busy(110, 8), at(110), PATIENCE);
        assert_eq!(course.reached(), None);
        course.seen(&busy(111, 9), at(111), PATIENCE);
        assert_eq!(course.reached(), Some(at(109)));
    }

    /// A look without an answer takes all of it back: `lost_sight_of` forgets the course.
    #[test]
    fn m3_an_outage_begins_patience_again() {
        let told = told(100, |now, course| match now {
            100..105 | 125.. => course.seen(&idle(now, 0), at(now), PATIENCE),
            _ => *course = Course::default(),
        });
        assert_eq!(told, Some(135));
    }

    /// The process stood still from second 102 to 160, and whoever brings what is missing with it.
    #[test]
    fn m3_a_standstill_begins_patience_again() {
        let told = told(100, |now, course| {
            if !(103..160).contains(&now) {
                course.seen(&idle(now, 0), at(now), PATIENCE);
            }
        });
        assert_eq!(told, Some(170));
    }

    #[test]
    fn m9_looks_and_messages_that_are_remembered_have_a_limit() {
        let mut course = Course::default();
        for now in 0..100_000 {
            course.handled(now, at(0));
            course.seen(&busy(0, 0), at(now.cast_signed()), PATIENCE);
        }
        assert!(course.handled.len() <= REMEMBERED);
        for now in 0..100_000_i64 {
            let milli = Timestamp::from_millisecond(now * 10).unwrap();
            course.seen(&idle(now, 0), milli, PATIENCE);
        }
        assert!(course.looks.len() <= LOOKS as usize + 2, "{}", course.looks.len());
    }
}
