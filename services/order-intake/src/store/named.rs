//! What a batch names: what its messages may touch.

use std::collections::BTreeSet;

use contracts::{
    CommandId, CustomerId, OrderId, PartnerName, PoNumber, PriceListId, Sku, document,
};

use crate::domain::{Message, cash, credit::Account};

/// What a batch names.
#[derive(Default)]
pub struct Named {
    pub orders: BTreeSet<OrderId>,
    /// Orders that are judged again, by everything that a new one is judged by.
    pub judged: BTreeSet<OrderId>,
    /// Orders whose changes are asked for.
    pub changing: BTreeSet<OrderId>,
    /// Orders whose last day may be over.
    pub expired: BTreeSet<OrderId>,
    /// Orders whose customers' records are asked for.
    pub of_customer: BTreeSet<OrderId>,
    pub po_numbers: BTreeSet<PoNumber>,
    pub customers: BTreeSet<CustomerId>,
    /// Partners that order without naming a customer.
    pub default_of: BTreeSet<PartnerName>,
    pub skus: BTreeSet<Sku>,
    pub priced: BTreeSet<Sku>,
    pub replaced_lists: BTreeSet<PriceListId>,
    /// Lists of customers that come in: an order of the same batch is priced by them.
    pub lists: BTreeSet<PriceListId>,
    pub company: bool,
    /// Whose credit may change.
    pub accounts: BTreeSet<Account>,
    /// Documents that say what customers owe.
    pub owed: BTreeSet<String>,
    pub commands: BTreeSet<CommandId>,
}

impl Named {
    /// Adds what a message names.
    pub fn note(&mut self, message: &Message) {
        match message {
            Message::Order(partner, order) => self.note_order(partner, order),
            Message::Change(partner, change) => {
                self.note_judged(OrderId::of(partner, &change.po_number));
                let added = change.lines.iter().filter_map(|line| line.sku.as_ref());
                self.skus.extend(added.clone().cloned());
                self.priced.extend(added.cloned());
            }
            Message::Cancel(partner, cancel) => {
                self.note_changing(OrderId::of(partner, &cancel.po_number));
            }
            Message::CancelOrder(command) => {
                self.note_changing(command.order_id);
                self.commands.insert(command.command_id.clone());
            }
            Message::Next(order_id) => self.note_judged(*order_id),
            Message::Expired(order_id) => {
                self.note_changing(*order_id);
                self.expired.insert(*order_id);
                self.company = true;
            }
            Message::Customer(_, customer) => {
                self.customers.insert(customer.customer_id.clone());
                self.lists.insert(customer.price_list.clone());
                self.accounts.insert((customer.customer_id.clone(), customer.currency));
            }
            // What these name besides is looked up beside it: a payment may name no currency.
            Message::X12(..) => self.company = true,
            Message::Ubl(..) => {}
            Message::Camt(_, told) => {
                let invoice = |word: &String| cash::source_of_invoice(word);
                self.owed.extend(told.words().map(invoice));
            }
            Message::Item(_, item) => {
                self.skus.insert(item.sku.clone());
            }
            Message::PriceList(_, list) => {
                self.replaced_lists.insert(list.price_list.clone());
            }
            Message::Company(..) => self.company = true,
            Message::Partner(command) => {
                self.commands.insert(command.command_id.clone());
            }
            Message::Declined(declined) => self.note_changing(declined.order_id),
            Message::Released(released) => self.note_changing(released.order_id),
            Message::Dispatched(dispatched) => self.note_changing(dispatched.order_id),
            Message::Billed(posted) => {
                self.note_changing(posted.order_id);
                self.note_owing(&cash::invoice(posted));
            }
            Message::Reduced(reduced) => self.note_changing(reduced.order_id),
            Message::Owing(owing) => self.note_owing(owing),
            Message::Release(command) => {
                self.orders.insert(command.order_id);
                self.judged.insert(command.order_id);
                self.commands.insert(command.command_id.clone());
            }
            Message::Fits(order_id) => {
                self.orders.insert(*order_id);
                self.of_customer.insert(*order_id);
            }
            Message::LookedAt(account, _) => {
                self.accounts.insert(account.clone());
            }
        }
    }

    fn note_changing(&mut self, order_id: OrderId) {
        self.orders.insert(order_id);
        self.changing.insert(order_id);
    }

    fn note_judged(&mut self, order_id: OrderId) {
        self.note_changing(order_id);
        self.judged.insert(order_id);
    }

    fn note_order(&mut self, partner: &PartnerName, order: &document::Order) {
        self.orders.insert(OrderId::of(partner, &order.po_number));
        self.po_numbers.insert(order.po_number.clone());
        match &order.customer_id {
            Some(customer) => self.customers.insert(customer.clone()),
            None => self.default_of.insert(partner.clone()),
        };
        self.skus.extend(order.lines.iter().map(|line| line.sku.clone()));
        self.priced.extend(order.lines.iter().map(|line| line.sku.clone()));
        self.company = true;
    }

    fn note_owing(&mut self, owing: &cash::Owing) {
        self.owed.insert(owing.source().to_owned());
        self.accounts.extend(owing.account());
    }
}
