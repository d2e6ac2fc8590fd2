//! The rows that order-intake decides on.

use mesh::{
    Rows,
    command::{Audit, Audited},
};

use crate::{
    domain::{change, credit, line, master, order},
    edi::{bank, rows},
};

mesh::unit_of_work! {
    /// The rows of one batch.
    pub struct UnitOfWork {
        customers: master::Customer,
        items: master::Item,
        company: master::Seller,
        price_lists: master::PriceList,
        prices: master::Price,
        /// Orders that are named, and others of the same PO numbers.
        orders: order::Order,
        lines: line::Line,
        /// The changes of orders that a decision looks at: under way, first in line, under a number
        /// that comes again, and cancels.
        changes: change::Change,
        change_lines: change::ChangeLine,
        /// Copies of changes that wait for their answer.
        copies: change::Copied,
        /// The last days of orders.
        expiries: change::Expiry,
        credit: credit::Credit,
        owed: credit::Owed,
        channels: rows::Channel,
        interchanges: rows::Seen,
        sources: rows::Source,
        codes: rows::Code,
        bank_credits: bank::rows::BankCredit,
        bank_references: bank::rows::BankReference,
        commands: Audit,
    } with {
        /// The number of changes of orders that may get one more.
        changes_kept: change::ChangesKept,
        /// Rows that may be too old to be kept.
        oldest: rows::Oldest,
    }
}

impl Audited for UnitOfWork {
    fn audit(&mut self) -> &mut Rows<Audit> {
        &mut self.commands
    }
}
