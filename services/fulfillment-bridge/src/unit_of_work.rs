//! The rows that fulfillment-bridge decides on.

use mesh::{
    Rows,
    command::{Audit, Audited},
};

use crate::domain::{
    arrival::Arrival,
    channel::Channel,
    confirmation::{Confirmation, Refusal},
    item::Item,
    order, shipment,
    warehouse::Warehouse,
};

mesh::unit_of_work! {
    /// The rows of one batch.
    pub struct UnitOfWork {
        warehouses: Warehouse,
        items: Item,
        orders: order::Order,
        order_lines: order::Line,
        /// All shipments of the orders.
        shipments: shipment::Shipment,
        lines: shipment::Line,
        /// The control numbers of buyers that are notified in X12.
        channels: Channel,
        confirmations: Confirmation,
        refusals: Refusal,
        /// Confirmations that came as files and are not decided.
        arrivals: Arrival,
        commands: Audit,
    }
}

impl Audited for UnitOfWork {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}
