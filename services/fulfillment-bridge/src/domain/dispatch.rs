//! A confirmation is taken: units leave or fall short, and are announced (rules F3, F4, F5).

use std::collections::BTreeMap;

use contracts::{
    Quantity, ShipmentId, Sku,
    document::{LineQuantity, ShipConfirm, ShipConfirmAck, ShipNotice},
    event::{ShipmentDispatched, ShipmentShort, ShortLine},
};
use mesh::{
    Context, Halt, Outputs,
    checked::{minus, plus},
};

use super::{
    claims::Claims,
    cover::{self, cover},
    order,
    shipment::{Line, Shipment, lines_of, place_of},
};
use crate::unit_of_work::UnitOfWork;

/// Takes a confirmation, and returns its answer. Each event comes right before the documents that
/// follow from it.
pub fn take(
    work: &mut UnitOfWork,
    shipment: &Shipment,
    confirm: &ShipConfirm,
    claims: &Claims,
    context: &Context<'_>,
    outputs: &mut Outputs,
) -> Result<ShipConfirmAck, Halt> {
    let Shipped { lines: shipped, reinstated, covered } = ship(work, shipment, claims)?;
    let short = fall_short(work, shipment, claims, confirm.is_final)?;
    let gone: Vec<LineQuantity> =
        shipped.iter().filter(|line| !line.quantity.is_zero()).cloned().collect();
    if !gone.is_empty() {
        announce(shipment, confirm, gone, reinstated, outputs);
    }
    for (id, lines) in covered {
        cover::announce(work, shipment, id, lines, context, outputs);
    }
    if !short.is_empty() {
        outputs.event(&ShipmentShort {
            shipment_id: shipment.shipment_id,
            order_id: shipment.order_id,
            partner: shipment.partner.clone(),
            po_number: shipment.po_number.clone(),
            warehouse_id: shipment.warehouse_id.clone(),
            confirmation_id: confirm.confirmation_id.clone(),
            lines: short,
        });
    }
    Ok(ShipConfirmAck {
        shipment_id: shipment.shipment_id,
        confirmation_id: confirm.confirmation_id.clone(),
        lines: shipped,
    })
}

/// The units that left with a confirmation.
#[derive(Debug, Default)]
struct Shipped {
    lines: Vec<LineQuantity>,
    /// The part that had been taken back.
    reinstated: Vec<LineQuantity>,
    /// Units that other shipments of the warehouse need not send any more.
    covered: BTreeMap<ShipmentId, Vec<LineQuantity>>,
}

/// Ships the claimed units. Above what is open they left unasked: the goods are gone all the same.
/// A warehouse is refused when it ships what was taken back; an operator may accept that.
fn ship(work: &mut UnitOfWork, shipment: &Shipment, claims: &Claims) -> Result<Shipped, Halt> {
    let tolerance = work.orders.get(&shipment.order_id).map(|order| order.tolerance_percent);
    let mut shipped = Shipped::default();
    for ((number, sku), claim) in claims {
        let (line, quantity) = (*number, claim.shipped);
        let of = |quantity| LineQuantity { line, sku: sku.clone(), quantity };
        let mut unasked = line_mut(work, shipment, line, sku).ship(quantity)?;
        for (id, covered) in cover(work, shipment, line, sku, unasked)? {
            unasked = minus(unasked, covered)?;
            shipped.covered.entry(id).or_default().push(of(covered));
        }
        let again = line_mut(work, shipment, line, sku).reinstate(unasked)?;
        if !again.is_zero() {
            shipped.reinstated.push(of(again));
        }
        let totals = order::line_mut(&mut work.order_lines, shipment.order_id, line);
        totals.ship(quantity, unasked, tolerance.unwrap_or_default())?;
        shipped.lines.push(of(quantity));
    }
    Ok(shipped)
}

/// The line of a shipment. An operator may accept an item that was not asked for: it gets a line
/// of its own, of which nothing was requested.
fn line_mut<'a>(
    work: &'a mut UnitOfWork,
    shipment: &Shipment,
    line: u32,
    sku: &Sku,
) -> &'a mut Line {
    let id = shipment.shipment_id;
    let last = lines_of(&work.lines, id).map(|line| line.place).max().unwrap_or_default();
    let place = place_of(&work.lines, id, line, sku).unwrap_or(last + 1);
    let new = || Line::new(id, place, line, sku.clone(), Quantity::ZERO);
    work.lines.get_or_put(&(id, place), new)
}

/// Marks as short what is declared, and all that is open when nothing more comes. More than is open
/// cannot be missing.
fn fall_short(
    work: &mut UnitOfWork,
    shipment: &Shipment,
    claims: &Claims,
    is_final: bool,
) -> Result<Vec<ShortLine>, Halt> {
    let id = shipment.shipment_id;
    let places: Vec<u32> = lines_of(&work.lines, id).map(|line| line.place).collect();
    let mut all = Vec::new();
    for place in places {
        let Some(line) = work.lines.get(&(id, place)) else { continue };
        let claim = claims.get(&(line.line, line.sku.clone()));
        let declared = claim.map_or(Quantity::ZERO, |claim| claim.short);
        let missing = if is_final { line.open()? } else { declared.min(line.open()?) };
        if missing.is_zero() {
            continue;
        }
        let Some(line) = work.lines.get_mut(&(id, place)) else { continue };
        let quantity = line.fall_short(missing)?;
        let short = ShortLine {
            line: line.line,
            sku: line.sku.clone(),
            quantity,
            reason: claim.and_then(|claim| claim.reason.clone()),
            nothing_shipped: is_final && line.dispatched.is_zero(),
        };
        let totals = order::line_mut(&mut work.order_lines, shipment.order_id, short.line);
        totals.short = plus(totals.short, quantity)?;
        all.push(short);
    }
    Ok(all)
}

fn announce(
    shipment: &Shipment,
    confirm: &ShipConfirm,
    lines: Vec<LineQuantity>,
    reinstated: Vec<LineQuantity>,
    outputs: &mut Outputs,
) {
    outputs.event(&ShipmentDispatched {
        shipment_id: shipment.shipment_id,
        order_id: shipment.order_id,
        partner: shipment.partner.clone(),
        po_number: shipment.po_number.clone(),
        customer_id: shipment.customer_id.clone(),
        warehouse_id: shipment.warehouse_id.clone(),
        confirmation_id: confirm.confirmation_id.clone(),
        shipped_at: confirm.shipped_at,
        carrier: confirm.carrier.clone(),
        tracking_number: confirm.tracking_number.clone(),
        ship_to: shipment.ship_to.0.clone(),
        lines: lines.clone(),
        is_final: confirm.is_final,
        reinstated,
    });
    let notice = ShipNotice {
        po_number: shipment.po_number.clone(),
        order_id: shipment.order_id,
        shipment_id: shipment.shipment_id,
        confirmation_id: confirm.confirmation_id.clone(),
        shipped_at: confirm.shipped_at,
        carrier: confirm.carrier.clone(),
        tracking_number: confirm.tracking_number.clone(),
        lines,
    };
    outputs.document(&shipment.partner, &notice);
}
