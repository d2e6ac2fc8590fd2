//! `order-cancel`: the buyer wants nothing more of an order (O8).

use contracts::{OrderId, document::OrderCancel};
use mesh::{Context, Halt, Handler, Key, OnDocument, Outputs, Received, command::Stop};

use crate::{
    OrderIntake,
    domain::change::{
        By, Change, State, answer,
        cancel::cancel_open,
        queue::changes_of,
        repeat::{again, told},
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnDocument { keys, decide };

fn keys(received: &Received<OrderCancel>, keys: &mut Keys) {
    let Received { partner, document: cancel } = received;
    keys.cancel(OrderId::of(partner, &cancel.po_number));
    keys.edi.buyers.insert(partner.clone());
}

fn decide(
    _: &OrderIntake,
    received: &Received<OrderCancel>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document: cancel } = received;
    let order_id = OrderId::of(sender, &cancel.po_number);
    let refused = |work: &UnitOfWork, reason| {
        answer::refused_cancel(work, order_id, &cancel.po_number, vec![reason])
    };
    if work.orders.get(&order_id).is_none() {
        if !context.last_chance {
            return Err(Halt::Wait(Key::new("order", order_id)));
        }
        return Ok(told(order_id, sender, &refused(work, answer::unknown(&cancel.po_number))?));
    }
    // One that somebody else wants and that is under way tells the buyer too.
    let same = |known: &&Change| {
        known.document.is_none() && (known.wanted_by == By::Buyer || known.state != State::Answered)
    };
    let known = changes_of(work, order_id).find(same).cloned();
    if let Some(known) = known {
        return Ok(again(work, &known, sender, context));
    }
    match cancel_open(work, order_id, By::Buyer) {
        Ok(outputs) => Ok(outputs),
        Err(Stop::Refused(reason)) => Ok(told(order_id, sender, &refused(work, reason)?)),
        Err(Stop::Halt(halt)) => Err(halt),
    }
}
