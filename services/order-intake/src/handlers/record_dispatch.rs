//! `shipment.dispatched`: goods have left, which a change may have waited for.

use contracts::event::ShipmentDispatched;
use mesh::{Context, Halt, Handler, OnEvent, Outputs, checked::plus};

use crate::{
    OrderIntake,
    domain::{
        change::{
            advance::{Growth, advance},
            reinstate,
        },
        complete::complete,
        exposure::follow,
        ledger::Ledger,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnEvent { keys, decide };

fn keys(dispatched: &ShipmentDispatched, keys: &mut Keys) {
    keys.units(dispatched.order_id, &dispatched.lines);
    keys.units(dispatched.order_id, &dispatched.reinstated);
}

fn decide(
    _: &OrderIntake,
    dispatched: &ShipmentDispatched,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = dispatched.order_id;
    let mut outputs = Outputs::none();
    if let Some(mut ledger) = Ledger::open(work, order_id)? {
        for gone in &dispatched.lines {
            ledger.note(&mut work.lines, gone.line, |line| {
                line.dispatched = plus(line.dispatched, gone.quantity)?;
                Ok(())
            })?;
        }
        ledger.close(work)?;
    }
    reinstate::late(work, order_id, &dispatched.reinstated, &mut outputs)?;
    advance(work, order_id, Growth::Later, &mut outputs)?;
    complete(work, order_id, &mut outputs);
    follow(work, order_id, &mut outputs)?;
    Ok(outputs)
}
