//! The turn of an order's next change, or of what a settled one adds. Nobody waits for anything any
//! more: it waited long enough.

use contracts::{OrderId, Reason, ReasonLine};
use futures::FutureExt as _;
use mesh::{Context, Halt, Handler, OnDue, Outputs};

use crate::{
    OrderIntake,
    domain::change::{
        Change, State,
        advance::{Growth, advance},
        announce::requested,
        answer, begin, cancelled,
        queue::{active, changes_of, closed, follow_on},
    },
    store::{Keys, changes},
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnDue {
    find: |_, tx, _, limit| {
        let found = changes::due(tx, limit);
        found.map(|orders| Ok(orders?.into_iter().map(Turn).collect())).boxed()
    },
    keys,
    decide,
};

/// An order whose next change may go on.
#[derive(Debug)]
pub struct Turn(pub OrderId);

fn keys(Turn(order_id): &Turn, keys: &mut Keys) {
    keys.judge(*order_id);
}

fn decide(
    _: &OrderIntake,
    Turn(order_id): &Turn,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    if active(work, *order_id).is_some() {
        advance(work, *order_id, Growth::Now, &mut outputs)?;
        return Ok(outputs);
    }
    let ready = changes_of(work, *order_id).find(|change| change.state == State::Ready);
    if let Some(change) = ready.cloned() {
        take_up(work, change, context, &mut outputs)?;
    }
    Ok(outputs)
}

fn take_up(
    work: &mut UnitOfWork,
    change: Change,
    context: &Context<'_>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let order_id = change.order_id;
    let reason = closed(work, order_id);
    let Some(document) = change.document.0.clone() else {
        return match reason {
            Some(reason) => cancelled::too_late(work, change, reason, outputs),
            None => begin::cancel(work, change, outputs),
        };
    };
    let Some(order) = work.orders.get(&order_id).cloned() else { return Ok(()) };
    let partner = context.partners.get(&order.partner);
    let refused = match (reason, partner) {
        (Some(reason), _) => reason,
        (None, None) => ReasonLine::new(Reason::UnknownPartner, "the partner is gone"),
        (None, Some(partner)) => match begin::verdicts(work, partner, &change, context, true) {
            Ok(verdicts) => return begin::change(work, change, verdicts, outputs),
            Err(Halt::Wait(missing)) => {
                ReasonLine::new(Reason::MissingPredecessor, format!("{missing} is not known"))
            }
            Err(halt @ Halt::Poison { .. }) => return Err(halt),
        },
    };
    // It was asked for all the same; and the answer has a cause of its own.
    outputs.event(&requested(&order, &change, Vec::new()));
    let answer = answer::refused(work, order_id, &document, vec![refused]);
    follow_on(work, &change, outputs);
    answer::give(work, change, answer, outputs);
    Ok(())
}
