//! `shipment.dispatched`: goods have left. Their cost is booked, and they are billed once (rule I1).

use contracts::event::ShipmentDispatched;
use mesh::{Context, Halt, Handler, Key, OnEvent, Outputs};

use crate::{
    Invoicing,
    domain::{
        bill::bill,
        dispatched::{Goods, is_wanted_again, take},
        tax::Place,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Invoicing> = &OnEvent { keys, decide };

fn keys(event: &ShipmentDispatched, keys: &mut Keys) {
    keys.orders.insert(event.order_id);
    keys.skus.extend(event.lines.iter().map(|line| line.sku.clone()));
    keys.places.insert(Place {
        country: event.ship_to.country,
        region: event.ship_to.region.clone().unwrap_or_default(),
    });
    keys.buyer(&event.partner, &event.customer_id);
    keys.takes_numbers = true;
}

fn decide(
    service: &Invoicing,
    event: &ShipmentDispatched,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let key = (event.order_id, event.shipment_id, event.confirmation_id.clone());
    if work.dispatches.get(&key).is_some() {
        return Ok(Outputs::none());
    }
    let goods = Goods::of(work, event)?;
    if !context.last_chance && !is_wanted_again(work, event, &goods.order)? {
        return Err(Halt::Wait(Key::new("order", event.order_id)));
    }
    let mut outputs = take(work, &service.config, event, &goods, context)?;
    outputs.extend(bill(work, &service.config, &key, context)?);
    Ok(outputs)
}
