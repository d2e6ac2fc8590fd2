//! Shipments that left as requested. When part of one is cancelled while its confirmation is on its
//! way, that part is taken out and the rest is confirmed (rule F2).

use std::collections::BTreeMap;

use contracts::{
    ConfirmationId, Quantity, ShipmentId, Sku,
    document::{ShipCancel, ShipOrder},
};

use super::shipping::Part;

/// The shipments that have left a warehouse.
#[derive(Debug, Default)]
pub(super) struct Shipped {
    shipments: BTreeMap<ShipmentId, Shipment>,
    /// Cancelled lines that are still part of a shipment that left or is yet to come.
    taken: BTreeMap<ShipmentId, Vec<(u32, Sku, Quantity)>>,
}

#[derive(Debug)]
struct Shipment {
    order: ShipOrder,
    parts: BTreeMap<ConfirmationId, Part>,
    confirmed: u32,
    /// Confirmations that were refused before the cancelled part was known.
    refused: Vec<ConfirmationId>,
}

/// A part to confirm, and the number of the shipment's confirmation.
pub(super) type Rest = (ShipOrder, Part, u32);

impl Shipped {
    /// Records that a part of a shipment left, confirmed under a number and an id.
    pub fn leaves(&mut self, order: &ShipOrder, part: &Part, number: u32, id: &ConfirmationId) {
        let shipment = self.shipments.entry(order.shipment_id).or_insert_with(|| Shipment {
            order: order.clone(),
            parts: BTreeMap::new(),
            confirmed: 0,
            refused: Vec::new(),
        });
        shipment.confirmed = shipment.confirmed.max(number);
        shipment.parts.insert(id.clone(), part.clone());
    }

    /// Cancels part of a shipment; a confirmation that was refused for it can then be confirmed
    /// without that part.
    pub fn take_back(&mut self, cancel: &ShipCancel) -> Option<Rest> {
        let lines = cancel.lines.iter().map(|it| (it.line, it.sku.clone(), it.quantity));
        self.taken.entry(cancel.shipment_id).or_default().extend(lines);
        let id = self.shipments.get_mut(&cancel.shipment_id)?.refused.pop()?;
        self.refused(cancel.shipment_id, &id)
    }

    /// Records that a confirmation was refused because part of it was cancelled; returns the rest
    /// once that part is known.
    pub fn refused(&mut self, id: ShipmentId, confirmation: &ConfirmationId) -> Option<Rest> {
        let shipment = self.shipments.get_mut(&id)?;
        if !shipment.parts.contains_key(confirmation) {
            return None;
        }
        let Some(taken) = self.taken.remove(&id) else {
            shipment.refused.push(confirmation.clone());
            return None;
        };
        // Only once: a confirmation that was sent twice is refused twice.
        let mut part = shipment.parts.remove(confirmation)?;
        for (line, sku, quantity) in taken {
            let mut lines = part.lines.iter_mut();
            if let Some(it) = lines.find(|it| it.line == line && it.sku == sku) {
                it.quantity = it.quantity.saturating_sub(quantity);
            }
        }
        part.lines.retain(|line| !line.quantity.is_zero() || line.short_quantity.is_some());
        part.twice = false;
        shipment.confirmed += 1;
        let rest = (shipment.order.clone(), part, shipment.confirmed);
        (!rest.1.lines.is_empty()).then_some(rest)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{super::shipping::whole, *};

    const ID: &str = "00000000-0000-0000-0000-000000000007";

    fn asked() -> ShipOrder {
        let address =
            json!({ "name": "A", "line1": "1", "city": "B", "postal_code": "1", "country": "US" });
        let order = json!({ "shipment_id": ID, "order_id": ID, "po_number": "PO-1",
            "warehouse_id": "EAST", "ship_to": address, "requested_ship_date": null,
            "lines": [{ "line": 1, "sku": "A", "quantity": "5" },
                { "line": 2, "sku": "A", "quantity": "3" }] });
        serde_json::from_value(order).unwrap()
    }

    fn cancel(line: u32, quantity: &str) -> ShipCancel {
        let cancel = json!({ "shipment_id": ID, "order_id": ID, "reason": "out_of_stock",
            "lines": [{ "line": line, "sku": "A", "quantity": quantity }] });
        serde_json::from_value(cancel).unwrap()
    }

    fn left() -> (Shipped, ConfirmationId) {
        let (mut shipped, id) = (Shipped::default(), ConfirmationId::new("T-1").unwrap());
        shipped.leaves(&asked(), &whole(&asked()), 1, &id);
        (shipped, id)
    }

    fn quantities(rest: Option<Rest>) -> Option<(Vec<(u32, String)>, u32)> {
        let of = |part: &Part| {
            part.lines.iter().map(|line| (line.line, line.quantity.to_string())).collect()
        };
        rest.map(|(_, part, number)| (of(&part), number))
    }

    #[test]
    fn f2_what_a_cancel_crossed_is_confirmed_without_it_whichever_word_comes_first() {
        let rest = Some((vec![(1, "5".to_owned())], 2));
        let (mut shipped, id) = left();
        assert!(shipped.take_back(&cancel(2, "3")).is_none(), "its confirmation may be first");
        assert_eq!(quantities(shipped.refused(ID.parse().unwrap(), &id)), rest);
        let (mut shipped, id) = left();
        assert!(shipped.refused(ID.parse().unwrap(), &id).is_none(), "what is not known");
        assert_eq!(quantities(shipped.take_back(&cancel(2, "3"))), rest);
    }

    #[test]
    fn f2_a_cancel_that_comes_before_its_shipment_counts() {
        let mut shipped = Shipped::default();
        assert!(shipped.take_back(&cancel(1, "4")).is_none());
        let id = ConfirmationId::new("T-1").unwrap();
        shipped.leaves(&asked(), &whole(&asked()), 1, &id);
        let rest = Some((vec![(1, "1".to_owned()), (2, "3".to_owned())], 2));
        assert_eq!(quantities(shipped.refused(ID.parse().unwrap(), &id)), rest);
    }
}
