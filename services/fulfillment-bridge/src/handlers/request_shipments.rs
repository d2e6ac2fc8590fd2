//! `inventory.reserved`: the warehouses of a reservation are asked to ship (rule F1).

use std::collections::BTreeMap;

use contracts::{
    PartnerName, Quantity, Reason, Sku, WarehouseId,
    document::LineQuantity,
    event::{InventoryReserved, ShipmentRequested},
};
use mesh::{Context, Halt, Handler, Json, Key, OnEvent, Outputs, checked::plus, column::Cell as _};

use crate::{
    FulfillmentBridge,
    domain::{
        order,
        shipment::{Line, Shipment, shipment_id},
        warehouse::recipient,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<FulfillmentBridge> = &OnEvent { keys, decide };

/// Items to ship, by order line.
type Goods = BTreeMap<(u32, Sku), Quantity>;

fn keys(reserved: &InventoryReserved, keys: &mut Keys) {
    keys.orders.insert(reserved.order_id);
    keys.buyers.insert(reserved.partner.clone());
    keys.warehouses.extend(reserved.lines.iter().map(|line| line.warehouse_id.clone()));
}

/// Makes one shipment for each warehouse of a reservation. It waits for the order, the warehouses
/// and their partners: all of them are announced by others, in any order.
fn decide(
    _: &FulfillmentBridge,
    reserved: &InventoryReserved,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = reserved.order_id;
    let heading = context.heading().ok_or_else(|| Halt::broken("an event has a number"))?;
    if work.orders.get(&order_id).is_none() {
        return Err(Halt::Wait(Key::new("order", order_id)));
    }
    let mut outputs = Outputs::none();
    for (warehouse_id, goods) in by_warehouse(work, reserved)? {
        let partner = recipient(&work.warehouses, &warehouse_id, context)?;
        let shipment_id = shipment_id(order_id, &warehouse_id, heading.sequence);
        let mut of_order = work
            .shipments
            .filtered([("order_id", order_id.value())], |it| it.shipment_id == shipment_id);
        if of_order.next().is_some() {
            continue;
        }
        drop(of_order);
        let shipment = Shipment {
            shipment_id,
            order_id,
            partner: reserved.partner.clone(),
            po_number: reserved.po_number.clone(),
            customer_id: reserved.customer_id.clone(),
            warehouse_id,
            reservation: heading.sequence,
            ship_to: Json(reserved.ship_to.clone()),
            requested_ship_date: reserved.requested_ship_date,
            requested_at: context.now,
        };
        request(work, shipment, &partner, goods, &mut outputs)?;
    }
    Ok(outputs)
}

/// The goods that each warehouse is to be asked for. A reservation that the total of an order line
/// cannot hold becomes a dead letter (rule D2).
fn by_warehouse(
    work: &UnitOfWork,
    reserved: &InventoryReserved,
) -> Result<BTreeMap<WarehouseId, Goods>, Halt> {
    let mut all: BTreeMap<WarehouseId, Goods> = BTreeMap::new();
    let mut totals: BTreeMap<u32, Quantity> = BTreeMap::new();
    for line in reserved.lines.iter().filter(|line| !line.quantity.is_zero()) {
        let before = work.order_lines.get(&(reserved.order_id, line.line));
        let before = before.map_or(Quantity::ZERO, |line| line.requested);
        let goods = all.entry(line.warehouse_id.clone()).or_default();
        let quantity = goods.entry((line.line, line.sku.clone())).or_default();
        for sum in [totals.entry(line.line).or_insert(before), quantity] {
            *sum = sum.checked_add(line.quantity).ok_or_else(too_much)?;
        }
    }
    Ok(all)
}

fn too_much() -> Halt {
    let reason = "a line would be asked for more often than can be counted";
    Halt::poison(Reason::InvalidValue, reason)
}

fn request(
    work: &mut UnitOfWork,
    shipment: Shipment,
    partner: &PartnerName,
    goods: Goods,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let shipment_id = shipment.shipment_id;
    work.lines.expect_none("shipment_id", &shipment_id);
    work.confirmations.expect_none("shipment_id", &shipment_id);
    let mut lines = Vec::with_capacity(goods.len());
    for (place, ((line, sku), quantity)) in (1..).zip(goods) {
        work.lines.put(Line::new(shipment_id, place, line, sku.clone(), quantity));
        let totals = order::line_mut(&mut work.order_lines, shipment.order_id, line);
        totals.requested = plus(totals.requested, quantity)?;
        lines.push(LineQuantity { line, sku, quantity });
    }
    outputs.event(&ShipmentRequested {
        shipment_id,
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
    outputs.document(partner, &shipment.ship_order(lines));
    work.shipments.put(shipment);
    Ok(())
}
