//! What allocation decides: pure functions over the working set.

mod adjust;
mod change;
mod count;
mod dispatch;
mod give_back;
mod goods;
pub mod ledger;
mod moves;
pub mod order;
pub mod plan;
mod report;
mod restock;
pub mod restored;
mod serve;
mod settle;
mod shortage;
pub mod source;
pub mod stock;
pub mod transfer;
mod warehouse;
mod whole;

use std::collections::BTreeSet;

use contracts::{
    OrderId, PartnerName, Sku, WarehouseId,
    command::{CloseWarehouse, OpenWarehouse},
    document,
    event::{
        ItemUpdated, Numbered, OrderBody, OrderChangeRequested, OrderChanged, ReturnReceived,
        ShipmentCancelled, ShipmentDispatched, ShipmentShort,
    },
};
use mesh::{
    Context, Decision, Rows,
    command::{Audit, Audited},
};

/// What a delivery means to allocation.
#[derive(Debug)]
pub enum Message {
    /// A warehouse's record.
    Warehouse(PartnerName, Box<document::Warehouse>),
    /// What a warehouse has.
    Stock(PartnerName, Box<document::Stock>),
    /// An item's record.
    Item(Box<ItemUpdated>),
    /// An order is to be served.
    Accepted(OrderId, Box<OrderBody>),
    /// An order was changed; where it wants more, that is to be served.
    Changed(Box<OrderChanged>),
    /// An order wants less.
    Change(OrderChangeRequested),
    /// Goods have left.
    Dispatched(Box<ShipmentDispatched>),
    /// A warehouse will not ship all it was asked.
    Short(ShipmentShort),
    /// A warehouse was told not to ship.
    Cancelled(ShipmentCancelled),
    /// Returned goods came in.
    Returned(Box<Numbered<ReturnReceived>>),
    /// An operator closes a warehouse.
    Close(CloseWarehouse),
    /// An operator opens a warehouse.
    Open(OpenWarehouse),
    /// Work of its own: items are given to those who wait for them, as [`Due`] says.
    Restock(Freed),
    /// Work of its own: the stock of a warehouse that has opened or closed is looked at, as [`Due`]
    /// says.
    Sweep(WarehouseId),
}

/// Items that have become free.
#[derive(Debug, Clone, Default)]
pub struct Freed {
    /// Some of them.
    pub skus: BTreeSet<Sku>,
    /// Whether there are more.
    pub more: bool,
}

/// What the work of its own comes to, found when everything it touches was locked: another replica
/// may have been at it.
#[derive(Debug, Clone, Default)]
pub struct Due {
    /// Items that are given out.
    pub restock: Restock,
    /// The warehouse that is looked at.
    pub sweep: Option<Sweep>,
}

/// One step of giving items to those who wait for them.
#[derive(Debug, Clone, Default)]
pub struct Restock {
    /// The items.
    pub skus: BTreeSet<Sku>,
    /// Items that are ordered by those who may get them: they themselves, and what they replace.
    pub ordered: BTreeSet<Sku>,
    /// Orders that are next in line, and some that have not been told what they wait for.
    pub orders: Vec<OrderId>,
    /// The rank of the last that is next in line, where there are more behind it.
    pub until: Option<String>,
    /// Items for which more have not been told.
    pub more_untold: BTreeSet<Sku>,
    /// Whether more items are to be given out.
    pub more_items: bool,
}

/// One step of looking at the stock of a warehouse that has opened or closed.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// The warehouse.
    pub warehouse_id: WarehouseId,
    /// Whether it serves.
    pub is_open: bool,
    /// The item up to which it has been looked at.
    pub after: String,
    /// Its next items.
    pub skus: BTreeSet<Sku>,
    /// The item up to which it is looked at then; none, all of it.
    pub until: Option<String>,
}

mesh::unit_of_work! {
    /// The rows that allocation decides on.
    pub struct Set {
        /// Every warehouse.
        warehouses: stock::Warehouse,
        /// Items that are or may replace others.
        items: stock::Item,
        /// What may replace what.
        substitutes: stock::Substitute,
        /// Who waits for the items named.
        queues: stock::Queue,
        /// The stock of the items named, in every warehouse.
        stock: stock::Stock,
        /// Movements that are new.
        movements: stock::Movement,
        /// What moved after the counts that come in; never changed.
        moved: stock::Moved,
        /// The newest counts.
        snapshots: stock::Snapshot,
        /// Adjustments of the ids named.
        adjustments: stock::Adjustment,
        /// Transfers of the ids named.
        transfers: stock::Transfer,
        /// Receipts of the ids named.
        receipts: stock::Receipt,
        /// Orders named, those next in line, and those that may lose something.
        orders: order::Order,
        /// All their lines.
        lines: order::Line,
        /// Their reservations.
        reservations: order::Reservation,
        /// Entries that are new.
        ledger: order::Entry,
        /// Warehouses that are not asked for a line.
        bars: order::Bar,
        /// What was done once.
        handled: order::Handled,
        /// Commands that were carried out.
        commands: Audit,
    }
    with {
        /// What is given out and looked at, where that is asked for.
        due: Due,
    }
}

impl Audited for Set {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}

/// Decides one message.
pub fn decide(set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
    match message {
        Message::Warehouse(partner, document) => warehouse::upsert(set, partner, document),
        Message::Stock(partner, document) => report::stock(set, partner, document, context),
        Message::Item(updated) => warehouse::item(set, updated),
        Message::Accepted(order_id, body) => serve::accepted(set, *order_id, body, context),
        Message::Changed(event) => change::took_place(set, event, context),
        Message::Change(event) => change::requested(set, event),
        Message::Dispatched(event) => dispatch::dispatched(set, event, context),
        Message::Short(event) => give_back::short(set, event, context),
        Message::Cancelled(event) => give_back::cancelled(set, event, context),
        Message::Returned(event) => restored::received(set, event, context),
        Message::Close(command) => warehouse::close(set, command, context),
        Message::Open(command) => warehouse::open(set, command, context),
        Message::Restock(_) => restock::restock(set, context),
        Message::Sweep(_) => warehouse::sweep(set),
    }
}
