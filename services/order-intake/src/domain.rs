//! What order-intake decides: pure functions over the working set.

pub mod command;
pub mod evaluate;
pub mod master;
pub mod order;
pub mod price;
mod progress;
mod receive;
mod upsert;

use contracts::{
    PartnerName,
    command::UpsertPartner,
    document::{self},
    event::{InventoryDeclined, InvoicePosted, ShipmentDispatched},
};
use mesh::{Context, Decision};

/// What a delivery means to order-intake.
#[derive(Debug)]
pub enum Message {
    /// A partner's order.
    Order(PartnerName, Box<document::Order>),
    /// A change, which is not taken yet.
    Change(PartnerName, Box<document::OrderChange>),
    /// A cancellation, which is not taken yet.
    Cancel(PartnerName, Box<document::OrderCancel>),
    /// Master data.
    Customer(PartnerName, Box<document::Customer>),
    /// Master data.
    Item(PartnerName, Box<document::Item>),
    /// Master data.
    PriceList(PartnerName, Box<document::PriceList>),
    /// Master data.
    Company(PartnerName, Box<document::Company>),
    /// An operator makes or changes a partner.
    Partner(Box<UpsertPartner>),
    /// What may not wait will not come.
    Declined(InventoryDeclined),
    /// Goods have left.
    Dispatched(Box<ShipmentDispatched>),
    /// They were billed.
    Billed(Box<InvoicePosted>),
}

mesh::working_set! {
    /// The rows that intake decides on.
    pub struct Set {
        /// Customers by id.
        customers: master::Customer,
        /// Items by SKU.
        items: master::Item,
        /// The seller.
        company: master::Seller,
        /// Dated price lists.
        price_lists: master::PriceList,
        /// Their prices.
        prices: master::Price,
        /// Orders: those named, and others of the same PO numbers.
        orders: order::Order,
        /// Their lines.
        lines: order::Line,
        /// Commands that were carried out.
        commands: command::Audit,
    }
}

/// Decides one message.
pub fn decide(set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
    match message {
        Message::Order(partner, order) => receive::order(set, partner, order, context),
        Message::Change(partner, change) => receive::change(set, partner, change),
        Message::Cancel(partner, cancel) => receive::cancel(set, partner, cancel),
        Message::Customer(partner, customer) => upsert::customer(set, partner, customer),
        Message::Item(partner, item) => upsert::item(set, partner, item),
        Message::PriceList(partner, list) => upsert::price_list(set, partner, list),
        Message::Company(partner, company) => upsert::company(set, partner, company),
        Message::Partner(command) => command::upsert_partner(set, command, context),
        Message::Declined(declined) => progress::declined(set, declined),
        Message::Dispatched(dispatched) => progress::dispatched(set, dispatched),
        Message::Billed(billed) => progress::billed(set, billed),
    }
}
