//! What fulfillment-bridge says.

use contracts::{
    ShipmentId,
    document::{DeliveryStatus, LineQuantity},
    event::{
        ExceptionKind, ShipmentCancelled, ShipmentCovered, ShipmentDelivered, ShipmentDispatched,
        ShipmentRefused, ShipmentRequested, ShipmentShort,
    },
};

use super::{Change, Facts, Shipping, Tell, words};
use crate::domain::order::Figure;

impl Facts {
    /// The warehouse has not to answer for these any more.
    fn accounted(&mut self, shipment_id: ShipmentId, lines: Vec<LineQuantity>) {
        self.shipping = Some(Shipping::Accounted { shipment_id, lines });
    }

    /// A confirmation was taken. It says what became of the shipment, be it that nothing left: what
    /// was refused before needs nobody any more.
    fn confirmed(&mut self, shipment_id: ShipmentId) {
        self.settle(ExceptionKind::ShipmentRefused, shipment_id.to_string());
    }
}

impl Tell for ShipmentRequested {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.customer_id = Some(self.customer_id.clone());
        facts.name(self.shipment_id);
        facts.shipping = Some(Shipping::Asked {
            shipment_id: self.shipment_id,
            warehouse_id: self.warehouse_id.clone(),
            ship_date: self.requested_ship_date,
            lines: self.lines.clone(),
        });
        let goods = words::lines(&self.lines);
        facts.summary = format!("asked {} to ship {goods}", self.warehouse_id);
    }
}

impl Tell for ShipmentDispatched {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.customer_id = Some(self.customer_id.clone());
        facts.change(Figure::Shipped, &self.lines);
        facts.accounted(self.shipment_id, self.lines.clone());
        facts.confirmed(self.shipment_id);
        facts.names.extend(self.tracking_number.clone());
        let by = [&self.carrier, &self.tracking_number];
        let by: Vec<&str> = by.into_iter().flatten().map(String::as_str).collect();
        let by = if by.is_empty() { String::new() } else { format!(" by {}", by.join(" ")) };
        let goods = words::lines(&self.lines);
        facts.summary = format!("shipped {goods} from {}{by}", self.warehouse_id);
    }
}

impl Tell for ShipmentShort {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.changes.extend(self.lines.iter().map(|line| Change {
            line: line.line,
            sku: line.sku.clone(),
            figure: Figure::Short,
            quantity: line.quantity,
        }));
        let lines = self.lines.iter().map(|line| LineQuantity {
            line: line.line,
            sku: line.sku.clone(),
            quantity: line.quantity,
        });
        facts.accounted(self.shipment_id, lines.collect());
        facts.confirmed(self.shipment_id);
        let goods = words::goods(self.lines.iter().map(|line| (line.quantity, &line.sku)));
        facts.summary = format!("{} will not ship {goods}", self.warehouse_id);
        let why: Vec<&String> = self.lines.iter().filter_map(|line| line.reason.as_ref()).collect();
        let why = if why.is_empty() { String::new() } else { format!(": {}", words::listed(why)) };
        let message = format!("{}{why}", facts.summary);
        facts.raise(ExceptionKind::ShipmentShort, self.shipment_id.to_string(), message);
    }
}

impl Tell for ShipmentDelivered {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.names.extend(self.tracking_number.clone());
        let reference = self.shipment_id.to_string();
        let number = self.tracking_number.as_deref().unwrap_or("the shipment");
        match self.status {
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
}

impl Tell for ShipmentCancelled {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        let goods = words::lines(&self.lines);
        facts.accounted(self.shipment_id, self.lines.clone());
        let why = words::said(self.reason);
        facts.summary = format!("{} will not ship {goods}: {why}", self.warehouse_id);
    }
}

impl Tell for ShipmentCovered {
    fn tell(&self, facts: &mut Facts) {
        facts.buyer(&self.partner, &self.po_number);
        facts.accounted(self.shipment_id, self.lines.clone());
        let goods = words::lines(&self.lines);
        facts.summary = format!("{} has sent {goods} with another shipment", self.warehouse_id);
    }
}

impl Tell for ShipmentRefused {
    fn tell(&self, facts: &mut Facts) {
        let code = words::said(self.code);
        let (id, goods) = (&self.confirmation_id, words::lines(&self.lines));
        facts.summary = format!("confirmation {id} of {goods} refused: {code}");
        let message = format!("{} by {}", facts.summary, self.partner);
        facts.raise(ExceptionKind::ShipmentRefused, self.shipment_id.to_string(), message);
    }
}
