//! Shipments of orders that their buyers change. They wait until the change is settled, or leave at
//! once and are corrected when a cancellation crossed their confirmation (rules F2 and O8).

use std::collections::BTreeMap;

use contracts::{
    ConfirmationId, ShipmentId,
    document::{ShipCancel, ShipOrder},
};

/// The requested shipments of such orders.
#[derive(Debug, Default)]
pub(super) struct Dock {
    asked: BTreeMap<ShipmentId, Asked>,
    /// Cancellations whose `ship-order` arrives later, which the streams of a killed server make
    /// possible.
    early: BTreeMap<ShipmentId, Vec<ShipCancel>>,
}

/// A requested shipment: the open quantities and its state.
#[derive(Debug)]
struct Asked {
    order: ShipOrder,
    /// The number of its confirmations.
    confirmed: u32,
    /// True if part of it was cancelled.
    reduced: bool,
    /// True if its confirmation was refused because part of it was cancelled.
    refused: bool,
}

/// A shipment to confirm in full, and the number of the confirmation.
pub(super) type Load = (ShipOrder, u32);

impl Dock {
    /// Takes a request. A shipment that does not wait leaves at once.
    pub fn take_in(&mut self, order: ShipOrder, keep: bool) -> Option<Load> {
        let id = order.shipment_id;
        self.asked.insert(id, Asked { order, confirmed: 0, reduced: false, refused: false });
        let early = self.early.remove(&id).unwrap_or_default();
        early.iter().for_each(|cancel| self.reduce(cancel));
        if keep && early.is_empty() { None } else { self.load(id) }
    }

    /// Cancels part of a shipment. The rest leaves now, unless everything has left: then the
    /// confirmation came first, or will be refused.
    pub fn take_back(&mut self, cancel: &ShipCancel) -> Option<Load> {
        let Some(asked) = self.asked.get(&cancel.shipment_id) else {
            self.early.entry(cancel.shipment_id).or_default().push(cancel.clone());
            return None;
        };
        let waits = asked.confirmed == 0 || asked.refused;
        self.reduce(cancel);
        if waits { self.load(cancel.shipment_id) } else { None }
    }

    fn reduce(&mut self, cancel: &ShipCancel) {
        let Some(asked) = self.asked.get_mut(&cancel.shipment_id) else { return };
        for gone in &cancel.lines {
            let mut lines = asked.order.lines.iter_mut();
            let line = lines.find(|it| it.line == gone.line && it.sku == gone.sku);
            if let Some(line) = line {
                line.quantity = line.quantity.saturating_sub(gone.quantity);
            }
        }
        asked.order.lines.retain(|line| !line.quantity.is_zero());
        asked.reduced = true;
    }

    /// Records that a confirmation was refused for a cancelled part. Once that part is known, the
    /// rest leaves.
    pub fn refused(&mut self, id: ShipmentId) -> Option<Load> {
        let asked = self.asked.get_mut(&id)?;
        asked.refused = true;
        if asked.reduced { self.load(id) } else { None }
    }

    /// Releases all waiting shipments, since nobody has cancelled them.
    pub fn clear(&mut self) -> Vec<Load> {
        let kept = self.asked.iter().filter(|(_, asked)| asked.confirmed == 0);
        let kept: Vec<ShipmentId> = kept.map(|(id, _)| *id).collect();
        kept.into_iter().filter_map(|id| self.load(id)).collect()
    }

    fn load(&mut self, id: ShipmentId) -> Option<Load> {
        let asked = self.asked.get_mut(&id)?;
        asked.confirmed += 1;
        (asked.reduced, asked.refused) = (false, false);
        (!asked.order.lines.is_empty()).then(|| (asked.order.clone(), asked.confirmed))
    }
}

/// Builds the id of a shipment's confirmation.
pub(super) fn confirmation_id(id: ShipmentId, number: u32) -> anyhow::Result<ConfirmationId> {
    Ok(ConfirmationId::new(format!("{id}-{number}"))?)
}

