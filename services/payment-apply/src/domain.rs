//! What payment-apply decides: pure functions over the working set.

mod announce;
mod apply;
mod billed;
pub mod cash;
mod check;
pub mod command;
mod credit;
pub mod figures;
pub mod item;
pub mod journal;
pub mod master;
mod operate;
pub mod period;
mod receive;
mod remit;
mod reverse;
pub mod statement;
mod takeback;
mod target;
mod tell;
mod undo;

use contracts::{
    PartnerName,
    command::{ApplyCash, Refund, WriteOff},
    document,
    event::{CompanyUpdated, CreditMemoPosted, CustomerUpdated, InvoicePosted, PeriodClosed},
};
use mesh::{Context, Decision};

use crate::config::Config;

/// What a delivery means to payment-apply.
#[derive(Debug)]
pub enum Message {
    /// Money came in.
    Payment(PartnerName, Box<document::Payment>),
    /// Money went back.
    Reversal(PartnerName, Box<document::PaymentReversal>),
    /// An invoice stands.
    Invoice(Box<InvoicePosted>),
    /// A credit memo stands.
    CreditMemo(Box<CreditMemoPosted>),
    /// The seller's record.
    Company(Box<CompanyUpdated>),
    /// The books are closed up to a day.
    Period(PeriodClosed),
    /// A customer's record.
    Customer(Box<CustomerUpdated>),
    /// An operator lets cash pay an invoice.
    ApplyCash(Box<ApplyCash>),
    /// An operator gives a receivable up.
    WriteOff(Box<WriteOff>),
    /// An operator gives cash back.
    Refund(Box<Refund>),
}

mesh::unit_of_work! {
    /// The rows that cash is decided on, in an order in which they can be written.
    pub struct Set {
        /// The seller.
        company: master::Seller,
        /// The last closed day.
        periods: period::Period,
        /// Customers by id.
        customers: master::Customer,
        /// Invoices and what else is owed.
        items: item::Item,
        /// Payments, and cash that credit memos freed.
        payments: cash::Cash,
        /// What pays what.
        applications: cash::Application,
        /// Cash that waits for its invoice.
        waiting: cash::Waiting,
        /// Reversals that were carried out.
        reversals: cash::Reversal,
        /// Journal entries.
        entries: journal::Entry,
        /// Their lines.
        entry_lines: journal::EntryLine,
        /// What stands on statements.
        statement: statement::Line,
        /// Commands that were carried out.
        commands: mesh::command::Audit,
    }
}

/// What a decision knows besides the rows and the message.
#[derive(Debug, Clone, Copy)]
pub struct Desk<'a> {
    /// The time, the partners, and how the message came.
    pub context: &'a Context<'a>,
    /// The knobs.
    pub config: &'a Config,
}

/// Decides one message.
pub fn decide(
    set: &mut Set,
    message: &Message,
    context: &Context<'_>,
    config: &Config,
) -> Decision {
    let desk = &Desk { context, config };
    figures::decision(match message {
        Message::Payment(bank, payment) => receive::payment(set, bank, payment, desk),
        Message::Reversal(bank, reversal) => reverse::reversal(set, bank, reversal, desk),
        Message::Invoice(posted) => billed::invoice(set, posted, desk),
        Message::CreditMemo(posted) => credit::credit_memo(set, posted, desk),
        Message::Company(updated) => Ok(master::company(set, updated)),
        Message::Period(closed) => Ok(period::closed(set, closed)),
        Message::Customer(updated) => Ok(master::customer(set, updated)),
        Message::ApplyCash(command) => operate::apply_cash(set, command, desk),
        Message::WriteOff(command) => operate::write_off(set, command, desk),
        Message::Refund(command) => operate::refund(set, command, desk),
    })
}
