//! The end of an authorisation's last day.

use contracts::RmaNumber;
use futures::FutureExt as _;
use mesh::{Context, Halt, Handler, OnDue, Outputs};

use crate::{
    Returns,
    domain::{close, master::Calendar},
    store::{self, Keys},
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Returns> =
    &OnDue { find: |_, tx, now, limit| store::expired(tx, now, limit).boxed(), keys, decide };

fn keys(rma_number: &RmaNumber, keys: &mut Keys) {
    keys.authorizations.insert(rma_number.clone());
}

fn decide(
    _: &Returns,
    rma_number: &RmaNumber,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let today = Calendar::of(&work.company).day(context.now);
    if close::expire(work, rma_number, today, &mut outputs)? {
        outputs.more_due();
    }
    Ok(outputs)
}
