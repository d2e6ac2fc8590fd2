//! A bill that waited and may be posted now: a tax rate or the tax engine's answer has come since it
//! was tried, or more of its dispatch may be billed.

use futures::FutureExt as _;
use mesh::{Context, Halt, Handler, OnDue, Outputs, unit_of_work::UnitOfWork as _};

use crate::{
    Invoicing,
    domain::{bill::bill, bill_state, dispatch, tax_source},
    store::{Keys, due},
    unit_of_work::UnitOfWork,
};

/// Bills about which the tax engine has been asked and will say no more.
pub const QUOTED: Handler<Invoicing> = &OnDue {
    find: |service: &Invoicing, tx, now, limit| {
        due::quoted(tx, &service.config.tax_engine, now, limit).boxed()
    },
    keys,
    decide,
};
/// Bills that have not been tried since the last tax rate came.
pub const RATED: Handler<Invoicing> =
    &OnDue { find: |_, tx, _, limit| due::rated(tx, limit).boxed(), keys, decide };

fn keys(key: &dispatch::Key, keys: &mut Keys) {
    keys.orders.insert(key.0);
    keys.takes_numbers = true;
}

/// Nobody redrives work of the service's own: a bill that cannot be posted waits, and the world is
/// told why.
fn decide(
    service: &Invoicing,
    key: &dispatch::Key,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    outputs.more_due();
    if work.waiting.get(key).is_none() {
        tax_source::close(work, key);
        return Ok(outputs);
    }
    match bill(work, &service.config, key, context) {
        Ok(billed) => {
            outputs.extend(billed);
        }
        Err(Halt::Poison { reason, .. }) => {
            work.undo();
            bill_state::wait_for_finance(work, key, reason, &mut outputs);
        }
        Err(wait @ Halt::Wait(_)) => return Err(wait),
    }
    Ok(outputs)
}
