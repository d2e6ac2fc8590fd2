//! A refused document, its answer, or a dead letter, as the stream reader has kept it.

use futures::FutureExt as _;
use mesh::{Context, Halt, Handler, OnDue, Outputs};

use crate::{
    ControlTower,
    domain::{case::case_id, facts::Raise, lifecycle, observation::Observation},
    store::{Keys, due},
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<ControlTower> =
    &OnDue { find: |_, tx, _, limit| due::observations(tx, limit).boxed(), keys, decide };

fn keys(observation: &Observation, keys: &mut Keys) {
    keys.observations.insert(observation.id.clone());
    keys.cases.insert(case_id(observation.kind.0, &observation.reference));
}

/// Decides an observation once: its row is there until then.
fn decide(
    _: &ControlTower,
    observation: &Observation,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let Some(observation) = work.observations.get(&observation.id).cloned() else {
        return Ok(outputs);
    };
    let Observation { id, kind, reference, order_id, message, observed_at, .. } = observation;
    work.observations.remove(&id);
    let (kind, cases) = (kind.0, &mut work.cases);
    if let Some(message) = message {
        let raise = Raise::at_once(kind, reference, message);
        lifecycle::raise(cases, &raise, order_id, observed_at, &mut outputs);
    } else {
        let (case_id, note) = (case_id(kind, &reference), "answered since");
        lifecycle::settle(cases, case_id, &id, note, context.now, &mut outputs);
    }
    Ok(outputs)
}
