//! `period.confirmed`: payment-apply dates nothing on or before the day either. The commands that
//! closed it are to be answered.

use contracts::{CommandId, event::PeriodConfirmed};
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{Invoicing, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<Invoicing> = &OnEvent { keys, decide };

fn keys(event: &PeriodConfirmed, keys: &mut Keys) {
    keys.closed.insert(event.period);
    keys.takes_numbers = true;
}

fn decide(
    _: &Invoicing,
    event: &PeriodConfirmed,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    let of_day = work.closings.having("through", &event.period);
    let commands: Vec<CommandId> = of_day.map(|it| it.command_id.clone()).collect();
    for command_id in commands {
        if let Some(closing) = work.closings.get_mut(&command_id) {
            closing.confirmed = true;
            outputs.more_due();
        }
    }
    Ok(outputs)
}
