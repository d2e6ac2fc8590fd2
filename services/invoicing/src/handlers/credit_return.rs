//! `return.completed`: nothing more of a return will come. Its units are credited, taken off the
//! waiting bills, or both; the cost of the restocked ones is reversed.

use contracts::event::{InvoiceReduced, ReturnCompleted};
use mesh::{Context, Halt, Handler, Key, OnEvent, Outputs};

use crate::{
    Invoicing,
    domain::{
        credit,
        credit_memo::Return,
        dispatch::dispatches_of,
        restocked::{self, Costs},
        returned::{Credited, Reduced, close_waiting, is_dispatched, take_back},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Invoicing> = &OnEvent { keys, decide };

fn keys(event: &ReturnCompleted, keys: &mut Keys) {
    keys.orders.insert(event.order_id);
    keys.returned.insert(event.order_id);
    keys.rmas.insert(event.rma_number.clone());
    keys.takes_numbers = true;
}

/// A return waits for the dispatches of all that came back: shipment and return are two aggregates.
fn decide(
    service: &Invoicing,
    event: &ReturnCompleted,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let (config, order_id) = (&service.config, event.order_id);
    if work.returns.get(&event.rma_number).is_some() {
        return Ok(Outputs::none());
    }
    if work.orders.get(&order_id).is_none() {
        return Err(Halt::Wait(Key::new("order", order_id)));
    }
    if !is_dispatched(work, event)? {
        return Err(Halt::Wait(dispatches_of(order_id)));
    }
    work.returns.put(Return { rma_number: event.rma_number.clone(), order_id });
    let (mut credited, mut reduced, mut costs) = (Credited::new(), Reduced::new(), Costs::new());
    for line in &event.lines {
        take_back(work, order_id, line, &mut credited, &mut reduced)?;
        restocked::reverse(work, order_id, line, &mut costs)?;
    }
    close_waiting(work, order_id)?;
    let mut outputs = Outputs::none();
    outputs.about(order_id);
    tell_reduced(work, event, reduced, &mut outputs)?;
    for parts in credited.into_values() {
        credit::post(work, config, event, &parts, &mut outputs, context)?;
    }
    restocked::post(work, config, event, costs, &mut outputs, context)?;
    Ok(outputs)
}

fn tell_reduced(
    work: &UnitOfWork,
    event: &ReturnCompleted,
    reduced: Reduced,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    for (key, lines) in reduced {
        let missing = || Halt::broken(format!("dispatch {}/{} is not in the books", key.1, key.2));
        let dispatch = work.dispatches.get(&key).ok_or_else(missing)?;
        outputs.event(&InvoiceReduced {
            invoice: dispatch.bill(),
            order_id: event.order_id,
            partner: event.partner.clone(),
            lines,
            nothing_left: work.waiting.get(&key).is_none(),
        });
    }
    Ok(())
}
