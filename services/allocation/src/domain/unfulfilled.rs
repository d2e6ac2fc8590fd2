//! Units that warehouses were asked for and do not ship: they are sourced again, or were not wanted
//! (A10, F4, O7).

use contracts::{OrderId, Quantity, document::LineQuantity, event::InventoryReleased};
use jiff::Timestamp;
use mesh::{
    Halt, Outputs,
    checked::{beyond, minus, plus},
};

use super::{
    ledger::{self, ReleaseReason},
    queue,
    reservation::ReservationKey,
};
use crate::unit_of_work::UnitOfWork;

/// The word of a warehouse on units that it was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarehouseOutcome {
    /// The warehouse has shipped them.
    Left,
    /// The warehouse has not got them.
    Short,
    /// The warehouse was told not to ship them, and keeps them.
    Cancelled,
}

/// Units that are in doubt no longer.
#[derive(Debug, Clone, Copy, Default)]
pub struct Settled {
    pub units: Quantity,
    /// The part of them that the order did not want.
    pub unwanted: Quantity,
}

/// Ends what a warehouse was asked for: first the units in doubt, then those that the order does not
/// want; the rest waits again. Returns the units that were not wanted, for
/// [`announce_released`].
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn give_back(
    work: &mut UnitOfWork,
    key: &ReservationKey,
    quantity: Quantity,
    outcome: WarehouseOutcome,
    (cause, now): (&str, Timestamp),
    outputs: &mut Outputs,
) -> Result<Option<LineQuantity>, Halt> {
    let settled = settle_in_doubt(work, key, quantity, outcome)?;
    let rest = minus(quantity, settled.units)?;
    let unwanted = work.reservations.get(key).map_or(Quantity::ZERO, |it| it.unwanted.min(rest));
    let released = ledger::unreserve(work, key, unwanted, ReleaseReason::Released, cause, now)?;
    let waits = minus(rest, released)?;
    if outcome == WarehouseOutcome::Cancelled
        && let Some(row) = work.reservations.get_mut(key)
    {
        // It is the answer to a recall, which is not outstanding any more.
        row.recalled = beyond(row.recalled, waits).max(row.unwanted);
    }
    ledger::unreserve(work, key, waits, ReleaseReason::Waiting, cause, now)?;
    let ordered = work.lines.get(&(key.0, key.1)).map(|line| line.sku.clone());
    if let Some(sku) = &ordered {
        queue::mark(work, sku, outputs);
    }
    queue::mark(work, &key.2, outputs);
    let quantity = plus(settled.unwanted, released)?;
    let ordered = ordered.filter(|_| !quantity.is_zero());
    Ok(ordered.map(|sku| LineQuantity { line: key.1, sku, quantity }))
}

/// Takes units out of doubt. Those that the order does not want are the first that stay and the last
/// that leave.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn settle_in_doubt(
    work: &mut UnitOfWork,
    key: &ReservationKey,
    quantity: Quantity,
    outcome: WarehouseOutcome,
) -> Result<Settled, Halt> {
    let Some(row) = work.reservations.get_mut(key) else { return Ok(Settled::default()) };
    let units = row.in_doubt.min(quantity);
    row.in_doubt = minus(row.in_doubt, units)?;
    let stays = match outcome {
        WarehouseOutcome::Left => false,
        WarehouseOutcome::Short | WarehouseOutcome::Cancelled => true,
    };
    let unwanted = if stays {
        row.in_doubt_unwanted.min(units)
    } else {
        beyond(row.in_doubt_unwanted, row.in_doubt)
    };
    row.in_doubt_unwanted = minus(row.in_doubt_unwanted, unwanted)?;
    ledger::tidy(work, key);
    let may_wait = work.orders.get(&key.0).is_some_and(|order| order.allow_backorder);
    let wanted = minus(units, unwanted)?;
    ledger::change_line(work, key.0, key.1, |line| {
        if stays {
            line.released = plus(line.released, unwanted)?;
        }
        if !may_wait {
            // Held back until now: it is sourced again, or declined.
            line.notified = beyond(line.notified, wanted);
        }
        Ok(())
    })?;
    Ok(Settled { units, unwanted })
}

/// Announces the units that an order does not want any more.
pub fn announce_released(order_id: OrderId, lines: Vec<LineQuantity>, outputs: &mut Outputs) {
    if !lines.is_empty() {
        outputs.event(&InventoryReleased { order_id, lines });
    }
}
