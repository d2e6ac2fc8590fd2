//! What becomes of orders.

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

/// An order with every default filled in: all that is needed to reserve, ship and bill it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderBody {
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Who pays.
    pub customer_id: CustomerId,
    /// How it came about.
    pub channel: Channel,
    /// The currency of every amount here.
    pub currency: Currency,
    /// The day whose prices count.
    pub order_date: Date,
    /// When it should leave.
    pub requested_ship_date: Option<Date>,
    /// The last day on which anything of it is wanted.
    pub cancel_after: Option<Date>,
    /// Whether all of it must be reserved at once.
    pub ship_complete: bool,
    /// Whether what is not there may wait.
    pub allow_backorder: bool,
    /// Whether an item may be replaced by one of its substitutes.
    pub allow_substitutes: bool,
    /// Who is served first: 1 to 9.
    pub priority: u8,
    /// Where it goes.
    pub ship_to: Address,
    /// When its invoices are due.
    pub terms: Terms,
    /// Whether the customer pays no tax.
    pub tax_exempt: bool,
    /// How far above the ordered quantity is accepted and paid.
    pub over_ship_tolerance_percent: Percent,
    /// What is ordered; a line that was changed to 0 stays, with quantity 0.
    pub lines: Vec<OrderedLine>,
    /// What is paid besides.
    pub charges: Vec<Charge>,
    /// Sum of the lines.
    pub net_total: Amount,
    /// Net and charges, without tax.
    pub total: Amount,
}

/// A line of an order, at the price that will be billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderedLine {
    /// Its number.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// How much, in stock units.
    pub quantity: Quantity,
    /// The unit in which it was ordered.
    pub uom: Uom,
    /// How much, in `uom`.
    pub ordered_quantity: Quantity,
    /// The price of `price_base_quantity`.
    pub unit_price: UnitPrice,
    /// The stock units that the price is for: what one `uom` holds.
    pub price_base_quantity: Quantity,
    /// What comes off the price.
    pub discount_percent: Percent,
}

/// An order will be served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderAccepted {
    /// The order.
    pub order_id: OrderId,
    /// The order as it stands.
    pub order: OrderBody,
}

/// An order waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderHeld {
    /// The order.
    pub order_id: OrderId,
    /// The order as it stands.
    pub order: OrderBody,
    /// What for.
    pub reasons: Vec<ReasonLine>,
}

/// A held order will be served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderReleased {
    /// The order.
    pub order_id: OrderId,
    /// The order as it stands.
    pub order: OrderBody,
    /// The operator; none where it released itself.
    pub released_by: Option<String>,
}

/// An order was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderRejected {
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// Why, all at once.
    pub reasons: Vec<ReasonLine>,
}

/// A change of quantities was asked for; a cancel is a change to 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderChangeRequested {
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// The buyer's number of the change; none for a cancel.
    pub change_number: Option<u32>,
    /// What changes.
    pub lines: Vec<ChangedLine>,
    /// Who wants it, or why.
    #[serde(default = "by_buyer")]
    pub reason: Reason,
}

fn by_buyer() -> Reason {
    Reason::CancelledByBuyer
}

/// A line that is to change, in stock units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ChangedLine {
    /// The order line.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// The ordered total so far.
    pub from: Quantity,
    /// The ordered total asked for.
    pub to: Quantity,
}

/// A change took place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderChanged {
    /// The order.
    pub order_id: OrderId,
    /// The order as it stands now.
    pub order: OrderBody,
    /// What of its lines' quantities is cancelled, all of it.
    #[serde(default)]
    pub cancelled: Vec<LineQuantity>,
    /// What is wanted above what was wanted before, and is to be served.
    #[serde(default)]
    pub grown: Vec<LineQuantity>,
}

/// Units of an order are not wanted any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderCancelled {
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
    pub po_number: PoNumber,
    /// What is cancelled now.
    pub lines: Vec<LineQuantity>,
    /// Whether nothing of the order is left to serve.
    pub whole: bool,
    /// Why.
    pub reason: Reason,
}

/// Nothing of an order is open any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderCompleted {
    /// The order.
    pub order_id: OrderId,
    /// The buyer.
    pub partner: PartnerName,
    /// The buyer's number.
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
    /// The order's id.
    fn order_id(&self) -> OrderId;

    /// The order after the event.
    fn body(&self) -> &OrderBody;

    /// All units of the order's lines that are cancelled so far; only [`OrderChanged`] has any.
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
