//! Shipments: what a warehouse was asked, and what it said of it.

use contracts::{
    ConfirmationId, CustomerId, OrderId, PartnerName, PoNumber, Quantity, Reason, ShipmentId, Sku,
    WarehouseId,
    document::{Address, DeliveryStatus, ShipConfirm, ShipConfirmAck},
    ids::derived,
    question::ShipmentState,
};
use jiff::{Timestamp, civil::Date};
use mesh::Json;
use uuid::Uuid;

use super::{Set, sum};

/// A shipment.
#[derive(Debug, Clone)]
pub struct Shipment {
    /// Derived from order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
    /// The warehouse asked.
    pub warehouse_id: WarehouseId,
    /// The `sequence` of the `inventory.reserved` that caused it.
    pub reservation: u64,
    /// Where it goes.
    pub ship_to: Json<Address>,
    /// When it should leave.
    pub requested_ship_date: Option<Date>,
    /// When the warehouse was asked.
    pub requested_at: Timestamp,
}

/// A line of a shipment, in stock units. An order line that is filled from two items has two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of which shipment.
    pub shipment_id: ShipmentId,
    /// Its place there, from 1.
    pub place: u32,
    /// The order line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// Asked of the warehouse.
    pub requested: Quantity,
    /// Left without being open: above what was asked, or after it was short or taken back.
    pub extra: Quantity,
    /// Left.
    pub dispatched: Quantity,
    /// Was not there.
    pub short: Quantity,
    /// Taken back.
    pub cancelled: Quantity,
    /// Answered for by units that left the same warehouse with another shipment of the line.
    pub covered: Quantity,
    /// Taken back, left all the same, and accepted by an operator.
    pub reinstated: Quantity,
}

/// A confirmation that was taken (rule F3), and what became of the goods on their way.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// Of which shipment.
    pub shipment_id: ShipmentId,
    /// The warehouse's id of it.
    pub confirmation_id: ConfirmationId,
    /// What it says, without `document_id`: what a resend is compared with.
    pub content: Json<ShipConfirm>,
    /// The answer: what a resend is told.
    pub acknowledgement: Json<ShipConfirmAck>,
    /// When it was taken.
    pub taken_at: Timestamp,
    /// What became of the goods; none, on their way.
    pub delivery: Option<Json<DeliveryStatus>>,
    /// When that was.
    pub delivered_at: Option<Timestamp>,
}

/// A confirmation that was not taken (rule F2).
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Of which shipment; there may be none of this id.
    pub shipment_id: ShipmentId,
    /// The sender's id of it.
    pub confirmation_id: ConfirmationId,
    /// Who sent it.
    pub partner: PartnerName,
    /// Why it was refused.
    pub code: Json<Reason>,
    /// What it says.
    pub content: Uuid,
}

mesh::row!(Shipment in "shipments" by (shipment_id: ShipmentId) {
    shipment_id, order_id, partner, po_number, customer_id, warehouse_id, reservation, ship_to,
    requested_ship_date, requested_at
});
mesh::row!(Line in "shipment_lines" by (shipment_id: ShipmentId, place: u32) {
    shipment_id, place, line, sku, requested, extra, dispatched, short, cancelled, covered,
    reinstated
});
mesh::row!(Confirmation in "confirmations" by (
    shipment_id: ShipmentId, confirmation_id: ConfirmationId
) { shipment_id, confirmation_id, content, acknowledgement, taken_at, delivery, delivered_at });
mesh::row!(Refusal in "refusals" by (
    shipment_id: ShipmentId, confirmation_id: ConfirmationId, partner: PartnerName
) { shipment_id, confirmation_id, partner, code, content });

/// Rule F1: the one shipment of this order, warehouse and reservation.
#[must_use]
pub fn shipment_id(order_id: OrderId, warehouse_id: &WarehouseId, reservation: u64) -> ShipmentId {
    let (order, reservation) = (order_id.to_string(), reservation.to_string());
    ShipmentId(derived(&["shipment", &order, warehouse_id.as_str(), &reservation]))
}

