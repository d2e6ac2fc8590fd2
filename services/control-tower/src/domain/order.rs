//! An order in the read model.

use contracts::{CustomerId, OrderId, PartnerName, Percent, PoNumber};
use jiff::{Timestamp, civil::Date};

use super::status::{OrderStatus, Stage};

/// An order. Fields are none until an event tells them.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub order_id: OrderId,
    pub partner: Option<PartnerName>,
    pub po_number: Option<PoNumber>,
    pub customer_id: Option<CustomerId>,
    /// The part of a hundred above the ordered quantity that is accepted and paid.
    pub tolerance: Option<Percent>,
    pub requested_ship_date: Option<Date>,
    pub status: OrderStatus,
    /// Derived from its figures by [`stage`](super::status::stage).
    pub stage: Stage,
    /// The time of its first event.
    pub opened_at: Timestamp,
    /// The time of its first acceptance or release.
    pub accepted_at: Option<Timestamp>,
    /// The time of its first invoice.
    pub invoiced_at: Option<Timestamp>,
    pub completed_at: Option<Timestamp>,
    /// The number of its invoices.
    pub invoices: i64,
    /// The number of its settled invoices.
    pub settled: i64,
    /// The name of its latest event.
    pub last_event: String,
    /// The time of its latest event.
    pub last_at: Timestamp,
}

mesh::row!(Order in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, customer_id, tolerance, requested_ship_date, status, stage,
    opened_at, accepted_at, invoiced_at, completed_at, invoices, settled, last_event, last_at
});

impl Order {
    /// An order of which only the id is known.
    #[must_use]
    pub fn new(order_id: OrderId, at: Timestamp) -> Self {
        Self {
            order_id,
            partner: None,
            po_number: None,
            customer_id: None,
            tolerance: None,
            requested_ship_date: None,
            status: OrderStatus::Unknown,
            stage: Stage::Accepted,
            opened_at: at,
            accepted_at: None,
            invoiced_at: None,
            completed_at: None,
            invoices: 0,
            settled: 0,
            last_event: String::new(),
            last_at: at,
        }
    }

    /// The name by which people know it: `PO-1001 of acme`.
    #[must_use]
    pub fn name(&self) -> String {
        let number = self.po_number.as_ref().map(ToString::to_string);
        let number = number.unwrap_or_else(|| format!("order {}", self.order_id));
        self.partner.as_ref().map(|partner| format!("{number} of {partner}")).unwrap_or(number)
    }
}