/// Returns the shipment of a confirmation's id.
pub(super) fn shipment_of(confirmation_id: &str) -> Option<ShipmentId> {
    confirmation_id.rsplit_once('-').and_then(|(id, _)| id.parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const ID: &str = "00000000-0000-0000-0000-000000000007";

    fn id() -> ShipmentId {
        ID.parse().unwrap()
    }

    fn lines(quantities: &[&str]) -> Value {
        let line = |(line, it): (u32, &&str)| json!({ "line": line, "sku": "A", "quantity": it });
        (1..).zip(quantities).map(line).collect()
    }

    fn asked() -> ShipOrder {
        let order = json!({
            "shipment_id": ID, "order_id": ID, "po_number": "PO-1", "warehouse_id": "EAST",
            "ship_to": { "name": "A", "line1": "1", "city": "B", "postal_code": "1",
                "country": "US" },
            "requested_ship_date": null, "lines": lines(&["5", "3"]),
        });
        serde_json::from_value(order).unwrap()
    }

    fn cancel(quantities: &[&str]) -> ShipCancel {
        let cancel = json!({ "shipment_id": ID, "order_id": ID, "lines": lines(quantities),
            "reason": "cancelled_by_buyer" });
        serde_json::from_value(cancel).unwrap()
    }

    fn quantities(load: Option<Load>) -> Option<(Vec<String>, u32)> {
        load.map(|(order, number)| {
            (order.lines.iter().map(|line| line.quantity.to_string()).collect(), number)
        })
    }

    fn text(lines: &[&str], number: u32) -> Option<(Vec<String>, u32)> {
        Some((lines.iter().map(|it| (*it).to_owned()).collect(), number))
    }

    #[test]
    fn o8_of_what_is_kept_the_rest_leaves_when_some_is_taken_back() {
        let mut dock = Dock::default();
        assert!(dock.take_in(asked(), true).is_none());
        assert_eq!(quantities(dock.take_back(&cancel(&["2", "3"]))), text(&["3"], 1));
        assert!(dock.clear().is_empty(), "it has left");
    }

    #[test]
    fn what_nobody_takes_back_leaves_in_the_end() {
        let mut dock = Dock::default();
        dock.take_in(asked(), true);
        assert_eq!(quantities(dock.clear().pop()), text(&["5", "3"], 1));
        assert!(dock.take_back(&cancel(&["5", "3"])).is_none(), "too late, or refused");
    }

    #[test]
    fn f2_what_is_refused_is_unloaded_and_the_rest_confirmed_whichever_word_comes_first() {
        let mut dock = Dock::default();
        assert_eq!(quantities(dock.take_in(asked(), false)), text(&["5", "3"], 1));
        assert!(dock.take_back(&cancel(&["2", "0"])).is_none(), "its confirmation may be first");
        assert_eq!(quantities(dock.refused(id())), text(&["3", "3"], 2));
        let mut dock = Dock::default();
        dock.take_in(asked(), false);
        assert!(dock.refused(id()).is_none(), "what was taken back is not known");
        assert_eq!(quantities(dock.take_back(&cancel(&["2", "3"]))), text(&["3"], 2));
        let mut dock = Dock::default();
        dock.take_in(asked(), false);
        dock.take_back(&cancel(&["5", "3"]));
        assert!(dock.refused(id()).is_none(), "nothing is left");
    }

    #[test]
    fn o8_what_is_taken_back_before_it_is_asked_for_does_not_leave() {
        let mut dock = Dock::default();
        assert!(dock.take_back(&cancel(&["2", "0"])).is_none());
        assert!(dock.take_back(&cancel(&["0", "3"])).is_none());
        assert_eq!(quantities(dock.take_in(asked(), false)), text(&["3"], 1));
        let mut dock = Dock::default();
        assert!(dock.take_back(&cancel(&["5", "3"])).is_none());
        assert!(dock.take_in(asked(), true).is_none(), "nothing is left");
        assert!(dock.clear().is_empty());
    }

    #[test]
    fn a_confirmation_names_its_shipment() {
        let name = confirmation_id(id(), 12).unwrap();
        assert_eq!(shipment_of(name.as_str()), Some(id()));
        assert_eq!(shipment_of("T-1"), None);
    }
}
