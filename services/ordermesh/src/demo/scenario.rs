//! A run's description: pure data, the same for the same seed or file.

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

/// A payment without remittance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedPayment {
    /// The bank's id of the payment.
    pub payment_id: PaymentId,
    pub customer: CustomerId,
    pub currency: Currency,
    /// The amount in minor units.
    pub amount: i64,
    /// The order that must be billed first, as an index into the orders.
    pub after: Option<usize>,
    /// True if it equals that order's total.
    pub as_ordered: bool,
}

/// The data's own count of payments that equal the total of one of the customer's orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LikeOrders {
    /// The count of the payments and orders that are played.
    pub played: Like,
    /// The count of all payments and orders.
    pub all: Like,
}

/// The number of payments, and of those that equal an order's total.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Like {
    pub payments: usize,
    pub like_an_order: usize,
}

impl Like {
    /// Counts one more payment.
    pub fn count(&mut self, is_like_an_order: bool) {
        self.payments += 1;
        self.like_an_order += usize::from(is_like_an_order);
    }
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
