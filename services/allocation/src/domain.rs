//! What allocation decides: pure functions over the working set.

mod adjust;
mod change;
pub mod command;
mod count;
mod dispatch;
mod give_back;
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
mod transfer;
mod warehouse;

use contracts::{
    OrderId, PartnerName, Sku,
    command::{CloseWarehouse, OpenWarehouse},
    document,
    event::{
        ItemUpdated, OrderBody, OrderChangeRequested, ReturnReceived, ShipmentCancelled,
        ShipmentDispatched, ShipmentShort,
    },
};
use mesh::{Context, Decision};

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
    Changed(OrderId, Box<OrderBody>),
    /// An order wants less.
    Change(OrderChangeRequested),
    /// Goods have left.
    Dispatched(Box<ShipmentDispatched>),
    /// A warehouse will not ship all it was asked.
    Short(ShipmentShort),
    /// A warehouse was told not to ship.
    Cancelled(ShipmentCancelled),
    /// Returned goods came in.
    Returned(ReturnReceived),
    /// An operator closes a warehouse.
    Close(CloseWarehouse),
    /// An operator opens a warehouse.
    Open(OpenWarehouse),
    /// Work of its own: an item is given to those who wait for it.
    Restock(Restock),
}

/// One step of giving an item to those who wait for it.
#[derive(Debug)]
pub struct Restock {
    /// The item.
    pub sku: Sku,
    /// Orders that are next in line, and some that have not been told what they wait for.
    pub orders: Vec<OrderId>,
    /// The rank of the last that is next in line, where there are more behind it.
    pub until: Option<String>,
    /// Whether more have not been told.
    pub more_untold: bool,
}

mesh::working_set! {
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
        /// What moved since the counts that come in.
        movements: stock::Movement,
        /// The newest counts.
        snapshots: stock::Snapshot,
        /// Adjustments of the ids named.
        adjustments: stock::Adjustment,
        /// Transfers of the ids named.
        transfers: stock::Transfer,
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
        commands: command::Audit,
    }
}

/// Decides one message.
pub fn decide(set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
    match message {
        Message::Warehouse(partner, document) => warehouse::upsert(set, partner, document),
        Message::Stock(partner, document) => report::stock(set, partner, document, context),
        Message::Item(updated) => warehouse::item(set, updated),
        Message::Accepted(order_id, body) => serve::accepted(set, *order_id, body, context),
        Message::Changed(order_id, body) => serve::changed(set, *order_id, body, context),
        Message::Change(event) => change::requested(set, event),
        Message::Dispatched(event) => dispatch::dispatched(set, event, context),
        Message::Short(event) => give_back::short(set, event, context),
        Message::Cancelled(event) => give_back::cancelled(set, event, context),
        Message::Returned(event) => restored::received(set, event, context),
        Message::Close(command) => warehouse::close(set, command, context),
        Message::Open(command) => warehouse::open(set, command, context),
        Message::Restock(step) => restock::restock(set, step, context),
    }
}
