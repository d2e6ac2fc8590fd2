//! `order.change-requested`: new totals of lines (O7, O8). Less than before takes what waits first,
//! then what warehouses were asked for. More is served once the change has taken place.

use contracts::event::OrderChangeRequested;
use mesh::{Context, Halt, Handler, Key, OnEvent, Outputs};

use crate::{
    Allocation,
    domain::{ledger, reduce::want_less},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Allocation> = &OnEvent { keys, decide };

fn keys(requested: &OrderChangeRequested, keys: &mut Keys) {
    keys.orders.insert(requested.order_id);
    // What is left of an order that is shipped complete may be there.
    keys.served.insert(requested.order_id);
    keys.lines.extend(requested.lines.iter().map(|line| (requested.order_id, line.line)));
}

fn decide(
    _: &Allocation,
    requested: &OrderChangeRequested,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = requested.order_id;
    if work.orders.get(&order_id).is_none() {
        return Err(Halt::Wait(Key::new("order", order_id)));
    }
    let less = requested.lines.iter().filter(|change| change.to < change.from);
    let mut numbers = Vec::new();
    for change in less {
        ledger::change_line(work, order_id, change.line, |line| {
            line.ordered = line.ordered.min(change.to);
            Ok(())
        })?;
        numbers.push(change.line);
    }
    let mut outputs = Outputs::none();
    want_less(work, order_id, numbers.into_iter(), &mut outputs)?;
    Ok(outputs)
}
