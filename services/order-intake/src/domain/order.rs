//! An order as it is kept, and how far its lines are.

use std::collections::BTreeMap;

use contracts::{
    Currency, CustomerId, Money, OrderId, PartnerName, PoNumber, Quantity, ReasonLine, Sku,
    document::{self, OrderAck},
    event::{OrderBody, OrderedLine},
};
use jiff::Timestamp;
use mesh::{Json, text_column};
use strum::{Display, EnumString};

use super::{
    credit::Account,
    exposure::TooLarge,
    tally::{Offer, Tally},
};

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
    /// What it is held for; empty when it is not.
    pub holds: Json<Vec<ReasonLine>>,
    /// The currency of the amounts below; none when the order was rejected.
    pub currency: Option<Currency>,
    /// Net and charges, without tax, in minor units: what a held order would use of the limit.
    pub total: i64,
    /// What it uses of the customer's credit now (O5); kept by [`credit`](super::credit).
    pub exposure: i64,
    /// It is held for credit and for nothing else: it goes on by itself when there is room (O6).
    pub waits_for_credit: bool,
    /// Charges that invoices have billed, in minor units.
    pub billed_charges: i64,
    /// What its lines come to; kept by [`Ledger`](super::ledger::Ledger).
    pub tally: Json<Tally>,
}

impl Order {
    /// A line of it, as it stands.
    #[must_use]
    pub fn line(&self, number: u32) -> Option<&OrderedLine> {
        self.body.as_ref()?.lines.iter().find(|line| line.line == number)
    }

    /// Its lines as they stand, by number.
    #[must_use]
    pub fn lines(&self) -> BTreeMap<u32, &OrderedLine> {
        let lines = self.body.iter().flat_map(|body| &body.lines);
        lines.map(|line| (line.line, line)).collect()
    }

    /// Units of one of its lines that are ordered and not cancelled.
    #[must_use]
    pub fn wanted(&self, line: &OrderedLine) -> Quantity {
        let cancelled = self.tally.cancelled.get(&line.line).copied().unwrap_or_default();
        line.quantity.saturating_sub(cancelled)
    }

    /// Whose credit it uses; none where it was rejected.
    #[must_use]
    pub fn account(&self) -> Option<Account> {
        Some((self.customer_id.clone()?, self.currency?))
    }

    /// Net and charges, without tax, in minor units.
    ///
    /// # Errors
    /// When that is beyond 18 digits, which the order was checked for.
    pub fn value(&self) -> Result<i64, TooLarge> {
        let Some(body) = &self.body else { return Ok(0) };
        let total = Money::of(body.total, body.currency);
        total.map(|total| total.minor).map_err(|_| TooLarge)
    }
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
    /// Their nets at the line's present price, in minor units.
    pub billed_net: i64,
    /// How many came back before they were billed, and never will be (I11).
    pub waived: Quantity,
    /// The highest number of the changes that have named it; 0, none has.
    pub said_by: u32,
    /// What the buyer offered for it, when it ordered it or last said something of its price.
    pub offer: Json<Offer>,
}

impl Line {
    /// A line of which nothing has happened yet.
    #[must_use]
    pub fn new(order_id: OrderId, line: &OrderedLine) -> Self {
        Self {
            order_id,
            line: line.line,
            sku: line.sku.clone(),
            ordered: line.quantity,
            cancelled: Quantity::ZERO,
            dispatched: Quantity::ZERO,
            billed: Quantity::ZERO,
            billed_net: 0,
            waived: Quantity::ZERO,
            said_by: 0,
            offer: Json(Offer::default()),
        }
    }

    /// Still to be dispatched.
    #[must_use]
    pub fn open(&self) -> Quantity {
        self.ordered.saturating_sub(self.cancelled).saturating_sub(self.dispatched)
    }

    /// Ordered and not cancelled.
    #[must_use]
    pub fn wanted(&self) -> Quantity {
        self.ordered.saturating_sub(self.cancelled)
    }

    /// Of those, to be billed in the end: not back before that.
    #[must_use]
    pub fn billable(&self) -> Quantity {
        self.wanted().saturating_sub(self.waived)
    }

    /// Of those, what no invoice bills yet.
    #[must_use]
    pub fn unbilled(&self) -> Quantity {
        self.billable().saturating_sub(self.billed)
    }

    /// Rule O10: dispatched and billed, or cancelled. What was shipped above the order need not be
    /// billed.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.open().is_zero() && self.unbilled().is_zero()
    }
}

text_column!(Status);
mesh::row!(Order in "orders" by (order_id: OrderId) {
    order_id, partner, po_number, customer_id, status, received_at, document, body, acknowledgement,
    holds, currency, total, exposure, waits_for_credit, billed_charges, tally
});
mesh::row!(Line in "order_lines" by (order_id: OrderId, line: u32) {
    order_id, line, sku, ordered, cancelled, dispatched, billed, billed_net, waived, said_by, offer
});
