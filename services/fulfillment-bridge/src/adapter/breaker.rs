//! A circuit breaker: a warehouse that fails again and again is left alone for a while, then tried
//! with one document.

use std::time::Duration;

use jiff::Timestamp;

/// How a warehouse is thought to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It takes documents, as far as is known.
    Closed,
    /// It has been left alone long enough: one document is tried.
    HalfOpen,
    /// It is left alone.
    Open,
}

/// The breaker of one warehouse.
#[derive(Debug, Clone)]
pub struct Breaker {
    failures: u32,
    until: Option<Timestamp>,
    allowed: u32,
    pause: Duration,
}

impl Breaker {
    /// A closed one, which opens after so many failures in a row for so long.
    #[must_use]
    pub fn new(allowed: u32, pause: Duration) -> Self {
        Self { failures: 0, until: None, allowed: allowed.max(1), pause }
    }

    /// How the warehouse is thought to be.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> State {
        match self.until {
            None => State::Closed,
            Some(until) if now < until => State::Open,
            Some(_) => State::HalfOpen,
        }
    }

    /// It took a document, or refused one: it is there.
    pub fn reached(&mut self) {
        self.failures = 0;
        self.until = None;
    }

    /// It was not reached. The failure of a trial opens it again at once.
    pub fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= self.allowed {
            self.until = Some(now.checked_add(self.pause).unwrap_or(Timestamp::MAX));
        }
    }

    /// When it may be tried again; `None` where it may be now.
    #[must_use]
    pub fn until(&self, now: Timestamp) -> Option<Timestamp> {
        self.until.filter(|until| now < *until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn f6_the_breaker_opens_half_opens_and_closes() {
        let mut breaker = Breaker::new(3, Duration::from_secs(30));
        breaker.failed(at(0));
        breaker.failed(at(1));
        assert_eq!(breaker.state(at(1)), State::Closed);
        breaker.failed(at(2));
        assert_eq!((breaker.state(at(2)), breaker.until(at(2))), (State::Open, Some(at(32))));
        assert_eq!(breaker.state(at(31)), State::Open);
        assert_eq!((breaker.state(at(32)), breaker.until(at(32))), (State::HalfOpen, None));
        breaker.failed(at(32));
        assert_eq!(breaker.state(at(61)), State::Open, "the trial failed");
        assert_eq!(breaker.state(at(62)), State::HalfOpen);
        breaker.reached();
        assert_eq!(breaker.state(at(62)), State::Closed);
        breaker.failed(at(63));
        assert_eq!(breaker.state(at(63)), State::Closed, "it counts anew");
    }

    #[test]
    fn a_success_between_failures_keeps_it_closed() {
        let mut breaker = Breaker::new(2, Duration::from_secs(30));
        for second in 0..10 {
            breaker.failed(at(second));
            breaker.reached();
        }
        assert_eq!(breaker.state(at(10)), State::Closed);
    }
}
