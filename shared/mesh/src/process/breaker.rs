//! A circuit breaker: what fails again and again is left alone for a while, then tried once. Pure:
//! the time is passed in.

use std::time::Duration;

use jiff::Timestamp;

/// The state of the circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Calls are allowed.
    Closed,
    /// The pause is over: one trial call is allowed.
    HalfOpen,
    /// Calls are rejected.
    Open,
}

/// A circuit breaker around a remote system.
#[derive(Debug, Clone)]
pub struct Breaker {
    /// Consecutive failures that open the circuit.
    limit: u32,
    /// The pause before a trial.
    pause: Duration,
    failures: u32,
    open_until: Option<Timestamp>,
}

impl Breaker {
    /// A closed one, which opens after so many failures in a row for so long.
    #[must_use]
    pub fn new(limit: u32, pause: Duration) -> Self {
        Self { limit: limit.max(1), pause, failures: 0, open_until: None }
    }

    /// The state at a given time.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> State {
        match self.open_until {
            None => State::Closed,
            Some(until) if now < until => State::Open,
            Some(_) => State::HalfOpen,
        }
    }

    /// Returns the time of the next trial; `None` if calls are allowed now.
    #[must_use]
    pub fn until(&self, now: Timestamp) -> Option<Timestamp> {
        self.open_until.filter(|until| now < *until)
    }

    /// Asks to make a call now. After the pause one caller may try; the others wait for its result,
    /// at most for another pause.
    ///
    /// # Errors
    /// When it may be asked again, where it may not be now.
    pub fn admit(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        if let Some(until) = self.until(now) {
            return Err(until);
        }
        if self.open_until.is_some() {
            self.open(now);
        }
        Ok(())
    }

    /// Records a successful call and closes the circuit.
    pub fn succeeded(&mut self) {
        (self.failures, self.open_until) = (0, None);
    }

    /// Records a failed call. A failed trial opens the circuit again at once.
    pub fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= self.limit {
            self.open(now);
        }
    }

    fn open(&mut self, now: Timestamp) {
        self.open_until = Some(now.checked_add(self.pause).unwrap_or(Timestamp::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn open() -> Breaker {
        let mut breaker = Breaker::new(3, Duration::from_secs(10));
        for second in 0..3 {
            assert_eq!(breaker.admit(at(second)), Ok(()));
            breaker.failed(at(second));
        }
        breaker
    }

    #[test]
    fn i4_an_engine_that_fails_in_a_row_is_left_alone_for_a_while() {
        let mut breaker = open();
        assert_eq!(breaker.admit(at(3)), Err(at(12)));
        assert_eq!(breaker.admit(at(11)), Err(at(12)));
    }

    #[test]
    fn i4_then_one_question_tries_it() {
        let mut breaker = open();
        assert_eq!(breaker.admit(at(12)), Ok(()));
        assert_eq!(breaker.admit(at(12)), Err(at(22)));
        breaker.failed(at(13));
        assert_eq!(breaker.admit(at(22)), Err(at(23)));
        assert_eq!(breaker.admit(at(23)), Ok(()));
        breaker.succeeded();
        assert_eq!(breaker.state(at(23)), State::Closed);
        assert_eq!(breaker.admit(at(23)), Ok(()));
    }

    #[test]
    fn i4_failures_between_answers_open_nothing() {
        let mut breaker = Breaker::new(3, Duration::from_secs(10));
        for second in 0..20 {
            breaker.failed(at(second));
            breaker.failed(at(second));
            breaker.succeeded();
            assert_eq!(breaker.admit(at(second)), Ok(()));
        }
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
        breaker.succeeded();
        assert_eq!(breaker.state(at(62)), State::Closed);
        breaker.failed(at(63));
        assert_eq!(breaker.state(at(63)), State::Closed, "it counts anew");
    }

    #[test]
    fn a_success_between_failures_keeps_it_closed() {
        let mut breaker = Breaker::new(2, Duration::from_secs(30));
        for second in 0..10 {
            breaker.failed(at(second));
            breaker.succeeded();
        }
        assert_eq!(breaker.state(at(10)), State::Closed);
    }
}
