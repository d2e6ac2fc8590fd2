//! A confirmation is taken: what left, what fell short, and who hears of it (rules F3, F4, F5).

use std::collections::BTreeMap;

use contracts::{
    Quantity, Reason, ShipmentId, Sku,
    document::{
        LineQuantity, ShipCancel, ShipConfirm, ShipConfirmAck, ShipConfirmLine, ShipNotice,
    },
    event::{ShipmentCovered, ShipmentDispatched, ShipmentShort, ShortLine},
};
use mesh::{Context, Outputs};

use super::{
    Set, order,
    shipment::{Line, Shipment, lines_of, place_of},
    sum,
    warehouse::recipient,
};

/// What a confirmation says of an order line and item, all of its lines added up.
#[derive(Debug, Default, Clone)]
pub struct Said {
    /// What left.
    pub quantity: Quantity,
    /// What will not.
    pub short: Quantity,
    /// Why not.
    pub reason: Option<String>,
}

/// What a confirmation says, by order line and item.
#[must_use]
pub fn said(lines: &[ShipConfirmLine]) -> BTreeMap<(u32, Sku), Said> {
    let mut all: BTreeMap<(u32, Sku), Said> = BTreeMap::new();
    for line in lines {
        let said = all.entry((line.line, line.sku.clone())).or_default();
        said.quantity = sum(said.quantity, line.quantity);
        said.short = sum(said.short, line.short_quantity.unwrap_or_default());
        said.reason = said.reason.take().or_else(|| line.short_reason.clone());
    }
    all
}

