//! The facts of events of the control tower itself.

use contracts::event::{ExceptionRaised, ExceptionResolved};

use crate::domain::{
    facts::Facts,
    projection::{OfEvent, Projection},
};

pub const PROJECTIONS: &[&dyn Projection] =
    &[&OfEvent(exception_raised), &OfEvent(exception_resolved)];

fn exception_raised(event: &ExceptionRaised, facts: &mut Facts) {
    let kind = event.kind.as_ref().replace('_', " ");
    facts.summary = format!("exception {kind}: {}", event.message);
}

fn exception_resolved(event: &ExceptionResolved, facts: &mut Facts) {
    facts.summary = format!("exception settled: {}", event.note);
}
