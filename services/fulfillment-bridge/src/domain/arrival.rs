//! A confirmation that came as a file: decided like one that its warehouse's partner publishes.

use contracts::{PartnerName, Role};
use jiff::{SignedDuration, Timestamp};
use mesh::{Context, Decision, Outputs};

use super::{Set, confirm};
use crate::deliveries::Arrival;

/// What it names may still be on its way for so long, as with every document.
const PATIENCE: SignedDuration = SignedDuration::from_secs(10);
/// Between looks at one that waits.
const AGAIN: SignedDuration = SignedDuration::from_secs(2);
/// Between looks at one whose warehouse has no partner: that is for an operator to mend.
const LATER: SignedDuration = SignedDuration::from_mins(1);

/// Decides a confirmation that came as a file. The rights of its warehouse's partner are looked at
/// as ever (F2), and the same again is the same (F3). Another replica may have been first.
pub fn arrived(set: &mut Set, arrival: &Arrival, context: &Context<'_>) -> Decision {
    if set.arrivals.get(&arrival.id).is_none() {
        return Outputs::none().into();
    }
    let Some(partner) = speaker(set, arrival, context) else {
        return later(set, arrival, context.now, LATER);
    };
    let last_chance = context.now.duration_since(arrival.received_at) >= PATIENCE;
    let context = Context { last_chance, inbound: None, ..*context };
    let shipped_at = arrival.body.shipped_at;
    let dated = context.dates.check("shipped_at", shipped_at, arrival.received_at);
    match confirm::document(set, &partner, &arrival.body, dated, &context) {
        Decision::Done(mut outputs) => {
            set.arrivals.remove(&arrival.id);
            // A file that is dropped again is another cause: its answer may be another one.
            let came = arrival.received_at.as_microsecond();
            outputs.because_of(format!("{}:{came}", arrival.id));
            outputs.into()
        }
        Decision::Wait(_) => later(set, arrival, context.now, AGAIN),
        poison @ Decision::Poison { .. } => poison,
    }
}

/// The partner that the warehouse's record names, where it is one of warehouses.
fn speaker(set: &Set, arrival: &Arrival, context: &Context<'_>) -> Option<PartnerName> {
    let warehouse = set.warehouses.get(&arrival.warehouse_id)?;
    let partner = context.partners.get(&warehouse.record.partner)?;
    partner.has_role(Role::Warehouse).then(|| partner.partner.clone())
}

fn later(set: &mut Set, arrival: &Arrival, now: Timestamp, pause: SignedDuration) -> Decision {
    if let Some(row) = set.arrivals.get_mut(&arrival.id) {
        row.due_at = now.checked_add(pause).unwrap_or(now);
    }
    Outputs::none().into()
}
