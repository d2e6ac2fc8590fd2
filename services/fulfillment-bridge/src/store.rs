//! Every query of fulfillment-bridge: what a batch touches, one query per table.

use std::collections::BTreeSet;

use contracts::{CommandId, OrderId, ShipmentId, WarehouseId};
use mesh::{DatabaseTransaction, DbErr, Rows, row};

use crate::domain::{
    Message, Set,
    order::{Line, Order},
    shipment::Shipment,
};

/// What a batch names.
#[derive(Default)]
struct Named {
    orders: BTreeSet<OrderId>,
    shipments: BTreeSet<ShipmentId>,
    warehouses: BTreeSet<WarehouseId>,
    commands: BTreeSet<CommandId>,
}

/// Brings everything that deciding `messages` may touch. A shipment leads to its order, and the
/// order to all of its shipments; the order's row, which is there before its first shipment, is
/// locked first, so that two batches never decide on one order at the same time.
pub async fn load(tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
    let mut named = Named::default();
    messages.iter().for_each(|message| named.note(message));
    let found: Vec<Shipment> =
        row::find(tx, "shipment_id", named.shipments.iter().copied()).await?;
    named.orders.extend(found.iter().map(|shipment| shipment.order_id));
    let orders: Vec<Order> = row::lock(tx, "order_id", named.orders.iter().copied()).await?;
    let order_lines: Vec<Line> = row::lock(tx, "order_id", named.orders.iter().copied()).await?;
    let shipments: Vec<Shipment> = row::lock(tx, "order_id", named.orders).await?;
    named.warehouses.extend(shipments.iter().map(|shipment| shipment.warehouse_id.clone()));
    let ids: BTreeSet<ShipmentId> = shipments.iter().map(|it| it.shipment_id).collect();
    Ok(Set {
        warehouses: Rows::loaded(row::find(tx, "warehouse_id", named.warehouses).await?),
        orders: Rows::loaded(orders),
        order_lines: Rows::loaded(order_lines),
        shipments: Rows::loaded(shipments),
        lines: Rows::loaded(row::lock(tx, "shipment_id", ids.iter().copied()).await?),
        confirmations: Rows::loaded(row::lock(tx, "shipment_id", ids).await?),
        refusals: Rows::loaded(row::lock(tx, "shipment_id", named.shipments).await?),
        commands: Rows::loaded(row::find(tx, "command_id", named.commands).await?),
    })
}

impl Named {
    fn note(&mut self, message: &Message) {
        match message {
            Message::Order(order_id, _) => {
                self.orders.insert(*order_id);
            }
            Message::Change(change) => {
                self.orders.insert(change.order_id);
            }
            Message::Warehouse(updated) => {
                self.warehouses.insert(updated.warehouse_id.clone());
            }
            Message::Reserved(_, reserved) => {
                self.orders.insert(reserved.order_id);
                let warehouses = reserved.lines.iter().map(|line| line.warehouse_id.clone());
                self.warehouses.extend(warehouses);
            }
            Message::Recalled(recalled) => {
                self.orders.insert(recalled.order_id);
            }
            Message::Confirm(_, confirm) => {
                self.shipments.insert(confirm.shipment_id);
            }
            Message::Delivery(_, delivery) => {
                self.shipments.insert(delivery.shipment_id);
            }
            Message::ConfirmShipment(command) => {
                self.commands.insert(command.command_id.clone());
                self.shipments.insert(command.shipment_id);
            }
            Message::CancelShipment(command) => {
                self.commands.insert(command.command_id.clone());
                self.shipments.insert(command.shipment_id);
            }
        }
    }
}
