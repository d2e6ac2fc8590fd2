//! The consequences of a change of stock: more goes to those who wait, and where less is on hand
//! than is promised the newest promises give way (A7, A9).

use std::{cmp::Reverse, collections::BTreeMap};

use contracts::{
    OrderId, Quantity, Sku,
    document::LineQuantity,
    event::{InventoryRecalled, InventoryShort, ReservedLine},
};
use mesh::{Halt, Outputs, checked::minus, row::Row as _};

use super::{
    ledger,
    moves::{Before, Change},
    queue,
    reservation::{Reservation, ReservationKey},
    stock::StockKey,
};
use crate::unit_of_work::UnitOfWork;

/// Units that one reservation has lost.
struct Loss {
    key: ReservationKey,
    ordered: Sku,
    quantity: Quantity,
    /// The part of them that the order wants, and that waits again.
    wanted: Quantity,
    /// The part of them that the warehouse has yet to be asked back.
    recall: Quantity,
}

/// Takes back promises that cannot be kept after a change, or gives away what has become free.
///
/// # Errors
/// [`Halt::broken`] when the books contradict each other.
pub fn follow(
    change: &Change<'_>,
    work: &mut UnitOfWork,
    before: &BTreeMap<Sku, Before>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    for (sku, before) in before {
        let key = (change.warehouse_id.clone(), sku.clone());
        let Some(stock) = work.stock.get(&key) else { continue };
        if stock.reserved > stock.on_hand {
            take_back(change, work, &key, outputs)?;
        } else if stock.free() > before.free {
            queue::mark(work, sku, outputs);
        }
    }
    Ok(())
}

/// On hand is below reserved: the newest reservations go back to backorder (A7).
fn take_back(
    change: &Change<'_>,
    work: &mut UnitOfWork,
    key: &StockKey,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let Some(stock) = work.stock.get(key) else { return Ok(()) };
    let (on_hand, reserved) = (stock.on_hand, stock.reserved);
    let mut losses: BTreeMap<OrderId, Vec<Loss>> = BTreeMap::new();
    for (reservation, quantity) in newest(work, key, minus(reserved, on_hand)?)? {
        let loss = lose(change, work, &reservation, quantity)?;
        losses.entry(reservation.order_id).or_default().push(loss);
    }
    let why = format!(
        "{} {}: {on_hand} of `{}` on hand, {reserved} were promised; the newest promises give way",
        change.source.as_ref().replace('_', " "),
        change.reference,
        key.1,
    );
    for (order_id, losses) in losses {
        announce(change, work, order_id, losses, &why, outputs);
    }
    Ok(())
}

/// The newest reservations of a stock, with the units of each that make up the quantity.
fn newest(
    work: &UnitOfWork,
    key: &StockKey,
    quantity: Quantity,
) -> Result<Vec<(Reservation, Quantity)>, Halt> {
    let here =
        |it: &&Reservation| it.sku == key.1 && it.warehouse_id == key.0 && !it.quantity.is_zero();
    // The rows found hold all of the stock from a place on, and nothing before it is used.
    let from = work.reservations_from.get(key).copied().unwrap_or_default();
    let mut found: Vec<&Reservation> = work.reservations.found().filter(here).collect();
    found.sort_by_key(|it| Reverse(it.place));
    let (mut open, mut taken) = (quantity, Vec::new());
    for reservation in found.into_iter().take_while(|it| it.place >= from) {
        let part = reservation.quantity.min(open);
        if part.is_zero() {
            break;
        }
        open = minus(open, part)?;
        taken.push((reservation.clone(), part));
    }
    if open.is_zero() {
        return Ok(taken);
    }
    Err(Halt::broken(format!("{open} of `{}` are promised from {} to nobody known", key.1, key.0)))
}

fn lose(
    change: &Change<'_>,
    work: &mut UnitOfWork,
    reservation: &Reservation,
    quantity: Quantity,
) -> Result<Loss, Halt> {
    let key = reservation.key();
    let cause = format!("short: {}", change.reference);
    // What the order does not want is released when the warehouse has said that it keeps it.
    let unwanted = reservation.unwanted.min(quantity);
    let recall = ledger::put_in_doubt(work, &key, quantity, unwanted, &cause, change.now)?;
    let line = work.lines.get(&(key.0, key.1));
    let ordered = line.map_or_else(|| key.2.clone(), |line| line.sku.clone());
    Ok(Loss { key, ordered, quantity, wanted: minus(quantity, unwanted)?, recall })
}

fn announce(
    change: &Change<'_>,
    work: &mut UnitOfWork,
    order_id: OrderId,
    losses: Vec<Loss>,
    why: &str,
    outputs: &mut Outputs,
) {
    let line = |loss: &Loss| LineQuantity {
        line: loss.key.1,
        sku: loss.key.2.clone(),
        quantity: loss.quantity,
    };
    outputs.event(&InventoryShort {
        order_id,
        warehouse_id: change.warehouse_id.clone(),
        lines: losses.iter().map(line).collect(),
        why: why.to_owned(),
    });
    let recalled = losses.iter().filter(|loss| !loss.recall.is_zero());
    let recalled: Vec<ReservedLine> = recalled
        .map(|loss| ReservedLine {
            line: loss.key.1,
            sku: loss.key.2.clone(),
            ordered_sku: loss.ordered.clone(),
            warehouse_id: change.warehouse_id.clone(),
            quantity: loss.recall,
        })
        .collect();
    if !recalled.is_empty() {
        outputs.event(&InventoryRecalled { order_id, lines: recalled });
    }
    for loss in losses.into_iter().filter(|loss| !loss.wanted.is_zero()) {
        queue::mark(work, &loss.ordered, outputs);
    }
}
