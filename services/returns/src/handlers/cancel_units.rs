//! `order.cancelled`: units that will not leave, so that no request waits for them.

use contracts::event::OrderCancelled;
use mesh::{Context, Halt, Handler, OnEvent, Outputs, checked::beyond};

use crate::{Returns, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<Returns> = &OnEvent { keys, decide };

fn keys(cancelled: &OrderCancelled, keys: &mut Keys) {
    keys.order_lines.insert(cancelled.order_id);
}

fn decide(
    _: &Returns,
    cancelled: &OrderCancelled,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    for gone in &cancelled.lines {
        if let Some(line) = work.order_lines.get_mut(&(cancelled.order_id, gone.line)) {
            // An `order.changed` during the cancel may have reported some of these units before.
            line.ordered = beyond(line.ordered, gone.quantity);
        }
    }
    Ok(Outputs::none())
}
