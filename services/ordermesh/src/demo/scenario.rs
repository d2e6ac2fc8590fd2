//! What a run is made of: a pure description, the same for the same seed or file.

use contracts::{
    Currency, CustomerId, OrderId, PartnerName, PaymentId, PoNumber, Quantity, SignedQuantity, Sku,
    UnitPrice, WarehouseId,
    document::{
        Company, Customer, Disposition, Item, Order, OrderCancel, OrderChange, OrderChangeLine,
        PriceList, TaxRate, Warehouse,
    },
};
use serde::Serialize;

use super::tally::Tally;

/// Everything that the simulated partners will do.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// What it is, in words.
    pub title: String,
    /// What chance is drawn from.
    pub seed: u64,
    /// The seller.
    pub company: Company,
    /// Customers' records.
    pub customers: Vec<Customer>,
    /// Items' records.
    pub items: Vec<Item>,
    /// Price lists.
    pub price_lists: Vec<PriceList>,
    /// Tax rates.
    pub tax_rates: Vec<TaxRate>,
    /// Warehouses' records.
    pub warehouses: Vec<Warehouse>,
    /// Who orders.
    pub buyers: Vec<BuyerPlan>,
    /// What is on the shelves before the first order.
    pub stock: Vec<Goods>,
    /// What a count finds more or less before the first order; less is negative.
    pub corrections: Vec<Goods>,
    /// What comes in while orders wait for it.
    pub receipts: Vec<Goods>,
    /// Whether warehouses ship in one piece, and never short.
    pub ships_whole: bool,
    /// Orders, in the order in which they are sent.
    pub orders: Vec<PlannedOrder>,
    /// Payments that the data has; none of its orders is paid otherwise.
    pub payments: Vec<PlannedPayment>,
    /// How many of them come to an order's total, counted in the data.
    pub like_orders: LikeOrders,
    /// What became of the rows of a file.
    pub source: Option<Tally>,
}

/// A buyer and the customers it orders for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerPlan {
    /// Its name.
    pub partner: PartnerName,
    /// Its customers.
    pub customers: Vec<CustomerId>,
}

/// Goods in a warehouse; `millionths` of stock units, negative for less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    /// Where.
    pub warehouse: WarehouseId,
    /// What.
    pub sku: Sku,
    /// How much.
    pub millionths: i64,
}

/// An order, and what is expected to become of it.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedOrder {
    /// Who sends it: an index into the buyers.
    pub buyer: usize,
    /// What is sent.
    pub order: Order,
    /// What it comes to in stock units and at which price, line by line.
    pub lines: Vec<PlannedLine>,
    /// What is expected.
    pub expected: Expected,
    /// Whether it is sent again.
    pub resend: Resend,
    /// What the buyer makes of it once it is answered.
    pub amendment: Option<Amendment>,
    /// Whether an operator lets it go on when credit holds it.
    pub released: bool,
    /// How it is paid.
    pub pays: Pays,
    /// What the buyer gives back once it is billed.
    pub returns: Vec<PlannedReturn>,
}

/// A line as it should be shipped and billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedLine {
    /// Its number.
    pub line: u32,
    /// The item.
    pub sku: Sku,
    /// In stock units.
    pub quantity: Quantity,
    /// The price of `price_base` stock units that must be billed; none where there is none.
    pub price: Option<UnitPrice>,
    /// The stock units that the price is for.
    pub price_base: Quantity,
}

/// What is expected to become of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Served; what is not there and may not wait is cancelled.
    Served,
    /// Served, or held for as long as the customer owes too much (rule O5).
    OnCredit,
    /// Held, and nobody releases it.
    Held,
    /// Refused.
    Rejected,
}

/// Whether an order is sent a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resend {
    /// No.
    Never,
    /// The same document, as after a time-out.
    Same,
    /// Another order under the same PO number, by mistake.
    Other,
}

