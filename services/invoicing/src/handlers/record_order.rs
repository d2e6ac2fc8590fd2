//! `order.accepted`, `.released` and `.changed`: an order as it stands. Its prices, terms and charges
//! are those that will be billed.

use contracts::event::{OrderAccepted, OrderChanged, OrderReleased, OrderSnapshot};
use mesh::{Context, Halt, Handler, Json, OnEvent, Outputs, checked::total};

use crate::{
    Invoicing,
    domain::{
        charges,
        grow::grow,
        order::{Line, Order},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const ACCEPTED: Handler<Invoicing> = &OnEvent::<_, OrderAccepted> { keys, decide };
pub const RELEASED: Handler<Invoicing> = &OnEvent::<_, OrderReleased> { keys, decide };
pub const CHANGED: Handler<Invoicing> = &OnEvent::<_, OrderChanged> { keys, decide: change };

fn keys<E: OrderSnapshot>(order: &E, keys: &mut Keys) {
    keys.orders.insert(order.order_id());
    keys.buyer(&order.body().partner, &order.body().customer_id);
}

fn decide<E: OrderSnapshot>(
    _: &Invoicing,
    order: &E,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (order_id, body) = (order.order_id(), order.body());
    let is_known = work.orders.get(&order_id).is_some();
    work.orders.put(Order {
        order_id,
        partner: body.partner.clone(),
        po_number: body.po_number.clone(),
        body: Json(body.clone()),
    });
    let mut outputs = Outputs::none();
    if is_known {
        grow(work, order_id, body, &mut outputs)?;
        charges::lapse(work, order_id)?;
    }
    Ok(outputs)
}

/// A change says all that is cancelled of the order.
fn change(
    service: &Invoicing,
    changed: &OrderChanged,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    for ordered in &changed.order.lines {
        let gone = changed.cancelled.iter().filter(|gone| gone.line == ordered.line);
        let gone = total(gone.map(|gone| gone.quantity))?;
        let key = (changed.order_id, ordered.line);
        if work.lines.get(&key).map(|line| line.cancelled).unwrap_or_default() != gone {
            work.lines.get_or_put(&key, || Line::new(key.0, key.1)).cancelled = gone;
        }
    }
    decide(service, changed, work, context)
}
