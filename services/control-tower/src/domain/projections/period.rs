//! The facts of closed periods.

use contracts::event::{PeriodClosed, PeriodConfirmed};

use crate::domain::{
    facts::Facts,
    projection::{OfEvent, Projection},
};

pub const PROJECTIONS: &[&dyn Projection] = &[&OfEvent(period_closed), &OfEvent(period_confirmed)];

fn period_closed(event: &PeriodClosed, facts: &mut Facts) {
    facts.summary = format!("the books are closed through {}", event.period);
}

fn period_confirmed(event: &PeriodConfirmed, facts: &mut Facts) {
    facts.summary = format!("no entry is dated on or before {} any more", event.period);
}