/// What a buyer makes of an order that is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amendment {
    /// What it asks for.
    pub what: Amend,
    /// Whether the warehouses hear of it in time: they keep what they are asked to ship until then.
    pub in_time: bool,
}

/// A change or a cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amend {
    /// Nothing more of it is wanted, and why.
    Cancel(Option<String>),
    /// New totals of lines, in the ordered unit.
    Change(Vec<(u32, SignedQuantity)>),
}

/// How the invoices of an order are paid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pays {
    /// As chance has it.
    #[default]
    AsDrawn,
    /// As billed.
    Whole,
    /// In parts.
    InParts,
    /// Not by the buyer: left open, or paid by what the scenario's payments say.
    Never,
}

/// A payment without a word what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPayment {
    /// The bank's id of it.
    pub payment_id: PaymentId,
    /// Whose money it is.
    pub customer: CustomerId,
    /// Its currency.
    pub currency: Currency,
    /// How much, in minor units.
    pub amount: i64,
    /// The order it comes after, once that is billed: an index into the orders.
    pub after: Option<usize>,
    /// Whether it is as much as that order comes to.
    pub as_ordered: bool,
}

/// The data's own count of payments that come to the total of an order of their customer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LikeOrders {
    /// Of the payments and the orders that are played.
    pub played: Like,
    /// Of all of them.
    pub all: Like,
}

/// Payments, and how many of them come to an order's total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Like {
    /// How many payments.
    pub payments: usize,
    /// How many of them come to an order's total.
    pub like_an_order: usize,
}

impl Like {
    /// With one more.
    pub fn count(&mut self, is_like_an_order: bool) {
        self.payments += 1;
        self.like_an_order += usize::from(is_like_an_order);
    }
}

/// What a buyer gives back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedReturn {
    /// The buyer's id of it.
    pub id: String,
    /// Order lines and stock units.
    pub lines: Vec<(u32, Quantity)>,
    /// What the warehouse will do with it.
    pub disposition: Disposition,
}

impl Scenario {
    /// A seller to whom nothing happens.
    #[must_use]
    pub fn empty(company: Company) -> Self {
        Self {
            title: String::new(),
            seed: 0,
            company,
            customers: Vec::new(),
            items: Vec::new(),
            price_lists: Vec::new(),
            tax_rates: Vec::new(),
            warehouses: Vec::new(),
            buyers: Vec::new(),
            stock: Vec::new(),
            corrections: Vec::new(),
            receipts: Vec::new(),
            ships_whole: false,
            orders: Vec::new(),
            payments: Vec::new(),
            like_orders: LikeOrders::default(),
            source: None,
        }
    }

    /// The id that the mesh will give an order.
    #[must_use]
    pub fn order_id(&self, order: &PlannedOrder) -> OrderId {
        OrderId::of(&self.buyers[order.buyer].partner, &order.order.po_number)
    }

    /// All that its orders ask for that are expected to be served: orders, lines, millionths.
    #[must_use]
    pub fn demand(&self) -> (usize, usize, i64) {
        let served = self.orders.iter().filter(|order| order.expected.may_be_served());
        served.fold((0, 0, 0), |(orders, lines, units), order| {
            let more: i64 = order.lines.iter().map(|line| line.quantity.scaled()).sum();
            (orders + 1, lines + order.lines.len(), units + more)
        })
    }
}

impl Expected {
    /// Whether goods are needed for it.
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

    /// The change of an order, where it is one.
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

    /// The cancel of an order, where it is one.
    #[must_use]
    pub fn cancel(&self, po_number: &PoNumber) -> Option<OrderCancel> {
        let Amend::Cancel(reason) = &self.what else { return None };
        let (po_number, reason) = (po_number.clone(), reason.clone());
        Some(OrderCancel { document_id: None, po_number, reason })
    }
}

impl PlannedOrder {
    /// An order that is sent once, served, and paid as chance has it.
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

    /// Its number.
    #[must_use]
    pub fn po_number(&self) -> &PoNumber {
        &self.order.po_number
    }
}
