//! What is said of closed periods.

use contracts::event::{PeriodClosed, PeriodConfirmed};

use super::{Facts, Tell};

impl Tell for PeriodClosed {
    fn tell(&self, facts: &mut Facts) {
        facts.summary = format!("the books are closed through {}", self.period);
    }
}

impl Tell for PeriodConfirmed {
    fn tell(&self, facts: &mut Facts) {
        facts.summary = format!("no entry is dated on or before {} any more", self.period);
    }
}
