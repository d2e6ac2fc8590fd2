//! Every query of fulfillment-bridge: what a batch touches, one query per table.

use std::collections::BTreeSet;

use contracts::{
    CommandId, OrderId, PartnerName, ShipmentId, Sku, WarehouseId, document::ShipConfirmLine,
};
use mesh::{DatabaseTransaction, DbErr, Rows, row};

use crate::domain::{
    Message, Set,
    notice::{Channel, is_wanted_in_x12},
    order::{Line, Order},
    shipment::Shipment,
};

/// What a batch names.
#[derive(Default)]
struct Named {
    orders: BTreeSet<OrderId>,
    shipments: BTreeSet<ShipmentId>,
    /// Those of them of which something may have left.
    confirmed: BTreeSet<ShipmentId>,
    warehouses: BTreeSet<WarehouseId>,
    commands: BTreeSet<CommandId>,
    arrivals: BTreeSet<String>,
    items: BTreeSet<Sku>,
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
    let confirmed = found.into_iter().filter(|it| named.confirmed.contains(&it.shipment_id));
    let buyers: BTreeSet<PartnerName> = confirmed.map(|it| it.partner).collect();
    Ok(Set {
        warehouses: Rows::loaded(row::find(tx, "warehouse_id", named.warehouses).await?),
        items: Rows::loaded(row::find(tx, "sku", named.items).await?),
        orders: Rows::loaded(orders),
        order_lines: Rows::loaded(order_lines),
        shipments: Rows::loaded(shipments),
        lines: Rows::loaded(row::lock(tx, "shipment_id", ids.iter().copied()).await?),
        confirmations: Rows::loaded(row::lock(tx, "shipment_id", ids).await?),
        refusals: Rows::loaded(row::lock(tx, "shipment_id", named.shipments).await?),
        commands: Rows::loaded(row::find(tx, "command_id", named.commands).await?),
        arrivals: Rows::loaded(row::lock(tx, "id", named.arrivals).await?),
        channels: Rows::loaded(channels(tx, buyers).await?),
    })
}

/// The channels of those of these buyers that want X12, locked behind everything else: two replicas
/// must not use one number twice, so that those that are missing are made first.
async fn channels(
    tx: &DatabaseTransaction,
    buyers: BTreeSet<PartnerName>,
) -> Result<Vec<Channel>, DbErr> {
    let records = mesh::partners_named(tx, buyers).await?.into_values();
    let wanted = records.filter(|it| it.x12.is_some() && is_wanted_in_x12(it));
    let wanted: BTreeSet<PartnerName> = wanted.map(|it| it.partner).collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let new: Vec<Channel> = wanted.iter().cloned().map(Channel::new).collect();
    row::insert(tx, &new).await?;
    row::lock(tx, "partner", wanted).await
}

impl Named {
    fn note_items(&mut self, lines: &[ShipConfirmLine]) {
        self.items.extend(lines.iter().map(|line| line.sku.clone()));
    }

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
            Message::Item(updated) => {
                self.items.insert(updated.sku.clone());
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
                self.confirmed.insert(confirm.shipment_id);
                self.note_items(&confirm.lines);
            }
            Message::Arrived(arrival) => {
                self.arrivals.insert(arrival.id.clone());
                self.warehouses.insert(arrival.warehouse_id.clone());
                self.shipments.insert(arrival.body.shipment_id);
                self.confirmed.insert(arrival.body.shipment_id);
                self.note_items(&arrival.body.lines);
            }
            Message::Delivery(_, delivery) => {
                self.shipments.insert(delivery.shipment_id);
            }
            Message::ConfirmShipment(command) => {
                self.commands.insert(command.command_id.clone());
                self.confirmed.insert(command.shipment_id);
                self.note_items(&command.lines);
                self.shipments.insert(command.shipment_id);
            }
            Message::CancelShipment(command) => {
                self.commands.insert(command.command_id.clone());
                self.shipments.insert(command.shipment_id);
            }
        }
    }
}
