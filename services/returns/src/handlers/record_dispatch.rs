//! `shipment.dispatched`: goods that left. Shipments and orders are two aggregates, so a dispatch
//! may arrive before its order; it carries all that is needed of the order.

use std::collections::BTreeMap;

use contracts::{Quantity, Sku, event::ShipmentDispatched};
use mesh::{Context, Halt, Handler, Key, OnEvent, Outputs, checked::total};

use crate::{
    Returns,
    domain::order::{Dispatch, Order, dispatch_of},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Returns> = &OnEvent { keys, decide };

fn keys(dispatched: &ShipmentDispatched, keys: &mut Keys) {
    keys.warehouses.insert(dispatched.warehouse_id.clone());
}

fn decide(
    _: &Returns,
    dispatched: &ShipmentDispatched,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let order_id = dispatched.order_id;
    work.orders.put(Order {
        order_id,
        partner: dispatched.partner.clone(),
        po_number: dispatched.po_number.clone(),
        customer_id: dispatched.customer_id.clone(),
    });
    let mut together = BTreeMap::<(u32, &Sku), Vec<Quantity>>::new();
    for line in &dispatched.lines {
        together.entry((line.line, &line.sku)).or_default().push(line.quantity);
    }
    for ((line, sku), quantities) in together {
        work.dispatches.put(Dispatch {
            shipment_id: dispatched.shipment_id,
            confirmation_id: dispatched.confirmation_id.clone(),
            line,
            sku: sku.clone(),
            order_id,
            warehouse_id: dispatched.warehouse_id.clone(),
            quantity: total(quantities)?,
            shipped_at: dispatched.shipped_at,
        });
    }
    let mut outputs = Outputs::none();
    outputs.advances(Key::new("order", order_id)).advances(dispatch_of(order_id));
    Ok(outputs)
}
