//! `close-warehouse`: an operator takes a warehouse out of service (A10).

use contracts::command::CloseWarehouse;
use mesh::{Context, Halt, Handler, OnCommand, Outputs, command::once};

use crate::{Allocation, domain::warehouse, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<Allocation> = &OnCommand { keys, decide };

fn keys(command: &CloseWarehouse, keys: &mut Keys) {
    keys.warehouses.insert(command.warehouse_id.clone());
    keys.commands.insert(command.command_id.clone());
}

fn decide(
    _: &Allocation,
    command: &CloseWarehouse,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    once(work, command, context, |work| warehouse::set_closed(work, &command.warehouse_id, true))
}
