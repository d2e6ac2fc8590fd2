//! What was ordered, by whom, and what of it left: all that may ever come back.

use std::collections::BTreeMap;

use contracts::{
    ConfirmationId, CustomerId, OrderId, PartnerName, PoNumber, Quantity, ShipmentId, Sku,
    WarehouseId,
    document::LineQuantity,
    event::{
        OrderAccepted, OrderBody, OrderCancelled, OrderChanged, OrderHeld, OrderReleased,
        ShipmentDispatched,
    },
};
use jiff::Timestamp;
use mesh::{Decision, Key, Outputs};

use super::Set;

/// An order as it stands now.
#[derive(Debug)]
pub struct Taken {
    /// Which one.
    pub order_id: OrderId,
    /// What it says.
    pub body: OrderBody,
    /// What of it will not come.
    pub cancelled: Vec<LineQuantity>,
}

macro_rules! taken {
    ($($event:ty),+) => {
        $(impl From<$event> for Taken {
            fn from(event: $event) -> Self {
                Self { order_id: event.order_id, body: event.order, cancelled: Vec::new() }
            }
        })+
    };
}

taken!(OrderAccepted, OrderHeld, OrderReleased);

impl From<OrderChanged> for Taken {
    fn from(event: OrderChanged) -> Self {
        Self { order_id: event.order_id, body: event.order, cancelled: event.cancelled }
    }
}

/// Whose an order is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Which one.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
}

/// What is wanted of an order line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of which order.
    pub order_id: OrderId,
    /// The buyer's line number.
    pub line: u32,
    /// How much, without what was cancelled.
    pub ordered: Quantity,
}

/// Units of an order line that left together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// In which shipment.
    pub shipment_id: ShipmentId,
    /// By which confirmation.
    pub confirmation_id: ConfirmationId,
    /// For which line of the order.
    pub line: u32,
    /// What left.
    pub sku: Sku,
    /// For which order.
    pub order_id: OrderId,
    /// From where.
    pub warehouse_id: WarehouseId,
    /// How much.
    pub quantity: Quantity,
    /// When.
    pub shipped_at: Timestamp,
}

mesh::row!(Order in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, customer_id
});
mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) { order_id, line, ordered });
mesh::row!(Dispatch in "dispatches" by (
    shipment_id: ShipmentId, confirmation_id: ConfirmationId, line: u32, sku: Sku
) { shipment_id, confirmation_id, line, sku, order_id, warehouse_id, quantity, shipped_at });

/// What those wait for who ask to return more than has left so far.
#[must_use]
pub fn dispatch_of(order_id: OrderId) -> Key {
    Key::new("order-dispatch", order_id)
}

/// An order was taken or changed.
pub fn taken(set: &mut Set, taken: &Taken) -> Decision {
    let Taken { order_id, body, cancelled } = taken;
    set.orders.put(Order {
        order_id: *order_id,
        partner: body.partner.clone(),
        po_number: body.po_number.clone(),
        customer_id: body.customer_id.clone(),
    });
    for line in &body.lines {
        let gone = cancelled.iter().filter(|gone| gone.line == line.line);
        let gone: Quantity = gone.map(|gone| gone.quantity).sum();
        let (line, ordered) = (line.line, line.quantity.saturating_sub(gone));
        set.order_lines.put(Line { order_id: *order_id, line, ordered });
    }
    Outputs::none().into()
}

/// Units that will not come need not be waited for.
pub fn cancelled(set: &mut Set, cancelled: &OrderCancelled) -> Decision {
    for gone in &cancelled.lines {
        if let Some(line) = set.order_lines.get_mut(&(cancelled.order_id, gone.line)) {
            line.ordered = line.ordered.saturating_sub(gone.quantity);
        }
    }
    Outputs::none().into()
}

/// Goods left. Shipments and orders are two aggregates: a dispatch may be seen before its order,
/// and says all that is needed of it.
pub fn dispatched(set: &mut Set, dispatched: &ShipmentDispatched) -> Decision {
    let order_id = dispatched.order_id;
    set.orders.put(Order {
        order_id,
        partner: dispatched.partner.clone(),
        po_number: dispatched.po_number.clone(),
        customer_id: dispatched.customer_id.clone(),
    });
    let mut together = BTreeMap::<(u32, &Sku), Vec<Quantity>>::new();
    for line in &dispatched.lines {
        together.entry((line.line, &line.sku)).or_default().push(line.quantity);
    }
    for ((line, sku), quantities) in together {
        set.dispatches.put(Dispatch {
            shipment_id: dispatched.shipment_id,
            confirmation_id: dispatched.confirmation_id.clone(),
            line,
            sku: sku.clone(),
            order_id,
            warehouse_id: dispatched.warehouse_id.clone(),
            quantity: quantities.into_iter().sum(),
            shipped_at: dispatched.shipped_at,
        });
    }
    let mut outputs = Outputs::none();
    outputs.advances(Key::new("order", order_id)).advances(dispatch_of(order_id));
    outputs.into()
}
