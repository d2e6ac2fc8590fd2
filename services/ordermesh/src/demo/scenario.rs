//! A run's description: pure data, the same for the same seed or file.

mod order;
mod payment;

use contracts::{
    CustomerId, OrderId, PartnerName, Sku, WarehouseId,
    document::{Company, Customer, Item, PriceList, TaxRate, Warehouse},
};

use super::tally::Tally;

pub use order::{
    Amend, Amendment, Expected, Pays, PlannedLine, PlannedOrder, PlannedReturn, Resend,
};
pub use payment::{Like, LikeOrders, PlannedPayment};

/// Everything that the simulated partners will do.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    pub title: String,
    /// The seed of all random choices.
    pub seed: u64,
    /// The seller.
    pub company: Company,
    pub customers: Vec<Customer>,
    pub items: Vec<Item>,
    pub price_lists: Vec<PriceList>,
    pub tax_rates: Vec<TaxRate>,
    pub warehouses: Vec<Warehouse>,
    pub buyers: Vec<BuyerPlan>,
    /// The stock before the first order.
    pub stock: Vec<Goods>,
    /// Corrections that a count finds before the first order; negative for missing goods.
    pub corrections: Vec<Goods>,
    /// Goods that arrive while orders wait for them.
    pub receipts: Vec<Goods>,
    /// True if warehouses ship in one part, and never short.
    pub ships_whole: bool,
    /// Orders, in the order in which they are sent.
    pub orders: Vec<PlannedOrder>,
    /// Payments of the data; its orders are not paid in any other way.
    pub payments: Vec<PlannedPayment>,
    /// The number of payments that equal an order's total, counted in the data.
    pub like_orders: LikeOrders,
    /// The account of a file's rows.
    pub source: Option<Tally>,
}

/// A buyer and the customers it orders for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuyerPlan {
    pub partner: PartnerName,
    pub customers: Vec<CustomerId>,
}

/// Goods in a warehouse, in millionths of stock units; negative for missing goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    pub warehouse: WarehouseId,
    pub sku: Sku,
    pub millionths: i64,
}

impl Scenario {
    /// A scenario in which nothing happens.
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

    /// Returns the id that the mesh will give an order.
    #[must_use]
    pub fn order_id(&self, order: &PlannedOrder) -> OrderId {
        OrderId::of(&self.buyers[order.buyer].partner, &order.order.po_number)
    }

    /// Sums the orders that are expected to be served: orders, lines, millionths.
    #[must_use]
    pub fn demand(&self) -> (usize, usize, i64) {
        let served = self.orders.iter().filter(|order| order.expected.may_be_served());
        served.fold((0, 0, 0), |(orders, lines, units), order| {
            let more: i64 = order.lines.iter().map(|line| line.quantity.scaled()).sum();
            (orders + 1, lines + order.lines.len(), units + more)
        })
    }
}
