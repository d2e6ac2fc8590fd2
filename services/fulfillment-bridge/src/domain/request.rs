//! Stock was set aside: the warehouses are asked to ship it (rule F1).

use std::collections::BTreeMap;

use contracts::{
    PartnerName, Quantity, Reason, Sku, WarehouseId,
    document::{LineQuantity, ShipOrder},
    event::{InventoryReserved, ShipmentRequested},
};
use mesh::{Context, Decision, Json, Key, Outputs};

use super::{
    Set, order,
    shipment::{Line, Shipment, shipment_id},
    sum,
    warehouse::recipient,
};

/// Items to ship, by order line.
type Goods = BTreeMap<(u32, Sku), Quantity>;

/// One shipment for each warehouse of a reservation. It waits for the order, the warehouses and
/// their partners: all of them are announced by others, in any order.
pub fn reserved(
    set: &mut Set,
    reservation: u64,
    reserved: &InventoryReserved,
    context: &Context<'_>,
) -> Decision {
    if set.orders.get(&reserved.order_id).is_none() {
        return Decision::Wait(Key::new("order", reserved.order_id));
    }
    let Some(asked) = by_warehouse(set, reserved) else {
        let reason = "a line would be asked for more often than can be counted".to_owned();
        return Decision::Poison { code: Reason::InvalidValue, reason };
    };
    let mut outputs = Outputs::none();
    for (warehouse_id, goods) in asked {
        let partner = match recipient(set, &warehouse_id, context) {
            Ok(partner) => partner,
            Err(missing) => return Decision::Wait(missing),
        };
        let shipment_id = shipment_id(reserved.order_id, &warehouse_id, reservation);
        if set.shipments.get(&shipment_id).is_some() {
            continue;
        }
        let shipment = Shipment {
            shipment_id,
            order_id: reserved.order_id,
            partner: reserved.partner.clone(),
            po_number: reserved.po_number.clone(),
            customer_id: reserved.customer_id.clone(),
            warehouse_id,
            reservation,
            ship_to: Json(reserved.ship_to.clone()),
            requested_ship_date: reserved.requested_ship_date,
            requested_at: context.now,
        };
        ask(set, &shipment, &partner, goods, &mut outputs);
        set.shipments.put(shipment);
    }
    outputs.into()
}

/// What each warehouse is to be asked for; none where the total of an order line cannot hold it
/// (rule D2): a ledger that is clamped would never add up again.
fn by_warehouse(set: &Set, reserved: &InventoryReserved) -> Option<BTreeMap<WarehouseId, Goods>> {
    let mut all: BTreeMap<WarehouseId, Goods> = BTreeMap::new();
    let mut totals: BTreeMap<u32, Quantity> = BTreeMap::new();
    for line in reserved.lines.iter().filter(|line| !line.quantity.is_zero()) {
        let before = set.order_lines.get(&(reserved.order_id, line.line));
        let before = before.map_or(Quantity::ZERO, |line| line.requested);
        let total = totals.entry(line.line).or_insert(before);
        *total = total.checked_add(line.quantity)?;
        let goods = all.entry(line.warehouse_id.clone()).or_default();
        let quantity = goods.entry((line.line, line.sku.clone())).or_default();
        *quantity = quantity.checked_add(line.quantity)?;
    }
    Some(all)
}

fn ask(
    set: &mut Set,
    shipment: &Shipment,
    partner: &PartnerName,
    goods: Goods,
    outputs: &mut Outputs,
) {
    let mut lines = Vec::with_capacity(goods.len());
    for (place, ((line, sku), quantity)) in (1..).zip(goods) {
        set.lines.put(Line::new(shipment.shipment_id, place, line, sku.clone(), quantity));
        let totals = order::line_mut(set, shipment.order_id, line);
        totals.requested = sum(totals.requested, quantity);
        lines.push(LineQuantity { line, sku, quantity });
    }
    outputs.event(&ShipmentRequested {
        shipment_id: shipment.shipment_id,
        order_id: shipment.order_id,
        partner: shipment.partner.clone(),
        po_number: shipment.po_number.clone(),
        customer_id: shipment.customer_id.clone(),
        warehouse_id: shipment.warehouse_id.clone(),
        reservation: shipment.reservation,
        ship_to: shipment.ship_to.0.clone(),
        requested_ship_date: shipment.requested_ship_date,
        lines: lines.clone(),
    });
    let document = ShipOrder {
        shipment_id: shipment.shipment_id,
        order_id: shipment.order_id,
        po_number: shipment.po_number.clone(),
        warehouse_id: shipment.warehouse_id.clone(),
        ship_to: shipment.ship_to.0.clone(),
        requested_ship_date: shipment.requested_ship_date,
        lines,
    };
    outputs.document(partner, &document);
}
