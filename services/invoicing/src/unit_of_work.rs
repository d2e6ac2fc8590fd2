//! The rows that invoicing decides on.

use crate::{
    domain::{charge, counter, credit_memo, dispatch, invoice, master, order, period, tax_quote},
    edi::rows,
};

mesh::unit_of_work! {
    /// The rows of one batch.
    pub struct UnitOfWork {
        /// Gapless numbers, locked.
        counters: counter::Counter,
        periods: period::Period,
        /// Commands to close the books that are under way.
        closings: period::Closing,
        company: master::Seller,
        items: master::Item,
        item_texts: rows::ItemText,
        buyers: rows::Buyer,
        /// Control numbers of interchanges, locked.
        channels: rows::Channel,
        format_fallbacks: rows::FormatFallback,
        tax_rates: master::Rate,
        /// Locked.
        orders: order::Order,
        lines: order::Line,
        charges: charge::Billed,
        dispatches: dispatch::Dispatch,
        dispatch_lines: dispatch::Line,
        /// Dispatches that wait for a tax rate or for the tax engine.
        waiting: dispatch::Waiting,
        tax_asks: tax_quote::Ask,
        tax_replies: tax_quote::Reply,
        invoices: invoice::Posted,
        invoice_taxes: invoice::Tax,
        credit_memos: credit_memo::Memo,
        returns: credit_memo::Return,
        entries: mesh::books::EntryRow,
        entry_lines: mesh::books::LineRow,
        commands: mesh::command::Audit,
    }
}

impl mesh::command::Audited for UnitOfWork {
    fn audit(&mut self) -> &mut mesh::Rows<mesh::command::Audit> {
        &mut self.commands
    }
}
