//! A circuit breaker: an engine that fails again and again is left alone for a while. Pure: it is
//! told the time.

use std::time::Duration;

use jiff::Timestamp;

/// Whether an engine may be asked.
#[derive(Debug)]
pub struct Breaker {
    /// So many failures in a row open it.
    limit: u32,
    /// For so long.
    pause: Duration,
    failures: u32,
    open_until: Option<Timestamp>,
}

impl Breaker {
    /// Closed: the engine may be asked.
    #[must_use]
    pub fn new(limit: u32, pause: Duration) -> Self {
        Self { limit: limit.max(1), pause, failures: 0, open_until: None }
    }

    /// Whether the engine may be asked now. Once the pause is over, one question may try it; the
    /// others wait for what becomes of that one, another pause long at most.
    ///
    /// # Errors
    /// When it may be asked again, where it may not be now.
    pub fn admit(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        match self.open_until {
            Some(until) if now < until => Err(until),
            Some(_) => {
                self.open(now);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The engine is there.
    pub fn succeeded(&mut self) {
        (self.failures, self.open_until) = (0, None);
    }

    /// The engine is not there.
    pub fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= self.limit {
            self.open(now);
        }
    }

    /// Whether the engine is left alone.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.open_until.is_some()
    }

    fn open(&mut self, now: Timestamp) {
        self.open_until = Some(now.checked_add(self.pause).unwrap_or(Timestamp::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
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
        assert!(!breaker.is_open());
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
}
