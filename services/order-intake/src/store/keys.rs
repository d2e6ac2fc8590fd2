//! The rows that the messages of a batch name.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    CommandId, CustomerId, OrderId, PartnerName, PaymentId, PoNumber, PriceListId, Sku,
    document::{ItemCode, LineQuantity},
};
use mesh::Partners;

use crate::domain::{
    change::{Change, ChangeLine, State},
    credit::Account,
    owing::Owing,
};

/// The rows that the messages of a batch name.
#[derive(Debug, Default)]
pub struct Keys {
    pub orders: BTreeSet<OrderId>,
    /// Orders that are judged again, by everything that a new one is judged by.
    pub judged: BTreeSet<OrderId>,
    /// Orders of which the changes are needed.
    pub changing: BTreeSet<OrderId>,
    /// Orders that may get one more change.
    pub gaining: BTreeSet<OrderId>,
    /// The numbers of changes that come.
    pub numbers: BTreeSet<u32>,
    /// The lines that are needed of each order.
    pub lines: BTreeMap<OrderId, BTreeSet<u32>>,
    /// Orders of which all lines are needed.
    pub whole: BTreeSet<OrderId>,
    /// Orders whose last day may be over.
    pub expired: BTreeSet<OrderId>,
    /// Orders of which the customers' records are needed.
    pub of_customer: BTreeSet<OrderId>,
    pub po_numbers: BTreeSet<PoNumber>,
    pub customers: BTreeSet<CustomerId>,
    /// Partners whose default customers are needed.
    pub default_of: BTreeSet<PartnerName>,
    pub items: BTreeSet<Sku>,
    /// Items of which the prices are needed.
    pub priced: BTreeSet<Sku>,
    /// Price lists that are replaced.
    pub replaced_lists: BTreeSet<PriceListId>,
    /// Price lists besides those of the customers.
    pub lists: BTreeSet<PriceListId>,
    pub company: bool,
    pub accounts: BTreeSet<Account>,
    /// Sources of amounts that customers owe.
    pub owed: BTreeSet<String>,
    pub commands: BTreeSet<CommandId>,
    pub edi: EdiKeys,
}

/// The rows that documents in other formats, and answers in them, name.
#[derive(Debug, Default)]
pub struct EdiKeys {
    /// Orders of which only the way in which they came is needed.
    pub orders: BTreeSet<OrderId>,
    /// Orders whose items may have been on their way when they were translated.
    pub waiting: BTreeSet<OrderId>,
    /// Partners that send interchanges or notifications.
    pub senders: BTreeSet<PartnerName>,
    /// Partners that order: those with an address may be answered in X12.
    pub buyers: BTreeSet<PartnerName>,
    /// Partners that may be answered in X12.
    pub addressed: BTreeSet<PartnerName>,
    /// The numbers of interchanges that come in.
    pub numbers: BTreeSet<String>,
    /// Codes of items that are ordered.
    pub codes: Vec<ItemCode>,
    /// Items of which all codes are needed.
    pub items: BTreeSet<Sku>,
    /// Payments that banks tell of.
    pub payments: BTreeSet<PaymentId>,
    /// References of payments that go back.
    pub references: BTreeSet<String>,
}

impl Keys {
    /// Adds an order with its changes.
    pub fn change(&mut self, order_id: OrderId) {
        self.orders.insert(order_id);
        self.changing.insert(order_id);
    }

    /// Adds an order with its changes, and everything that a change is judged by.
    pub fn judge(&mut self, order_id: OrderId) {
        self.change(order_id);
        self.judged.insert(order_id);
    }

    /// Adds an order with its changes and all its lines, to be cancelled.
    pub fn cancel(&mut self, order_id: OrderId) {
        self.change(order_id);
        self.gaining.insert(order_id);
        self.whole.insert(order_id);
    }

    /// Adds lines of an order.
    pub fn lines(&mut self, order_id: OrderId, lines: impl IntoIterator<Item = u32>) {
        self.lines.entry(order_id).or_default().extend(lines);
    }

    /// Adds an order with its changes and the lines of these units.
    pub fn units(&mut self, order_id: OrderId, units: &[LineQuantity]) {
        self.change(order_id);
        self.lines(order_id, units.iter().map(|line| line.line));
    }

    /// Adds items and their prices.
    pub fn price<'a>(&mut self, skus: impl IntoIterator<Item = &'a Sku>) {
        for sku in skus {
            self.items.insert(sku.clone());
            self.priced.insert(sku.clone());
        }
    }

    /// Adds an amount that a customer owes, and the customer's account.
    pub fn owe(&mut self, owing: &Owing) {
        self.owed.insert(owing.source().clone());
        self.accounts.extend(owing.account());
    }

    /// Adds the rows that follow from partners' records.
    pub fn resolve(&mut self, partners: &Partners) {
        let defaults = self.default_of.iter().filter_map(|name| partners.get(name));
        self.customers.extend(defaults.filter_map(|partner| partner.default_customer.clone()));
        let has_address =
            |name: &&PartnerName| partners.get(*name).is_some_and(|partner| partner.x12.is_some());
        self.edi.addressed.extend(self.edi.buyers.iter().filter(has_address).cloned());
    }

    /// Adds the rows that changes touch that are under way, or whose turn it is.
    pub fn follow<'a>(
        &mut self,
        changes: impl Iterator<Item = &'a Change>,
        lines: impl Iterator<Item = &'a ChangeLine>,
    ) {
        for change in changes {
            let order_id = change.order_id;
            match (change.state, &change.document.0) {
                (State::Ready, None) => {
                    self.whole.insert(order_id);
                }
                (State::Ready | State::Active | State::Settled, Some(asked)) => {
                    self.lines(order_id, asked.lines.iter().map(|line| line.line));
                    if self.judged.contains(&order_id) {
                        self.price(asked.lines.iter().filter_map(|line| line.sku.as_ref()));
                    }
                }
                (State::Active | State::Settled, None) | (State::Queued | State::Answered, _) => {}
            }
        }
        for line in lines {
            self.lines(line.order_id, [line.line]);
        }
    }
}
