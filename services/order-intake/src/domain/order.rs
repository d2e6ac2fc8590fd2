//! An order as it is kept, and how far its lines are.

use contracts::{
    CustomerId, OrderId, PartnerName, PoNumber, Quantity, Sku,
    document::{self, OrderAck},
    event::OrderBody,
};
use jiff::Timestamp;
use mesh::{Json, text_column};
use strum::{Display, EnumString};

/// Where an order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum Status {
    /// Refused; evaluated afresh when it is sent again.
    Rejected,
    /// Waits for a release.
    Held,
    /// The mesh works on it.
    Accepted,
    /// Nothing of it was dispatched, and nothing will be.
    Cancelled,
    /// Every unit is dispatched and billed, or cancelled (rule O10).
    Completed,
}

/// One order of a partner under a PO number (rule O1).
#[derive(Debug, Clone)]
pub struct Order {
    /// Derived from partner and PO number.
    pub order_id: OrderId,
    /// Who ordered.
    pub partner: PartnerName,
    /// Under which number.
    pub po_number: PoNumber,
    /// For which customer; none when the order was rejected before that was known.
    pub customer_id: Option<CustomerId>,
    /// Where it is.
    pub status: Status,
    /// When it came, for who is first.
    pub received_at: Timestamp,
    /// The document without its `document_id`: what a resend is compared with.
    pub document: Json<document::Order>,
    /// What was accepted or held; none for a rejected order.
    pub body: Option<Json<OrderBody>>,
    /// The latest answer: what a resend is told.
    pub acknowledgement: Json<OrderAck>,
}

/// How far one line is, in stock units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Of which order.
    pub order_id: OrderId,
    /// The buyer's line number.
    pub line: u32,
    /// What was ordered.
    pub sku: Sku,
    /// How many.
    pub ordered: Quantity,
    /// How many of them will not come.
    pub cancelled: Quantity,
    /// How many have left, over-shipped ones included.
    pub dispatched: Quantity,
    /// How many were billed.
    pub billed: Quantity,
}

impl Line {
    /// Still to be dispatched.
    #[must_use]
    pub fn open(&self) -> Quantity {
        self.ordered.saturating_sub(self.cancelled).saturating_sub(self.dispatched)
    }

    /// Rule O10: dispatched and billed, or cancelled. What was shipped above the order need not be
    /// billed.
    #[must_use]
    pub fn is_done(&self) -> bool {
        let wanted = self.ordered.saturating_sub(self.cancelled);
        self.open().is_zero() && self.billed >= self.dispatched.min(wanted)
    }
}

text_column!(Status);
mesh::row!(Order in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, customer_id, status, received_at, document, body, acknowledgement
});
mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) {
    order_id, line, sku, ordered, cancelled, dispatched, billed
});
