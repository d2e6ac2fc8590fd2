//! `order.accepted`, `.released` and `.changed`: an order as it stands.

use contracts::event::{OrderAccepted, OrderChanged, OrderReleased, OrderSnapshot};
use mesh::{Context, Halt, Handler, OnEvent, Outputs};

use crate::{
    FulfillmentBridge,
    domain::order::{Line, Order},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const ACCEPTED: Handler<FulfillmentBridge> = &OnEvent::<_, OrderAccepted> { keys, decide };
pub const RELEASED: Handler<FulfillmentBridge> = &OnEvent::<_, OrderReleased> { keys, decide };
pub const CHANGED: Handler<FulfillmentBridge> = &OnEvent::<_, OrderChanged> { keys, decide };

fn keys<E: OrderSnapshot>(order: &E, keys: &mut Keys) {
    keys.orders.insert(order.order_id());
}

fn decide<E: OrderSnapshot>(
    _: &FulfillmentBridge,
    order: &E,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (order_id, body) = (order.order_id(), order.body());
    let tolerance_percent = body.over_ship_tolerance_percent;
    work.orders.put(Order {
        order_id,
        partner: body.partner.clone(),
        po_number: body.po_number.clone(),
        tolerance_percent,
        less_wanted: None,
    });
    for ordered in &body.lines {
        let before = work.order_lines.get(&(order_id, ordered.line));
        let new = || Line::new(order_id, ordered.line);
        let mut line = before.cloned().unwrap_or_else(new);
        line.order(ordered.quantity, tolerance_percent)?;
        // Rule D3: a line that stays as it is is not written.
        if before != Some(&line) {
            work.order_lines.put(line);
        }
    }
    Ok(Outputs::none())
}
