//! The facts of an event, from which the read model is made.

use std::time::Duration;

use contracts::{
    CustomerId, OrderId, PartnerName, Percent, PoNumber, Quantity, ShipmentId, Sku, WarehouseId,
    document::LineQuantity, event::ExceptionKind,
};
use jiff::civil::Date;

use super::{line::Figure, status::OrderStatus};

/// The facts of an event.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The orders that it is about. All other facts are about the first.
    pub orders: Vec<OrderId>,
    pub partner: Option<PartnerName>,
    pub po_number: Option<PoNumber>,
    pub customer_id: Option<CustomerId>,
    /// The part of a hundred above the ordered quantity that is accepted.
    pub tolerance: Option<Percent>,
    /// The requested ship date, of an event that tells the whole order.
    pub ship_date: Option<Option<Date>>,
    pub status: Option<OrderStatus>,
    /// Changes of the order's lines.
    pub changes: Vec<Change>,
    /// Numbers by which people know the order, such as an invoice's.
    pub names: Vec<String>,
    /// Invoices added to the order.
    pub invoices: i64,
    /// Invoices settled, less those that are open again.
    pub settled: i64,
    pub shipping: Option<Shipping>,
    pub raises: Vec<Raise>,
    /// Cases that it settles, by kind and reference.
    pub settles: Vec<(ExceptionKind, String)>,
    /// One line of text for the timeline.
    pub summary: String,
}

/// A change of an order line.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub line: u32,
    pub sku: Sku,
    pub figure: Figure,
    /// The quantity to add; of [`Figure::Ordered`], the total.
    pub quantity: Quantity,
}

/// The progress of a shipment.
#[derive(Debug, Clone, PartialEq)]
pub enum Shipping {
    /// The warehouse is asked to ship.
    Asked {
        shipment_id: ShipmentId,
        warehouse_id: WarehouseId,
        ship_date: Option<Date>,
        lines: Vec<LineQuantity>,
    },
    /// Units left, are short, or are not wanted any more.
    Accounted { shipment_id: ShipmentId, lines: Vec<LineQuantity> },
}

/// A case that an event raises.
#[derive(Debug, Clone, PartialEq)]
pub struct Raise {
    pub kind: ExceptionKind,
    /// The object of the case, such as a shipment or an invoice.
    pub reference: String,
    pub message: String,
    /// The time in which the case may settle itself before anybody is told.
    pub patience: Duration,
    /// The order concerned, where the event is about several.
    pub order_id: Option<OrderId>,
}

impl Raise {
    /// A case that is opened at once.
    pub fn at_once(kind: ExceptionKind, reference: String, message: impl Into<String>) -> Self {
        let (message, patience) = (message.into(), Duration::ZERO);
        Self { kind, reference, message, patience, order_id: None }
    }
}

impl Facts {
    /// The order, where there is exactly one.
    #[must_use]
    pub fn only_order(&self) -> Option<OrderId> {
        match self.orders.as_slice() {
            [one] => Some(*one),
            _ => None,
        }
    }

    pub fn buyer(&mut self, partner: &PartnerName, po_number: &PoNumber) {
        self.partner = Some(partner.clone());
        self.po_number = Some(po_number.clone());
    }

    pub fn change(&mut self, figure: Figure, lines: &[LineQuantity]) {
        self.changes.extend(lines.iter().map(|line| Change {
            line: line.line,
            sku: line.sku.clone(),
            figure,
            quantity: line.quantity,
        }));
    }

    pub fn raise(&mut self, kind: ExceptionKind, reference: String, message: impl Into<String>) {
        self.raises.push(Raise::at_once(kind, reference, message));
    }

    pub fn settle(&mut self, kind: ExceptionKind, reference: String) {
        self.settles.push((kind, reference));
    }

    pub fn name(&mut self, name: impl ToString) {
        self.names.push(name.to_string());
    }
}
