//! A confirmation that came as a file: decided like one that its warehouse's partner publishes.

use contracts::{PartnerName, Role};
use futures::FutureExt as _;
use jiff::SignedDuration;
use mesh::{Context, Halt, Handler, OnDue, Outputs};

use crate::{
    FulfillmentBridge,
    domain::{arrival::Arrival, confirm},
    store::{self, Keys},
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<FulfillmentBridge> =
    &OnDue { find: |_, tx, now, limit| store::due_arrivals(tx, now, limit).boxed(), keys, decide };

/// The time for which a confirmation waits for what it names, as with every document.
const WAIT_TIMEOUT: SignedDuration = SignedDuration::from_secs(10);
/// The time between two decisions on one that waits.
const RETRY: SignedDuration = SignedDuration::from_secs(2);
/// The same where the warehouse has no partner: that is for an operator to mend.
const RETRY_WITHOUT_PARTNER: SignedDuration = SignedDuration::from_mins(1);

fn keys(arrival: &Arrival, keys: &mut Keys) {
    keys.arrivals.insert(arrival.id.clone());
    keys.warehouses.insert(arrival.warehouse_id.clone());
    keys.confirmation(&arrival.body);
}

/// The rights of the warehouse's partner are checked as ever (F2), and the same again is the same
/// (F3). Another replica may have been first.
fn decide(
    _: &FulfillmentBridge,
    arrival: &Arrival,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    if work.arrivals.get(&arrival.id).is_none() {
        return Ok(Outputs::none());
    }
    let Some(partner) = speaker(work, arrival, context) else {
        return Ok(postpone(work, arrival, context, RETRY_WITHOUT_PARTNER));
    };
    let last_chance = context.now.duration_since(arrival.received_at) >= WAIT_TIMEOUT;
    let context = Context { last_chance, inbound: None, ..*context };
    let shipped_at = arrival.body.shipped_at;
    let dated = context.dates.check("shipped_at", shipped_at, arrival.received_at);
    match confirm::receive(work, &partner, &arrival.body, dated, &context) {
        Ok(mut outputs) => {
            work.arrivals.remove(&arrival.id);
            // A file that is dropped again is another cause: its answer may be another one.
            let received_at = arrival.received_at.as_microsecond();
            outputs.because_of(format!("{}:{received_at}", arrival.id));
            Ok(outputs)
        }
        Err(Halt::Wait(_)) => Ok(postpone(work, arrival, &context, RETRY)),
        Err(poison @ Halt::Poison { .. }) => Err(poison),
    }
}

/// The partner that the warehouse's record names, if it has the role of warehouses.
fn speaker(work: &UnitOfWork, arrival: &Arrival, context: &Context<'_>) -> Option<PartnerName> {
    let warehouse = work.warehouses.get(&arrival.warehouse_id)?;
    let partner = context.partners.get(&warehouse.record.partner)?;
    partner.has_role(Role::Warehouse).then(|| partner.partner.clone())
}

fn postpone(
    work: &mut UnitOfWork,
    arrival: &Arrival,
    context: &Context<'_>,
    pause: SignedDuration,
) -> Outputs {
    if let Some(row) = work.arrivals.get_mut(&arrival.id) {
        row.due_at = context.now.checked_add(pause).unwrap_or(context.now);
    }
    Outputs::none()
}
