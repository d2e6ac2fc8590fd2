//! The rows that the control tower decides on.

use mesh::{
    Rows,
    command::{Audit, Audited},
};

use crate::domain::{
    case::Case,
    line::Line,
    observation::Observation,
    order::Order,
    record::{EventOrder, OrderName, Record},
    shipment::PendingShipment,
};

mesh::unit_of_work! {
    /// The rows of one batch.
    pub struct UnitOfWork {
        /// New events, and earlier ones that may have settled a case that is raised now.
        events: Record,
        event_orders: EventOrder,
        order_names: OrderName,
        orders: Order,
        lines: Line,
        pending_shipments: PendingShipment,
        cases: Case,
        observations: Observation,
        commands: Audit,
    }
}

impl Audited for UnitOfWork {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}
