//! A `close-period` whose day is confirmed: it is answered, and kept for the audit.

use contracts::{
    CommandId,
    command::{ClosePeriod, Command as _},
};
use futures::FutureExt as _;
use mesh::{Context, Halt, Handler, Json, OnDue, Outputs, command::once};

use crate::{
    Invoicing,
    domain::period::Closing,
    store::{Keys, due},
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Invoicing> =
    &OnDue { find: |_, tx, _, limit| due::confirmed(tx, limit).boxed(), keys, decide };

fn keys(command_id: &CommandId, keys: &mut Keys) {
    keys.commands.insert(command_id.clone());
    keys.takes_numbers = true;
}

fn decide(
    _: &Invoicing,
    command_id: &CommandId,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let closing = work.closings.get(command_id).filter(|it| it.confirmed).cloned();
    if let Some(Closing { command: Json(command), .. }) = closing {
        outputs.because_of(format!("{}/{command_id}", ClosePeriod::VERB)).more_due();
        outputs.extend(once(work, &command, context, |work| {
            work.closings.remove(command_id);
            Ok(Outputs::none())
        })?);
    }
    Ok(outputs)
}
