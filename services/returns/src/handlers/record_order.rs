//! `order.accepted`, `.held`, `.released` and `.changed`: an order as it stands.

use contracts::event::{OrderAccepted, OrderChanged, OrderHeld, OrderReleased, OrderSnapshot};
use mesh::{
    Context, Halt, Handler, OnEvent, Outputs,
    checked::{minus, total},
};

use crate::{
    Returns,
    domain::order::{Line, Order},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const ACCEPTED: Handler<Returns> = &OnEvent::<_, OrderAccepted> { keys, decide };
pub const HELD: Handler<Returns> = &OnEvent::<_, OrderHeld> { keys, decide };
pub const RELEASED: Handler<Returns> = &OnEvent::<_, OrderReleased> { keys, decide };
pub const CHANGED: Handler<Returns> = &OnEvent::<_, OrderChanged> { keys, decide };

fn keys<E: OrderSnapshot>(_: &E, _: &mut Keys) {}

fn decide<E: OrderSnapshot>(
    _: &Returns,
    order: &E,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (order_id, body) = (order.order_id(), order.body());
    work.orders.put(Order {
        order_id,
        partner: body.partner.clone(),
        po_number: body.po_number.clone(),
        customer_id: body.customer_id.clone(),
    });
    for line in &body.lines {
        let gone = order.cancelled().iter().filter(|gone| gone.line == line.line);
        let ordered = minus(line.quantity, total(gone.map(|gone| gone.quantity))?)?;
        let line = line.line;
        work.order_lines.put(Line { order_id, line, ordered });
    }
    Ok(Outputs::none())
}