/// Takes a confirmation, and returns its answer. Each event comes right before the documents that
/// follow from it.
pub fn take(
    set: &mut Set,
    shipment: &Shipment,
    confirm: &ShipConfirm,
    context: &Context<'_>,
    outputs: &mut Outputs,
) -> ShipConfirmAck {
    let said = said(&confirm.lines);
    let Shipped { lines: shipped, reinstated, covered } = ship(set, shipment, &said);
    let short = fall_short(set, shipment, &said, confirm.is_final);
    let gone: Vec<LineQuantity> =
        shipped.iter().filter(|line| !line.quantity.is_zero()).cloned().collect();
    if !gone.is_empty() {
        dispatched(shipment, confirm, gone, reinstated, outputs);
    }
    for (id, lines) in covered {
        covers(set, shipment, id, lines, context, outputs);
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
    ShipConfirmAck {
        shipment_id: shipment.shipment_id,
        confirmation_id: confirm.confirmation_id.clone(),
        lines: shipped,
    }
}

/// What a confirmation says has left.
#[derive(Debug, Default)]
struct Shipped {
    /// By line.
    lines: Vec<LineQuantity>,
    /// What of it had been taken back.
    reinstated: Vec<LineQuantity>,
    /// What other shipments of the warehouse need not ship any more.
    covered: BTreeMap<ShipmentId, Vec<LineQuantity>>,
}

/// What left. Above what is open it left unasked: the goods are gone all the same. A warehouse is
/// refused when it ships what was taken back; an operator may accept that.
fn ship(set: &mut Set, shipment: &Shipment, said: &BTreeMap<(u32, Sku), Said>) -> Shipped {
    let tolerance = set.orders.get(&shipment.order_id).map(|order| order.tolerance_percent);
    let mut shipped = Shipped::default();
    for ((number, sku), said) in said {
        let (line, sku, quantity) = (*number, sku.clone(), said.quantity);
        let of = |quantity| LineQuantity { line, sku: sku.clone(), quantity };
        let mut unasked = line_mut(set, shipment, line, &sku).ship(quantity);
        for (id, covered) in cover(set, shipment, line, &sku, unasked) {
            unasked = unasked.saturating_sub(covered);
            shipped.covered.entry(id).or_default().push(of(covered));
        }
        let again = line_mut(set, shipment, line, &sku).reinstate(unasked);
        if !again.is_zero() {
            shipped.reinstated.push(of(again));
        }
        let totals = order::line_mut(set, shipment.order_id, line);
        totals.ship(quantity, unasked, tolerance.unwrap_or_default());
        shipped.lines.push(of(quantity));
    }
    shipped
}

/// Rule F5: what leaves above the request consumes what is open of the line first. Here that is
/// what the same warehouse was asked for with other shipments, oldest first: its reservation is one
/// to allocation, which consumes it whichever shipment the units left with. What other warehouses
/// were asked for is recalled by allocation. Says how many units of which shipments were open.
fn cover(
    set: &mut Set,
    shipment: &Shipment,
    line: u32,
    sku: &Sku,
    unasked: Quantity,
) -> Vec<(ShipmentId, Quantity)> {
    if unasked.is_zero() {
        return Vec::new();
    }
    let sibling = |it: &&Shipment| {
        it.order_id == shipment.order_id
            && it.warehouse_id == shipment.warehouse_id
            && it.shipment_id != shipment.shipment_id
    };
    let mut siblings: Vec<(u64, ShipmentId)> = set
        .shipments
        .iter()
        .filter(sibling)
        .map(|shipment| (shipment.reservation, shipment.shipment_id))
        .collect();
    siblings.sort_unstable();
    let mut left = unasked;
    let mut all = Vec::new();
    for (_, id) in siblings {
        let Some(place) = place_of(set, id, line, sku) else { continue };
        let Some(line) = set.lines.get_mut(&(id, place)) else { continue };
        let covered = line.cover(left);
        left = left.saturating_sub(covered);
        all.extend((!covered.is_zero()).then_some((id, covered)));
    }
    all
}

/// The warehouse has sent units of another shipment already: it is told not to send them again.
/// Its stock is as allocation knows it, which saw them leave.
fn covers(
    set: &Set,
    by: &Shipment,
    shipment_id: ShipmentId,
    lines: Vec<LineQuantity>,
    context: &Context<'_>,
    outputs: &mut Outputs,
) {
    let order_id = by.order_id;
    outputs.event(&ShipmentCovered {
        shipment_id,
        order_id,
        partner: by.partner.clone(),
        po_number: by.po_number.clone(),
        warehouse_id: by.warehouse_id.clone(),
        covered_by: by.shipment_id,
        lines: lines.clone(),
    });
    let reason = Reason::AlreadyDispatched;
    if let Ok(partner) = recipient(set, &by.warehouse_id, context) {
        outputs.document(&partner, &ShipCancel { shipment_id, order_id, lines, reason });
    }
}

/// The line of a shipment. An operator may accept an item that was not asked for: it gets a line
/// of its own, of which nothing was requested.
fn line_mut<'a>(set: &'a mut Set, shipment: &Shipment, line: u32, sku: &Sku) -> &'a mut Line {
    let id = shipment.shipment_id;
    let last = lines_of(set, id).map(|line| line.place).max().unwrap_or_default();
    let place = place_of(set, id, line, sku).unwrap_or(last.saturating_add(1));
    let new = || Line::new(id, place, line, sku.clone(), Quantity::ZERO);
    set.lines.get_or_put(&(id, place), new)
}

/// What will not come: what is declared, and all that is open when nothing more comes. More than
/// is open cannot be missing.
fn fall_short(
    set: &mut Set,
    shipment: &Shipment,
    said: &BTreeMap<(u32, Sku), Said>,
    is_final: bool,
) -> Vec<ShortLine> {
    let places: Vec<u32> = lines_of(set, shipment.shipment_id).map(|line| line.place).collect();
    let mut all = Vec::new();
    for place in places {
        let Some(line) = set.lines.get(&(shipment.shipment_id, place)) else { continue };
        let said = said.get(&(line.line, line.sku.clone()));
        let declared = said.map_or(Quantity::ZERO, |said| said.short);
        let missing = if is_final { line.open() } else { declared.min(line.open()) };
        if missing.is_zero() {
            continue;
        }
        let Some(line) = set.lines.get_mut(&(shipment.shipment_id, place)) else { continue };
        let quantity = line.fall_short(missing);
        let short = ShortLine {
            line: line.line,
            sku: line.sku.clone(),
            quantity,
            reason: said.and_then(|said| said.reason.clone()),
            nothing_shipped: is_final && line.dispatched.is_zero(),
        };
        let totals = order::line_mut(set, shipment.order_id, short.line);
        totals.short = sum(totals.short, quantity);
        all.push(short);
    }
    all
}

fn dispatched(
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
