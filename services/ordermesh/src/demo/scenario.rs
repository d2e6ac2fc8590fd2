//! What a run is made of: a pure description, the same for the same seed or file.

use contracts::{
    CustomerId, OrderId, PartnerName, PoNumber, Quantity, Sku, UnitPrice, WarehouseId,
    document::{Company, Customer, Disposition, Item, Order, PriceList, TaxRate, Warehouse},
};

use super::dataset::Tally;

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
    /// Orders, in the order in which they are sent.
    pub orders: Vec<PlannedOrder>,
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
    /// The id that the mesh will give an order.
    #[must_use]
    pub fn order_id(&self, order: &PlannedOrder) -> OrderId {
        OrderId::of(&self.buyers[order.buyer].partner, &order.order.po_number)
    }

    /// All that its orders ask for that are expected to be served: orders, lines, millionths.
    #[must_use]
    pub fn demand(&self) -> (usize, usize, i64) {
        let served = self.orders.iter().filter(|order| order.expected == Expected::Served);
        served.fold((0, 0, 0), |(orders, lines, units), order| {
            let more: i64 = order.lines.iter().map(|line| line.quantity.scaled()).sum();
            (orders + 1, lines + order.lines.len(), units + more)
        })
    }
}

impl PlannedOrder {
    /// Its number.
    #[must_use]
    pub fn po_number(&self) -> &PoNumber {
        &self.order.po_number
    }
}
