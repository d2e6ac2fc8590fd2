//! What order-intake decides: pure functions over the working set.

pub mod cash;
pub mod change;
pub mod command;
pub mod credit;
pub mod evaluate;
pub mod exposure;
pub mod ledger;
pub mod master;
pub mod order;
pub mod price;
mod progress;
mod receive;
mod release;
mod reprice;
pub mod tally;
mod upsert;

use std::collections::BTreeMap;

use contracts::{
    OrderId, PartnerName,
    command::{CancelOrder, ReleaseOrder, UpsertPartner},
    document::{self},
    event::{
        InventoryDeclined, InventoryReleased, InvoicePosted, InvoiceReduced, ShipmentDispatched,
    },
};
use mesh::{Context, Decision};

use crate::edi::{bank, rows};

/// What a delivery means to order-intake.
#[derive(Debug)]
pub enum Message {
    /// A partner's order.
    Order(PartnerName, Box<document::Order>),
    /// New totals of a standing order's lines.
    Change(PartnerName, Box<document::OrderChange>),
    /// Nothing more of a standing order is wanted.
    Cancel(PartnerName, Box<document::OrderCancel>),
    /// A partner's X12 interchanges.
    X12(PartnerName, Vec<edi::x12::Interchange>),
    /// A partner's UBL Order.
    Ubl(PartnerName, Box<edi::ubl::Order>),
    /// What a bank tells of its account.
    Camt(PartnerName, Box<bank::Told>),
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
    /// What was not wanted any more is free.
    Released(InventoryReleased),
    /// Goods have left.
    Dispatched(Box<ShipmentDispatched>),
    /// They were billed.
    Billed(Box<InvoicePosted>),
    /// They came back before they were billed.
    Reduced(Box<InvoiceReduced>),
    /// A customer owes more or less.
    Owing(Box<cash::Owing>),
    /// An operator lets a held order go on.
    Release(Box<ReleaseOrder>),
    /// An operator cancels what is open of an order.
    CancelOrder(Box<CancelOrder>),
    /// It is the turn of an order's next change.
    Next(OrderId),
    /// An order's last day is over.
    Expired(OrderId),
    /// An order that waits for credit may fit now.
    Fits(OrderId),
    /// Nobody who waits for a customer's credit fits, after so many changes of it.
    LookedAt(credit::Account, u64),
}

mesh::unit_of_work! {
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
        /// Their changes.
        changes: change::Change,
        /// The lines of those that are under way.
        change_lines: change::ChangeLine,
        /// Copies of changes that wait for their answer.
        copies: change::Copied,
        /// The last days of orders.
        expiries: change::Expiry,
        /// What customers' credit is used by.
        credit: credit::Credit,
        /// What documents add to what they owe.
        owed: credit::Owed,
        /// How partners are written to in X12.
        channels: rows::Channel,
        /// Interchanges that were taken.
        interchanges: rows::Seen,
        /// How orders came.
        sources: rows::Source,
        /// Codes of items.
        codes: rows::Code,
        /// Payments that banks told of.
        bank_credits: bank::rows::BankCredit,
        /// What they are called.
        bank_references: bank::rows::BankReference,
        /// Commands that were carried out.
        commands: mesh::command::Audit,
    } with {
        /// How many changes orders have; of those that are asked to change.
        changes_kept: BTreeMap<OrderId, change::Kept>,
    }
}

/// Decides one message.
pub fn decide(set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
    let decision = decided(set, message, context);
    crate::edi::in_every_format(set, decision, context)
}

fn decided(set: &mut Set, message: &Message, context: &Context<'_>) -> Decision {
    match message {
        Message::Order(partner, order) => {
            let order = crate::edi::resolved(set, partner, order).into_owned();
            receive::order(set, partner, &order, context)
        }
        Message::X12(partner, sent) => crate::edi::interchanges(set, partner, sent, context),
        Message::Ubl(partner, order) => crate::edi::order(set, partner, order, context),
        Message::Camt(bank, told) => bank::notification(set, bank, told, context),
        Message::Change(partner, asked) => change::change(set, partner, asked, context),
        Message::Cancel(partner, cancel) => change::cancel(set, partner, cancel, context),
        Message::Customer(partner, customer) => upsert::customer(set, partner, customer),
        Message::Item(partner, item) => upsert::item(set, partner, item),
        Message::PriceList(partner, list) => upsert::price_list(set, partner, list),
        Message::Company(partner, company) => upsert::company(set, partner, company),
        Message::Partner(command) => command::upsert_partner(set, command, context),
        Message::Declined(declined) => progress::declined(set, declined),
        Message::Released(released) => change::released(set, released),
        Message::Dispatched(dispatched) => progress::dispatched(set, dispatched),
        Message::Billed(billed) => progress::billed(set, billed),
        Message::Reduced(reduced) => progress::reduced(set, reduced),
        Message::Owing(owing) => cash::changed(set, owing),
        Message::Release(command) => release::by_operator(set, command, context),
        Message::CancelOrder(command) => change::by_operator(set, command, context),
        Message::Next(order_id) => change::next(set, *order_id, context),
        Message::Expired(order_id) => change::expire::expired(set, *order_id, context),
        Message::Fits(order_id) => release::by_itself(set, *order_id),
        Message::LookedAt(account, changes) => release::looked_at(set, account, *changes),
    }
}