impl Line {
    /// A line of a shipment of which nothing was answered yet.
    #[must_use]
    pub fn new(id: ShipmentId, place: u32, line: u32, sku: Sku, requested: Quantity) -> Self {
        let zero = Quantity::ZERO;
        Self {
            shipment_id: id,
            place,
            line,
            sku,
            requested,
            extra: zero,
            dispatched: zero,
            short: zero,
            cancelled: zero,
            covered: zero,
            reinstated: zero,
        }
    }

    /// What the warehouse has still to answer for.
    #[must_use]
    pub fn open(&self) -> Quantity {
        let done = [self.dispatched, self.short, self.cancelled, self.covered].into_iter().sum();
        sum(self.requested, self.extra).saturating_sub(done)
    }

    /// Units left; says how many of them were not open.
    pub fn ship(&mut self, quantity: Quantity) -> Quantity {
        let unasked = quantity.saturating_sub(self.open());
        self.extra = sum(self.extra, unasked);
        self.dispatched = sum(self.dispatched, quantity);
        unasked
    }

    /// Units are not there; says how many of them were open.
    pub fn fall_short(&mut self, quantity: Quantity) -> Quantity {
        let short = quantity.min(self.open());
        self.short = sum(self.short, short);
        short
    }

    /// Units left with another shipment; says how many were open here.
    pub fn cover(&mut self, quantity: Quantity) -> Quantity {
        let covered = quantity.min(self.open());
        self.covered = sum(self.covered, covered);
        covered
    }

    /// Units left that were not open; says how many of them had been taken back.
    pub fn reinstate(&mut self, unasked: Quantity) -> Quantity {
        let again = unasked.min(self.cancelled.saturating_sub(self.reinstated));
        self.reinstated = sum(self.reinstated, again);
        again
    }

    /// Units are taken back; says how many of them were open.
    pub fn cancel(&mut self, quantity: Quantity) -> Quantity {
        let cancelled = quantity.min(self.open());
        self.cancelled = sum(self.cancelled, cancelled);
        cancelled
    }
}

impl Confirmation {
    /// Whether anything left with it.
    #[must_use]
    pub fn is_dispatch(&self) -> bool {
        self.acknowledgement.lines.iter().any(|line| !line.quantity.is_zero())
    }
}

/// The lines of a shipment, in their order.
pub fn lines_of(set: &Set, shipment_id: ShipmentId) -> impl Iterator<Item = &Line> {
    set.lines.range((shipment_id, 0)..=(shipment_id, u32::MAX))
}

/// The place of an order line and item on a shipment.
#[must_use]
pub fn place_of(set: &Set, shipment_id: ShipmentId, line: u32, sku: &Sku) -> Option<u32> {
    let found = lines_of(set, shipment_id).find(|it| it.line == line && it.sku == *sku);
    found.map(|line| line.place)
}

/// How a shipment stands, by its lines and what left.
#[must_use]
pub fn state(lines: &[&Line], dispatches: &[&Confirmation]) -> ShipmentState {
    let any = |of: fn(&Line) -> Quantity| lines.iter().any(|line| !of(line).is_zero());
    let became =
        |status| move |it: &&Confirmation| it.delivery.is_some_and(|delivery| delivery.0 == status);
    match (any(|line| line.dispatched), any(Line::open)) {
        (false, true) => ShipmentState::Requested,
        (false, false) if any(|line| line.short) => ShipmentState::Short,
        (false, false) => ShipmentState::Cancelled,
        (true, true) => ShipmentState::PartiallyDispatched,
        (true, false) if dispatches.iter().any(|it| became(DeliveryStatus::Failed)(it)) => {
            ShipmentState::Failed
        }
        (true, false) if dispatches.iter().all(|it| became(DeliveryStatus::Delivered)(it)) => {
            ShipmentState::Delivered
        }
        (true, false) => ShipmentState::Dispatched,
    }
}
