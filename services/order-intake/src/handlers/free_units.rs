//! `inventory.released`: allocation has set free what was not wanted any more.

use contracts::event::InventoryReleased;
use mesh::{Context, Halt, Handler, OnEvent, Outputs, checked::plus};

use crate::{
    OrderIntake,
    domain::{
        change::{
            advance::{Growth, advance},
            queue::active,
        },
        exposure::follow,
        ledger::Ledger,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnEvent { keys, decide };

fn keys(released: &InventoryReleased, keys: &mut Keys) {
    keys.units(released.order_id, &released.lines);
}

/// Units that are free are no part of the exposure any more, although the change may not be settled
/// yet.
fn decide(
    _: &OrderIntake,
    released: &InventoryReleased,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    note(work, released)?;
    advance(work, released.order_id, Growth::Later, &mut outputs)?;
    follow(work, released.order_id, &mut outputs)?;
    Ok(outputs)
}

/// Without a change under way it is an echo of one whose units had all left.
fn note(work: &mut UnitOfWork, released: &InventoryReleased) -> Result<(), Halt> {
    let order_id = released.order_id;
    let Some(place) = active(work, order_id).map(|change| change.place) else { return Ok(()) };
    let Some(mut ledger) = Ledger::open(work, order_id)? else { return Ok(()) };
    for free in &released.lines {
        let key = (order_id, place, free.line);
        let Some(line) = work.change_lines.get_mut(&key) else { continue };
        let taken = ledger.note(&mut work.lines, free.line, |row| {
            let quantity = free.quantity.min(row.wanted()?);
            row.cancelled = plus(row.cancelled, quantity)?;
            Ok(quantity)
        })?;
        line.released = plus(line.released, taken.unwrap_or_default())?;
    }
    ledger.close(work)
}
