//! What returns decides: pure functions over the working set.

mod authorize;
pub mod away;
mod close;
mod inspect;
mod judge;
pub mod master;
pub mod order;
mod origin;
mod receive;
mod refuse;
mod request;
pub mod rma;

use contracts::{
    PartnerName, RmaNumber,
    document::{ReturnReceipt, ReturnRequest},
    event::{CompanyUpdated, ItemUpdated, OrderCancelled, ShipmentDispatched, WarehouseUpdated},
};
use mesh::{Context, Decision};

use crate::config::Config;

/// What a delivery means to returns.
#[derive(Debug)]
pub enum Message {
    /// A buyer wishes to return goods.
    Request(PartnerName, Box<ReturnRequest>),
    /// Returned goods came in.
    Receipt(PartnerName, Box<ReturnReceipt>),
    /// The last day of an authorisation is over.
    Expire(RmaNumber),
    /// An order as it stands.
    Ordered(order::Taken),
    /// Units of an order will not come.
    Cancelled(OrderCancelled),
    /// Goods left.
    Dispatched(Box<ShipmentDispatched>),
    /// A warehouse's record.
    Warehouse(WarehouseUpdated),
    /// An item's record.
    Item(Box<ItemUpdated>),
    /// The seller's record.
    Company(CompanyUpdated),
}

mesh::working_set! {
    /// The rows that returns decides on.
    pub struct Set {
        /// The seller's time zone.
        company: master::Seller,
        /// Who speaks for warehouses.
        warehouses: master::Warehouse,
        /// Which items come in whole units.
        items: master::Item,
        /// Orders: those named, and others of the same PO numbers.
        orders: order::Order,
        /// What may still leave of their lines.
        order_lines: order::Line,
        /// What left.
        dispatches: order::Dispatch,
        /// The series of numbers.
        series: rma::Series,
        /// What buyers asked.
        requests: rma::Request,
        /// Authorisations.
        authorizations: rma::Authorization,
        /// Their lines.
        lines: rma::Line,
        /// What warehouses reported.
        receipts: rma::Receipt,
    }
}

/// Decides one message.
pub fn decide(
    set: &mut Set,
    message: &Message,
    context: &Context<'_>,
    config: &Config,
) -> Decision {
    match message {
        Message::Request(partner, request) => {
            request::request(set, partner, request, context, config)
        }
        Message::Receipt(partner, receipt) => receive::receipt(set, partner, receipt, context),
        Message::Expire(rma_number) => close::sweep(set, rma_number, context),
        Message::Ordered(taken) => order::taken(set, taken),
        Message::Cancelled(cancelled) => order::cancelled(set, cancelled),
        Message::Dispatched(dispatched) => order::dispatched(set, dispatched),
        Message::Warehouse(updated) => master::warehouse(set, updated),
        Message::Item(updated) => master::item(set, updated),
        Message::Company(updated) => master::company(set, updated),
    }
}
