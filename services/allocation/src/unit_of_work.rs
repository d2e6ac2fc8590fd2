//! The rows that allocation decides on.

use std::collections::BTreeMap;

use contracts::WarehouseId;
use mesh::{
    Rows,
    command::{Audit, Audited},
};

use crate::domain::{
    item, order, report, reservation,
    steps::{Restock, Sweep},
    stock::{self, StockKey},
};

mesh::unit_of_work! {
    /// The rows of one batch.
    pub struct UnitOfWork {
        /// The whole table.
        warehouses: stock::Warehouse,
        items: item::Item,
        substitutes: item::Substitute,
        queues: item::Queue,
        stock: stock::Stock,
        /// Only those that the batch makes.
        movements: stock::Movement,
        /// Sums over stored movements; never changed.
        moved: stock::Moved,
        snapshots: report::Snapshot,
        adjustments: report::Adjustment,
        transfers: report::Transfer,
        receipts: report::Receipt,
        orders: order::Order,
        lines: order::Line,
        reservations: reservation::Reservation,
        /// Only those that the batch makes.
        ledger: reservation::Entry,
        sourcing_blocks: reservation::SourcingBlock,
        handled: order::Handled,
        commands: Audit,
    }
    with {
        /// By stock that was there, the place from which on all of its reservations were read.
        reservations_from: BTreeMap<StockKey, u64>,
        /// The step of giving out items; none where no message asked for it.
        restock: Option<Restock>,
        /// The next step by warehouse that a message asked for; none where nothing is left to do.
        sweeps: BTreeMap<WarehouseId, Option<Sweep>>,
    }
}

impl Audited for UnitOfWork {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}
