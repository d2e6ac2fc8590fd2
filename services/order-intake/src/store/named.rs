//! What a batch names: what its messages may touch.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    CommandId, CustomerId, OrderId, PartnerName, PoNumber, PriceListId, Sku, document,
};

use crate::domain::{
    Message, cash,
    change::{Change, ChangeLine, State},
    credit::Account,
};

/// What a batch names.
#[derive(Default)]
pub struct Named {
    pub orders: BTreeSet<OrderId>,
    /// Orders that are judged again, by everything that a new one is judged by.
    pub judged: BTreeSet<OrderId>,
    /// Orders whose changes are asked for.
    pub changing: BTreeSet<OrderId>,
    /// Those of them that may get one more.
    pub asked: BTreeSet<OrderId>,
    /// The numbers of changes that come.
    pub numbers: BTreeSet<u32>,
    /// Lines that are named, by their orders.
    pub lines: BTreeMap<OrderId, BTreeSet<u32>>,
    /// Orders of which every line is looked at.
    pub whole: BTreeSet<OrderId>,
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
                let order_id = OrderId::of(partner, &change.po_number);
                self.note_judged(order_id);
                self.asked.insert(order_id);
                self.numbers.insert(change.change_number);
                self.note_lines(order_id, change.lines.iter().map(|line| line.line));
                let added = change.lines.iter().filter_map(|line| line.sku.as_ref());
                self.skus.extend(added.clone().cloned());
                self.priced.extend(added.cloned());
            }
            Message::Cancel(partner, cancel) => {
                self.note_whole(OrderId::of(partner, &cancel.po_number));
            }
            Message::CancelOrder(command) => {
                self.note_whole(command.order_id);
                self.commands.insert(command.command_id.clone());
            }
            Message::Next(order_id) => self.note_judged(*order_id),
            Message::Expired(order_id) => {
                self.note_whole(*order_id);
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
            Message::Declined(declined) => self.note_units(declined.order_id, &declined.lines),
            Message::Released(released) => self.note_units(released.order_id, &released.lines),
            Message::Dispatched(dispatched) => {
                self.note_units(dispatched.order_id, &dispatched.lines);
                self.note_units(dispatched.order_id, &dispatched.reinstated);
            }
            Message::Billed(posted) => {
                self.note_changing(posted.order_id);
                let billed = posted.invoice.lines.iter().map(|line| line.line);
                self.note_lines(posted.order_id, billed);
                self.note_owing(&cash::invoice(posted));
            }
            Message::Reduced(reduced) => self.note_units(reduced.order_id, &reduced.lines),
            Message::Owing(owing) => self.note_owing(owing),
            Message::Release(command) => {
                self.orders.insert(command.order_id);
                self.whole.insert(command.order_id);
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

    fn note_lines(&mut self, order_id: OrderId, lines: impl IntoIterator<Item = u32>) {
        self.lines.entry(order_id).or_default().extend(lines);
    }

    fn note_units(&mut self, order_id: OrderId, lines: &[document::LineQuantity]) {
        self.note_changing(order_id);
        self.note_lines(order_id, lines.iter().map(|line| line.line));
    }

    fn note_whole(&mut self, order_id: OrderId) {
        self.note_changing(order_id);
        self.asked.insert(order_id);
        self.whole.insert(order_id);
    }

    /// Adds what changes touch that are under way, or whose turn it is.
    pub fn note_under_way(&mut self, changes: &[Change], lines: &[ChangeLine]) {
        for change in changes {
            let order_id = change.order_id;
            match (change.state, &change.document.0) {
                (State::Queued | State::Answered, _) => {}
                (State::Ready, None) => {
                    self.whole.insert(order_id);
                }
                (State::Ready | State::Active | State::Settled, Some(asked)) => {
                    self.note_lines(order_id, asked.lines.iter().map(|line| line.line));
                    let added = asked.lines.iter().filter_map(|line| line.sku.as_ref());
                    let added = added.filter(|_| self.judged.contains(&order_id));
                    let added: Vec<Sku> = added.cloned().collect();
                    self.skus.extend(added.iter().cloned());
                    self.priced.extend(added);
                }
                (State::Active | State::Settled, None) => {}
            }
        }
        for line in lines {
            self.note_lines(line.order_id, [line.line]);
        }
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
