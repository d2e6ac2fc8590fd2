//! `order.change-requested`: the reason for which less is wanted. Allocation recalls the units; a
//! recall does not say why.

use contracts::event::OrderChangeRequested;
use mesh::{Context, Halt, Handler, Json, OnEvent, Outputs};

use crate::{FulfillmentBridge, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<FulfillmentBridge> = &OnEvent { keys, decide };

fn keys(change: &OrderChangeRequested, keys: &mut Keys) {
    keys.orders.insert(change.order_id);
}

fn decide(
    _: &FulfillmentBridge,
    change: &OrderChangeRequested,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    if change.lines.iter().any(|line| line.to < line.from)
        && let Some(order) = work.orders.get_mut(&change.order_id)
    {
        order.less_wanted = Some(Json(change.reason));
    }
    Ok(Outputs::none())
}
