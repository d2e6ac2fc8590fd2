//! What an event says, in the few words that the read model is made of.

mod exception;
mod inventory;
mod invoice;
mod order;
mod payment;
mod period;
mod read;
mod returns;
mod shipment;
pub mod words;

use std::time::Duration;

use contracts::{
    CustomerId, OrderId, PartnerName, Percent, PoNumber, Quantity, ShipmentId, Sku, WarehouseId,
    document::LineQuantity,
    event::{Event, ExceptionKind},
};
use jiff::civil::Date;

pub use invoice::dispatch;
pub use read::read;

use super::order::{Figure, Standing};

/// What an event says.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The orders that it is about. Everything else here is about the first.
    pub orders: Vec<OrderId>,
    /// The buyer, where it says so.
    pub partner: Option<PartnerName>,
    /// The buyer's number, where it says so.
    pub po_number: Option<PoNumber>,
    /// Who pays, where it says so.
    pub customer_id: Option<CustomerId>,
    /// How far above the ordered quantity is accepted, where it says so.
    pub tolerance: Option<Percent>,
    /// When it should leave, where it says what is ordered.
    pub ship_date: Option<Option<Date>>,
    /// What order-intake says of the order.
    pub standing: Option<Standing>,
    /// What it changes of the order's lines.
    pub changes: Vec<Change>,
    /// Numbers in it by which people know the order, such as an invoice's.
    pub names: Vec<String>,
    /// Invoices that it adds to the order.
    pub invoices: i64,
    /// Invoices that it settles, less those it opens again.
    pub settled: i64,
    /// What it says of a shipment.
    pub shipping: Option<Shipping>,
    /// What it raises.
    pub raises: Vec<Raise>,
    /// What it settles: cases by kind and reference.
    pub settles: Vec<(ExceptionKind, String)>,
    /// The same in words.
    pub summary: String,
}

/// What an event changes of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// Which figure.
    pub figure: Figure,
    /// By how much; of [`Figure::Ordered`], the total.
    pub quantity: Quantity,
}

/// What an event says of what a warehouse was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Shipping {
    /// It was asked to ship.
    Asked {
        /// The shipment.
        shipment_id: ShipmentId,
        /// Who was asked.
        warehouse_id: WarehouseId,
        /// When it should leave.
        ship_date: Option<Date>,
        /// What.
        lines: Vec<LineQuantity>,
    },
    /// It left, is short, or is not wanted any more.
    Accounted {
        /// The shipment.
        shipment_id: ShipmentId,
        /// What.
        lines: Vec<LineQuantity>,
    },
}

/// A case that an event raises.
#[derive(Debug, Clone, PartialEq)]
pub struct Raise {
    /// What is the matter.
    pub kind: ExceptionKind,
    /// What it is about.
    pub reference: String,
    /// The same in words.
    pub message: String,
    /// How long it may settle itself before anybody is told.
    pub patience: Duration,
    /// The order concerned, where the event is about several.
    pub order_id: Option<OrderId>,
}

impl Raise {
    /// A case that somebody is told of at once.
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

    fn buyer(&mut self, partner: &PartnerName, po_number: &PoNumber) {
        self.partner = Some(partner.clone());
        self.po_number = Some(po_number.clone());
    }

    fn change(&mut self, figure: Figure, lines: &[LineQuantity]) {
        self.changes.extend(lines.iter().map(|line| Change {
            line: line.line,
            sku: line.sku.clone(),
            figure,
            quantity: line.quantity,
        }));
    }

    fn raise(&mut self, kind: ExceptionKind, reference: String, message: impl Into<String>) {
        self.raises.push(Raise::at_once(kind, reference, message));
    }

    fn settle(&mut self, kind: ExceptionKind, reference: String) {
        self.settles.push((kind, reference));
    }

    fn name(&mut self, name: impl ToString) {
        self.names.push(name.to_string());
    }
}

/// An event that says something to the read model.
trait Tell: Event {
    /// Adds what it says.
    fn tell(&self, facts: &mut Facts);
}
