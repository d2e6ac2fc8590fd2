//! Orders that want less (O7, O8): backorders are freed, and what warehouses were asked for is
//! recalled.

use std::collections::BTreeSet;

use contracts::{
    OrderId, Quantity,
    document::LineQuantity,
    event::{InventoryRecalled, ReservedLine},
};
use mesh::{
    Halt, Outputs,
    checked::{beyond, minus, plus},
};

use super::{
    books, ledger,
    order::Line,
    unfulfilled::announce_released,
    whole::{self, look_again},
};
use crate::unit_of_work::UnitOfWork;

/// Takes back what lines have beyond what is ordered of them. Asked when less is ordered, and again
/// when goods have left: those that were to be given back may have been among them, and then another
/// warehouse gives its units back. Where nothing is beyond it, nothing happens.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn want_less(
    work: &mut UnitOfWork,
    order_id: OrderId,
    numbers: impl Iterator<Item = u32>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let awaited = whole::awaits_word(work, order_id);
    let (mut released, mut recalled) = (Vec::new(), Vec::new());
    for number in numbers.collect::<BTreeSet<u32>>() {
        let Some(line) = work.lines.get(&(order_id, number)).cloned() else { continue };
        let excess = excess(work, &line)?;
        if excess.is_zero() {
            continue;
        }
        // What waits for the word of a warehouse is not free before it has come.
        let in_doubt = books::in_doubt(work, order_id, number)?;
        let waiting = beyond(line.backordered, in_doubt).min(excess);
        ledger::change_line(work, order_id, number, |line| {
            line.backordered = minus(line.backordered, waiting)?;
            line.released = plus(line.released, waiting)?;
            Ok(())
        })?;
        if !waiting.is_zero() {
            released.push(LineQuantity { line: number, sku: line.sku.clone(), quantity: waiting });
        }
        let rest = minus(excess, waiting)?;
        let rest = minus(rest, give_up_in_doubt(work, order_id, number, rest)?)?;
        recalled.extend(recall(work, &line, rest)?);
    }
    if awaited || !released.is_empty() {
        look_again(work, order_id, awaited, outputs)?;
    }
    announce_released(order_id, released, outputs);
    if !recalled.is_empty() {
        outputs.event(&InventoryRecalled { order_id, lines: recalled });
    }
    Ok(())
}

/// The units of a line that are set aside or wait, and are wanted.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn open(work: &UnitOfWork, line: &Line) -> Result<Quantity, Halt> {
    let of_line = books::of_line(work, line.order_id, line.line);
    let all = plus(line.reserved, line.backordered)?;
    of_line.map(|it| it.unwanted).try_fold(all, minus)
}

/// The units of a line that are still to come beyond what is ordered of it.
fn excess(work: &UnitOfWork, line: &Line) -> Result<Quantity, Halt> {
    Ok(beyond(open(work, line)?, beyond(line.ordered, line.consumed)))
}

/// Gives up units of a line that wait for the word of a warehouse: they are released when it says
/// that it keeps them. Returns their number.
fn give_up_in_doubt(
    work: &mut UnitOfWork,
    order_id: OrderId,
    number: u32,
    quantity: Quantity,
) -> Result<Quantity, Halt> {
    let line = work.lines.get(&(order_id, number));
    let most = line.map_or(Quantity::ZERO, |line| line.backordered.min(quantity));
    let mut open = most;
    for key in books::newest_of_line(work, order_id, number) {
        let Some(row) = work.reservations.get_mut(&key) else { continue };
        let part = row.in_doubt_wanted()?.min(open);
        row.in_doubt_unwanted = plus(row.in_doubt_unwanted, part)?;
        open = minus(open, part)?;
    }
    let given_up = minus(most, open)?;
    ledger::change_line(work, order_id, number, |line| {
        line.backordered = minus(line.backordered, given_up)?;
        Ok(())
    })?;
    Ok(given_up)
}

/// Wants units of a line back from warehouses, the newest reservations first.
fn recall(
    work: &mut UnitOfWork,
    line: &Line,
    quantity: Quantity,
) -> Result<Vec<ReservedLine>, Halt> {
    let mut open = quantity;
    let mut recalled = Vec::new();
    for key in books::newest_of_line(work, line.order_id, line.line) {
        let Some(reservation) = work.reservations.get_mut(&key) else { continue };
        let part = reservation.wanted()?.min(open);
        open = minus(open, part)?;
        reservation.unwanted = plus(reservation.unwanted, part)?;
        let more = beyond(reservation.unwanted, reservation.recalled);
        reservation.recalled = plus(reservation.recalled, more)?;
        let (_, line_number, sku, warehouse_id) = key;
        if !more.is_zero() {
            recalled.push(ReservedLine {
                line: line_number,
                sku,
                ordered_sku: line.sku.clone(),
                warehouse_id,
                quantity: more,
            });
        }
    }
    Ok(recalled)
}
