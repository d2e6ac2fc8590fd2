//! `open-warehouse`: an operator takes a warehouse back into service (A10).

use contracts::command::OpenWarehouse;
use mesh::{Context, Halt, Handler, OnCommand, Outputs, command::once};

use crate::{Allocation, domain::warehouse, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<Allocation> = &OnCommand { keys, decide };

fn keys(command: &OpenWarehouse, keys: &mut Keys) {
    keys.warehouses.insert(command.warehouse_id.clone());
    keys.commands.insert(command.command_id.clone());
}

fn decide(
    _: &Allocation,
    command: &OpenWarehouse,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    once(work, command, context, |work| warehouse::set_closed(work, &command.warehouse_id, false))
}
