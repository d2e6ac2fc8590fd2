//! `cancel-order`: an operator cancels what is open of an order. It is done when the warehouses have
//! given back what they can; the buyer is told then.

use contracts::command::CancelOrder;
use mesh::{Context, Halt, Handler, OnCommand, Outputs, command::once};

use crate::{
    OrderIntake,
    domain::change::{By, cancel::cancel_open},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnCommand { keys, decide };

fn keys(command: &CancelOrder, keys: &mut Keys) {
    keys.cancel(command.order_id);
    keys.commands.insert(command.command_id.clone());
}

fn decide(
    _: &OrderIntake,
    command: &CancelOrder,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    once(work, command, context, |work| cancel_open(work, command.order_id, By::Operator))
}
