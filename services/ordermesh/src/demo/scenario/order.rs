//! Planned orders, and what is expected of them.

use contracts::{
    PoNumber, Quantity, SignedQuantity, Sku, UnitPrice,
    document::{Disposition, Order, OrderCancel, OrderChange, OrderChangeLine},
};

/// An order, and its expected result.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedOrder {
    /// The buyer that sends it, as an index into the buyers.
    pub buyer: usize,
    /// The document to send.
    pub order: Order,
    /// The quantity in stock units and the price of each line.
    pub lines: Vec<PlannedLine>,
    pub expected: Expected,
    pub resend: Resend,
    /// The change or cancellation that the buyer sends once the order is answered.
    pub amendment: Option<Amendment>,
    /// True if an operator releases it when credit holds it.
    pub released: bool,
    pub pays: Pays,
    /// The returns that the buyer requests once it is billed.
    pub returns: Vec<PlannedReturn>,
}

/// A line as it should be shipped and billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedLine {
    pub line: u32,
    pub sku: Sku,
    /// The quantity in stock units.
    pub quantity: Quantity,
    /// The price of `price_base` stock units that must be billed; none if there is no price.
    pub price: Option<UnitPrice>,
    /// The stock units that the price is for.
    pub price_base: Quantity,
}

/// The expected result of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Served; goods that are missing and may not wait are cancelled.
    Served,
    /// Served, or held while the customer owes too much (rule O5).
    OnCredit,
    /// Held, and never released.
    Held,
    Rejected,
}

/// A second sending of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resend {
    Never,
    /// The same document, as after a time-out.
    Same,
    /// A different order under the same PO number, by mistake.
    Other,
}

/// A buyer's change or cancellation of an answered order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    pub what: Amend,
    /// True if the warehouses hear of it in time: they hold the shipments until then.
    pub in_time: bool,
}

/// A change or a cancellation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amend {
    /// A cancellation, with its reason.
    Cancel(Option<String>),
    /// A change: new totals of lines, in the ordered unit.
    Change(Vec<(u32, SignedQuantity)>),
}

/// The way in which an order's invoices are paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pays {
    /// In a way drawn from the seed.
    #[default]
    AsDrawn,
    /// In one payment, as billed.
    Whole,
    /// In two payments.
    InParts,
    /// Not by the buyer: left open, or paid by the scenario's own payments.
    Never,
}

/// A planned return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedReturn {
    /// The buyer's id of the return.
    pub id: String,
    /// Order lines and stock units.
    pub lines: Vec<(u32, Quantity)>,
    pub disposition: Disposition,
}

impl Expected {
    /// Returns true if the order needs goods.
    #[must_use]
    pub fn may_be_served(self) -> bool {
        match self {
            Self::Served | Self::OnCredit => true,
            Self::Held | Self::Rejected => false,
        }
    }
}

impl Amendment {
    /// The number of a buyer's only change of an order.
    pub const NUMBER: u32 = 1;

    /// Returns the change document; none for a cancellation.
    #[must_use]
    pub fn change(&self, po_number: &PoNumber) -> Option<OrderChange> {
        let Amend::Change(lines) = &self.what else { return None };
        let line = |(line, quantity): &(u32, SignedQuantity)| OrderChangeLine {
            line: *line,
            quantity: *quantity,
            sku: None,
            uom: None,
            unit_price: None,
            discount_percent: None,
        };
        Some(OrderChange {
            document_id: None,
            po_number: po_number.clone(),
            change_number: Self::NUMBER,
            lines: lines.iter().map(line).collect(),
        })
    }

    /// Returns the cancellation document; none for a change.
    #[must_use]
    pub fn cancel(&self, po_number: &PoNumber) -> Option<OrderCancel> {
        let Amend::Cancel(reason) = &self.what else { return None };
        let (po_number, reason) = (po_number.clone(), reason.clone());
        Some(OrderCancel { document_id: None, po_number, reason })
    }
}

impl PlannedOrder {
    /// An order that is sent once, served, and paid in a way drawn from the seed.
    #[must_use]
    pub fn served(buyer: usize, order: Order, lines: Vec<PlannedLine>) -> Self {
        Self {
            buyer,
            order,
            lines,
            expected: Expected::Served,
            resend: Resend::Never,
            amendment: None,
            released: false,
            pays: Pays::AsDrawn,
            returns: Vec::new(),
        }
    }

    #[must_use]
    pub fn po_number(&self) -> &PoNumber {
        &self.order.po_number
    }
}
