//! What the control tower itself said.

use contracts::event::{ExceptionRaised, ExceptionResolved};

use super::{Facts, Tell};

impl Tell for ExceptionRaised {
    fn tell(&self, facts: &mut Facts) {
        let kind = self.kind.as_ref().replace('_', " ");
        facts.summary = format!("exception {kind}: {}", self.message);
    }
}

impl Tell for ExceptionResolved {
    fn tell(&self, facts: &mut Facts) {
        facts.summary = format!("exception settled: {}", self.note);
    }
}
