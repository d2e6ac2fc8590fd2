//! Shipments: what warehouses were asked for, and their answers.

use contracts::{
    CustomerId, OrderId, PartnerName, PoNumber, Quantity, ShipmentId, Sku, WarehouseId,
    document::{Address, DeliveryStatus, LineQuantity, ShipOrder},
    ids::derived,
    question::ShipmentState,
};
use jiff::{Timestamp, civil::Date};
use mesh::{
    Halt, Json, Rows,
    checked::{beyond, minus, plus, total},
};

use super::confirmation::Confirmation;

#[derive(Debug, Clone)]
pub struct Shipment {
    /// Derived from order, warehouse and reservation.
    pub shipment_id: ShipmentId,
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    pub po_number: PoNumber,
    /// The customer who pays.
    pub customer_id: CustomerId,
    pub warehouse_id: WarehouseId,
    /// The `sequence` of the `inventory.reserved` that caused it.
    pub reservation: u64,
    pub ship_to: Json<Address>,
    pub requested_ship_date: Option<Date>,
    pub requested_at: Timestamp,
}

/// A line of a shipment, in stock units. An order line that is filled from two items has two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub shipment_id: ShipmentId,
    /// The position on the shipment, from 1.
    pub place: u32,
    /// The number of the order line.
    pub line: u32,
    pub sku: Sku,
    /// Asked of the warehouse.
    pub requested: Quantity,
    /// Left without being open: above what was asked, or after it was short or taken back.
    pub extra: Quantity,
    pub dispatched: Quantity,
    /// Missing in the warehouse.
    pub short: Quantity,
    pub cancelled: Quantity,
    /// Answered for by units that left the same warehouse with another shipment of the line.
    pub covered: Quantity,
    /// Taken back, left all the same, and accepted by an operator.
    pub reinstated: Quantity,
}

mesh::row!(Shipment in "shipments" by (shipment_id: ShipmentId) {
    shipment_id, order_id, partner, po_number, customer_id, warehouse_id, reservation, ship_to,
    requested_ship_date, requested_at
});
mesh::row!(Line in "shipment_lines" by (shipment_id: ShipmentId, place: u32) {
    shipment_id, place, line, sku, requested, extra, dispatched, short, cancelled, covered,
    reinstated
});

impl Shipment {
    /// Returns the document that asks the warehouse to ship these lines.
    #[must_use]
    pub fn ship_order(&self, lines: Vec<LineQuantity>) -> ShipOrder {
        ShipOrder {
            shipment_id: self.shipment_id,
            order_id: self.order_id,
            po_number: self.po_number.clone(),
            warehouse_id: self.warehouse_id.clone(),
            ship_to: self.ship_to.0.clone(),
            requested_ship_date: self.requested_ship_date,
            lines,
        }
    }
}

/// Rule F1: the one shipment of this order, warehouse and reservation.
#[must_use]
pub fn shipment_id(order_id: OrderId, warehouse_id: &WarehouseId, reservation: u64) -> ShipmentId {
    let (order, reservation) = (order_id.to_string(), reservation.to_string());
    ShipmentId(derived(&["shipment", &order, warehouse_id.as_str(), &reservation]))
}

impl Line {
    /// A line that the warehouse has not answered.
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

    /// Returns the units that the warehouse has still to answer for.
    ///
    /// # Errors
    /// [`Halt::broken`] when it answered for more than was asked or left.
    pub fn open(&self) -> Result<Quantity, Halt> {
        let done = total([self.dispatched, self.short, self.cancelled, self.covered])?;
        minus(plus(self.requested, self.extra)?, done)
    }

    /// Adds units that left, and returns how many of them were not open.
    ///
    /// # Errors
    /// [`Halt::broken`] when a figure leaves its range, here and below.
    pub fn ship(&mut self, quantity: Quantity) -> Result<Quantity, Halt> {
        let unasked = beyond(quantity, self.open()?);
        self.extra = plus(self.extra, unasked)?;
        self.dispatched = plus(self.dispatched, quantity)?;
        Ok(unasked)
    }

    /// Marks up to so many open units as missing, and returns how many.
    pub fn fall_short(&mut self, quantity: Quantity) -> Result<Quantity, Halt> {
        let short = quantity.min(self.open()?);
        self.short = plus(self.short, short)?;
        Ok(short)
    }

    /// Covers open units by units that left with another shipment, and returns how many.
    pub fn cover(&mut self, quantity: Quantity) -> Result<Quantity, Halt> {
        let covered = quantity.min(self.open()?);
        self.covered = plus(self.covered, covered)?;
        Ok(covered)
    }

    /// Reinstates cancelled units by units that left unasked, and returns how many.
    pub fn reinstate(&mut self, unasked: Quantity) -> Result<Quantity, Halt> {
        let again = unasked.min(minus(self.cancelled, self.reinstated)?);
        self.reinstated = plus(self.reinstated, again)?;
        Ok(again)
    }

    /// Takes back up to so many open units, and returns how many.
    pub fn cancel(&mut self, quantity: Quantity) -> Result<Quantity, Halt> {
        let cancelled = quantity.min(self.open()?);
        self.cancelled = plus(self.cancelled, cancelled)?;
        Ok(cancelled)
    }
}

/// Returns the lines of a shipment, in order.
pub fn lines_of(lines: &Rows<Line>, shipment_id: ShipmentId) -> impl Iterator<Item = &Line> {
    lines.from((shipment_id, 0))
}

/// Returns the place of an order line and item on a shipment.
#[must_use]
pub fn place_of(lines: &Rows<Line>, shipment_id: ShipmentId, line: u32, sku: &Sku) -> Option<u32> {
    let found = lines_of(lines, shipment_id).find(|it| it.line == line && it.sku == *sku);
    found.map(|line| line.place)
}

/// Returns the state of a shipment, by its lines and dispatches.
///
/// # Errors
/// [`Halt::broken`] when a line does not add up.
pub fn state(lines: &[&Line], dispatches: &[&Confirmation]) -> Result<ShipmentState, Halt> {
    let any = |of: fn(&Line) -> Quantity| lines.iter().any(|line| !of(line).is_zero());
    let open = total(lines.iter().map(|line| line.open()).collect::<Result<Vec<_>, Halt>>()?)?;
    let became =
        |status| move |it: &&Confirmation| it.delivery.is_some_and(|delivery| delivery.0 == status);
    Ok(match (any(|line| line.dispatched), !open.is_zero()) {
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
    })
}
