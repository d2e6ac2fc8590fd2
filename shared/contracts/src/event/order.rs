//! Events of orders, from acceptance to completion.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Event, events};
use crate::{
    decimal::{Percent, Quantity, UnitPrice},
    document::{Address, Channel, Charge, LineQuantity, Terms},
    ids::{CustomerId, OrderId, PartnerName, PoNumber, Sku, Uom},
    money::{Amount, Currency},
    reason::{Reason, ReasonLine},
};

/// An order with every default filled in, ready to reserve, ship and bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderBody {
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The customer that is invoiced.
    pub customer_id: CustomerId,
    /// The channel through which the order was placed.
    pub channel: Channel,
    /// The ISO 4217 currency of every amount in this message.
    pub currency: Currency,
    /// The day whose prices apply.
    pub order_date: Date,
    /// The day on which the goods should leave, if the buyer named one.
    pub requested_ship_date: Option<Date>,
    /// The last day on which undispatched goods are still wanted.
    pub cancel_after: Option<Date>,
    /// True if the order must be reserved whole or not at all.
    pub ship_complete: bool,
    /// True if missing stock may be backordered.
    pub allow_backorder: bool,
    /// True if an item may be replaced by one of its substitutes.
    pub allow_substitutes: bool,
    /// The order's priority, 1 (first) to 9 (last).
    pub priority: u8,
    /// The address that the goods are shipped to.
    pub ship_to: Address,
    /// The payment terms of its invoices.
    pub terms: Terms,
    /// True if the customer pays no tax.
    pub tax_exempt: bool,
    /// The percentage above the ordered quantity that the customer accepts and pays.
    pub over_ship_tolerance_percent: Percent,
    /// The ordered lines; a line that was changed to 0 stays with quantity 0.
    pub lines: Vec<OrderedLine>,
    /// Charges beside the goods, such as freight.
    pub charges: Vec<Charge>,
    /// The sum of the lines' net amounts.
    pub net_total: Amount,
    /// The net total and the charges, without tax.
    pub total: Amount,
}

/// A line of an order with the price that will be billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderedLine {
    /// The line's number, unique within the order.
    pub line: u32,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The quantity in stock units.
    pub quantity: Quantity,
    /// The unit of measure in which the line was ordered.
    pub uom: Uom,
    /// The quantity in `uom`.
    pub ordered_quantity: Quantity,
    /// The price of `price_base_quantity` stock units.
    pub unit_price: UnitPrice,
    /// The number of stock units that the price is for, as many as one `uom` holds.
    pub price_base_quantity: Quantity,
    /// The discount as a percentage of the price.
    pub discount_percent: Percent,
}

/// An order was accepted and will be served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderAccepted {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The whole order after the event.
    pub order: OrderBody,
}

/// An order is held and waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderHeld {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The whole order after the event.
    pub order: OrderBody,
    /// Every reason for the hold.
    pub reasons: Vec<ReasonLine>,
}

/// A held order was released and will be served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderReleased {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The whole order after the event.
    pub order: OrderBody,
    /// The operator that released it; none for a hold that ended by itself.
    pub released_by: Option<String>,
}

/// An order was refused as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderRejected {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// Every reason for the refusal, all at once.
    pub reasons: Vec<ReasonLine>,
}

/// The buyer or an operator asked for new quantities; a cancel asks for 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderChangeRequested {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The buyer's number for the change; none for a cancel.
    pub change_number: Option<u32>,
    /// The lines that change, with their old and new totals.
    pub lines: Vec<ChangedLine>,
    /// The origin or reason of the change.
    #[serde(default = "by_buyer")]
    pub reason: Reason,
}

fn by_buyer() -> Reason {
    Reason::CancelledByBuyer
}

/// A line that is to change, with totals in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChangedLine {
    /// The number of the order line.
    pub line: u32,
    /// The item's stock keeping unit.
    pub sku: Sku,
    /// The ordered total before the change.
    pub from: Quantity,
    /// The requested ordered total.
    pub to: Quantity,
}

/// The quantities of an order were changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderChanged {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The whole order after the change.
    pub order: OrderBody,
    /// Everything that is cancelled of the lines' quantities so far.
    #[serde(default)]
    pub cancelled: Vec<LineQuantity>,
    /// The additional quantities, which are to be served.
    #[serde(default)]
    pub grown: Vec<LineQuantity>,
}

/// Units of an order were cancelled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderCancelled {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
    /// The quantities that this event cancels.
    pub lines: Vec<LineQuantity>,
    /// True if nothing of the order is left to serve.
    pub whole: bool,
    /// The reason for the cancellation.
    pub reason: Reason,
}

/// An order is complete: nothing of it is open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderCompleted {
    /// The order's id: a UUIDv5 of partner and PO number.
    pub order_id: OrderId,
    /// The partner that placed the order.
    pub partner: PartnerName,
    /// The buyer's purchase order number, unique per partner.
    pub po_number: PoNumber,
}

events! {
    OrderAccepted: "order", "accepted", order_id, order;
    OrderHeld: "order", "held", order_id, order;
    OrderReleased: "order", "released", order_id, order;
    OrderRejected: "order", "rejected", order_id, order;
    OrderChangeRequested: "order", "change-requested", order_id, order;
    OrderChanged: "order", "changed", order_id, order;
    OrderCancelled: "order", "cancelled", order_id, order;
    OrderCompleted: "order", "completed", order_id, order;
}

/// An event that tells the whole order as it stands after it.
pub trait OrderSnapshot: Event {
    /// Returns the order's id.
    fn order_id(&self) -> OrderId;

    /// Returns the order as it stands after the event.
    fn body(&self) -> &OrderBody;

    /// Returns everything that is cancelled of the lines so far; only [`OrderChanged`] has any.
    fn cancelled(&self) -> &[LineQuantity] {
        &[]
    }
}

/// Implements [`OrderSnapshot`] for events that have `order_id` and `order`.
macro_rules! snapshots {
    ($($type:ident { $($cancelled:ident)? })+) => {
        $(impl OrderSnapshot for $type {
            fn order_id(&self) -> OrderId {
                self.order_id
            }
            fn body(&self) -> &OrderBody {
                &self.order
            }
            $(fn $cancelled(&self) -> &[LineQuantity] {
                &self.$cancelled
            })?
        })+
    };
}

snapshots! {
    OrderAccepted {}
    OrderHeld {}
    OrderReleased {}
    OrderChanged { cancelled }
}
