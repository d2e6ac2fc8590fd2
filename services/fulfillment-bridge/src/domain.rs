//! What fulfillment-bridge decides: pure functions over the working set.

mod arrival;
mod confirm;
mod delivery;
mod dispatch;
pub mod item;
pub mod notice;
pub mod order;
mod recall;
mod refuse;
mod request;
pub mod shipment;
pub mod warehouse;

use contracts::{
    OrderId, PartnerName, Quantity,
    command::{CancelShipment, ConfirmShipment},
    document::{Delivery, ShipConfirm},
    event::{
        InventoryRecalled, InventoryReserved, ItemUpdated, OrderBody, OrderChangeRequested,
        WarehouseUpdated,
    },
};
use mesh::{
    Context, Decision, Rows,
    command::{Audit, Audited},
};

use crate::deliveries::Arrival;

/// What a delivery means to fulfillment-bridge.
#[derive(Debug)]
pub enum Message {
    /// An order as it stands: accepted, released or changed.
    Order(OrderId, Box<OrderBody>),
    /// A buyer wants less, or more.
    Change(OrderChangeRequested),
    /// A warehouse's record.
    Warehouse(Box<WarehouseUpdated>),
    /// An item's record.
    Item(Box<ItemUpdated>),
    /// Stock was set aside: the reservation, and what it holds.
    Reserved(u64, Box<InventoryReserved>),
    /// What was set aside is wanted back.
    Recalled(InventoryRecalled),
    /// A warehouse says what it shipped.
    Confirm(PartnerName, Box<ShipConfirm>),
    /// A warehouse's file says what it shipped.
    Arrived(Box<Arrival>),
    /// A carrier or a warehouse says what arrived.
    Delivery(PartnerName, Box<Delivery>),
    /// An operator confirms in a warehouse's place.
    ConfirmShipment(Box<ConfirmShipment>),
    /// An operator takes a shipment back.
    CancelShipment(CancelShipment),
}

mesh::unit_of_work! {
    /// The rows that fulfillment-bridge decides on.
    pub struct Set {
        /// Warehouses by id.
        warehouses: warehouse::Warehouse,
        /// Items by SKU.
        items: item::Item,
        /// Orders by id.
        orders: order::Order,
        /// Their lines.
        order_lines: order::Line,
        /// Their shipments.
        shipments: shipment::Shipment,
        /// The shipments' lines.
        lines: shipment::Line,
        /// How buyers are written to in X12.
        channels: notice::Channel,
        /// What was taken as shipped.
        confirmations: shipment::Confirmation,
        /// What was not.
        refusals: shipment::Refusal,
        /// Confirmations of files.
        arrivals: Arrival,
        /// Commands that were carried out.
        commands: Audit,
    }
}

impl Audited for Set {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}

/// Decides one message, and says what it sends in the formats that are wanted.
pub fn decide(set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
    let decision = decided(set, message, context);
    notice::in_every_format(set, decision, context)
}

fn decided(set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
    match message {
        Message::Order(order_id, order) => order::stands(set, *order_id, order),
        Message::Change(change) => order::change(set, change),
        Message::Warehouse(updated) => warehouse::updated(set, updated),
        Message::Item(updated) => item::updated(set, updated),
        Message::Reserved(reservation, reserved) => {
            request::reserved(set, *reservation, reserved, context)
        }
        Message::Recalled(recalled) => recall::recalled(set, recalled, context),
        Message::Confirm(sender, confirm) => {
            let dated = context.check_instant("shipped_at", confirm.shipped_at);
            confirm::document(set, sender, confirm, dated, context)
        }
        Message::Arrived(arrival) => arrival::arrived(set, arrival, context),
        Message::Delivery(sender, delivery) => delivery::document(set, sender, delivery, context),
        Message::ConfirmShipment(command) => confirm::command(set, command, context),
        Message::CancelShipment(command) => recall::command(set, command, context),
    }
}

/// The sum of parts of what was requested of an order line, which is always a quantity: what would
/// make it more is refused or set aside where it comes in (rule D2).
pub(crate) fn sum(a: Quantity, b: Quantity) -> Quantity {
    [a, b].into_iter().sum()
}
