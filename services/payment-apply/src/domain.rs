//! What payment-apply decides: pure functions over the working set.

mod apply;
mod billed;
pub mod cash;
mod check;
pub mod command;
mod credit;
mod figures;
pub mod item;
pub mod journal;
mod operate;
mod receive;
mod remit;
mod reverse;
mod target;
mod tell;
mod undo;

use contracts::{
    PartnerName,
    command::{ApplyCash, Refund, WriteOff},
    document,
    event::{CreditMemoPosted, CustomerUpdated, InvoicePosted},
};
use mesh::{Context, Decision, Outputs};

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
    /// A customer's record.
    Customer(Box<CustomerUpdated>),
    /// An operator lets cash pay an invoice.
    ApplyCash(Box<ApplyCash>),
    /// An operator gives a receivable up.
    WriteOff(Box<WriteOff>),
    /// An operator gives cash back.
    Refund(Box<Refund>),
}

mesh::working_set! {
    /// The rows that cash is decided on, in an order in which they can be written.
    pub struct Set {
        /// Customers by id.
        customers: cash::Customer,
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
        /// Commands that were carried out.
        commands: mesh::command::Audit,
    }
}

/// Decides one message.
pub fn decide(
    set: &mut Set,
    message: &Message,
    context: &Context<'_>,
    config: &Config,
) -> Decision {
    figures::decision(match message {
        Message::Payment(bank, payment) => receive::payment(set, bank, payment, context, config),
        Message::Reversal(bank, reversal) => reverse::reversal(set, bank, reversal, context),
        Message::Invoice(posted) => billed::invoice(set, posted, context),
        Message::CreditMemo(posted) => credit::credit_memo(set, posted, context),
        Message::Customer(updated) => {
            set.customers.put(cash::Customer {
                customer_id: updated.customer_id.clone(),
                currency: updated.customer.currency,
            });
            Ok(Outputs::none())
        }
        Message::ApplyCash(command) => operate::apply_cash(set, command, context),
        Message::WriteOff(command) => operate::write_off(set, command, context),
        Message::Refund(command) => operate::refund(set, command, context),
    })
}
