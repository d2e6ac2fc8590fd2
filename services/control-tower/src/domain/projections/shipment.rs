//! The facts of events of fulfillment-bridge.

use contracts::{
    ShipmentId,
    document::{DeliveryStatus, LineQuantity},
    event::{
        ExceptionKind, ShipmentCancelled, ShipmentCovered, ShipmentDelivered, ShipmentDispatched,
        ShipmentRefused, ShipmentRequested, ShipmentShort,
    },
};

use crate::domain::{
    facts::{Change, Facts, Shipping},
    line::Figure,
    projection::{OfEvent, Projection},
    words,
};

pub const PROJECTIONS: &[&dyn Projection] = &[
    &OfEvent(shipment_requested),
    &OfEvent(shipment_dispatched),
    &OfEvent(shipment_short),
    &OfEvent(shipment_delivered),
    &OfEvent(shipment_cancelled),
    &OfEvent(shipment_covered),
    &OfEvent(shipment_refused),
];

impl Facts {
    /// Takes lines off those that the warehouse has to account for.
    fn accounted(&mut self, shipment_id: ShipmentId, lines: Vec<LineQuantity>) {
        self.shipping = Some(Shipping::Accounted { shipment_id, lines });
    }

    /// Settles an earlier refusal: a confirmation was taken, even if it tells that nothing left.
    fn confirmed(&mut self, shipment_id: ShipmentId) {
        self.settle(ExceptionKind::ShipmentRefused, shipment_id.to_string());
    }
}

fn shipment_requested(event: &ShipmentRequested, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.customer_id = Some(event.customer_id.clone());
    facts.name(event.shipment_id);
    facts.shipping = Some(Shipping::Asked {
        shipment_id: event.shipment_id,
        warehouse_id: event.warehouse_id.clone(),
        ship_date: event.requested_ship_date,
        lines: event.lines.clone(),
    });
    let goods = words::lines(&event.lines);
    facts.summary = format!("asked {} to ship {goods}", event.warehouse_id);
}

fn shipment_dispatched(event: &ShipmentDispatched, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.customer_id = Some(event.customer_id.clone());
    facts.change(Figure::Shipped, &event.lines);
    facts.accounted(event.shipment_id, event.lines.clone());
    facts.confirmed(event.shipment_id);
    facts.names.extend(event.tracking_number.clone());
    let by = [&event.carrier, &event.tracking_number];
    let by: Vec<&str> = by.into_iter().flatten().map(String::as_str).collect();
    let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(" ")) };
    let goods = words::lines(&event.lines);
    facts.summary = format!("shipped {goods} from {}{by}", event.warehouse_id);
}

fn shipment_short(event: &ShipmentShort, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.changes.extend(event.lines.iter().map(|line| Change {
        line: line.line,
        sku: line.sku.clone(),
        figure: Figure::Short,
        quantity: line.quantity,
    }));
    let lines = event.lines.iter().map(|line| LineQuantity {
        line: line.line,
        sku: line.sku.clone(),
        quantity: line.quantity,
    });
    facts.accounted(event.shipment_id, lines.collect());
    facts.confirmed(event.shipment_id);
    let goods = words::goods(event.lines.iter().map(|line| (line.quantity, &line.sku)));
    facts.summary = format!("{} will not ship {goods}", event.warehouse_id);
    let why: Vec<&String> = event.lines.iter().filter_map(|line| line.reason.as_ref()).collect();
    let why = if why.is_empty() { String::new() } else { format!(": {}", words::listed(why)) };
    let message = format!("{}{why}", facts.summary);
    facts.raise(ExceptionKind::ShipmentShort, event.shipment_id.to_string(), message);
}

fn shipment_delivered(event: &ShipmentDelivered, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.names.extend(event.tracking_number.clone());
    let reference = event.shipment_id.to_string();
    let number = event.tracking_number.as_deref().unwrap_or("the shipment");
    match event.status {
        DeliveryStatus::Delivered => {
            facts.summary = "delivered".to_owned();
            facts.settle(ExceptionKind::DeliveryFailed, reference);
        }
        DeliveryStatus::Failed => {
            facts.summary = format!("{number} did not arrive");
            facts.raise(ExceptionKind::DeliveryFailed, reference, facts.summary.clone());
        }
    }
}

fn shipment_cancelled(event: &ShipmentCancelled, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    let goods = words::lines(&event.lines);
    facts.accounted(event.shipment_id, event.lines.clone());
    let why = words::code(event.reason);
    facts.summary = format!("{} will not ship {goods}: {why}", event.warehouse_id);
}

fn shipment_covered(event: &ShipmentCovered, facts: &mut Facts) {
    facts.buyer(&event.partner, &event.po_number);
    facts.accounted(event.shipment_id, event.lines.clone());
    let goods = words::lines(&event.lines);
    facts.summary = format!("{} has sent {goods} with another shipment", event.warehouse_id);
}

fn shipment_refused(event: &ShipmentRefused, facts: &mut Facts) {
    let code = words::code(event.code);
    let (id, goods) = (&event.confirmation_id, words::lines(&event.lines));
    facts.summary = format!("confirmation {id} of {goods} refused: {code}");
    let message = format!("{} by {}", facts.summary, event.partner);
    facts.raise(ExceptionKind::ShipmentRefused, event.shipment_id.to_string(), message);
}
