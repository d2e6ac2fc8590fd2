//! What invoicing decides: pure functions over the working set.

pub mod bill;
pub mod charges;
pub mod command;
pub mod counter;
pub mod credit;
pub mod dispatch;
pub mod document;
pub mod engine;
pub mod invoice;
pub mod journal;
pub mod master;
pub mod order;
pub mod restocked;
pub mod returned;
pub mod ship;
pub mod supplement;
pub mod tax;
pub mod wait;

use contracts::{
    CommandId, IdError, MoneyError, OrderId, PartnerName, Reason,
    command::ClosePeriod,
    document::TaxRate,
    event::{
        CompanyUpdated, CustomerUpdated, ItemUpdated, OrderBody, OrderCancelled, OrderChanged,
        PeriodConfirmed, ReturnCompleted, ShipmentDispatched,
    },
};
use mesh::{Context, Decision};

use crate::{config::Config, edi::rows};

/// What a delivery means to invoicing.
#[derive(Debug)]
pub enum Message {
    /// An order as it stands: accepted or released.
    Ordered(OrderId, Box<OrderBody>),
    /// An order as it stands after a change.
    Changed(Box<OrderChanged>),
    /// Units that will not come.
    Cancelled(Box<OrderCancelled>),
    /// Master data.
    Item(Box<ItemUpdated>),
    /// Master data.
    Company(Box<CompanyUpdated>),
    /// Master data.
    Customer(Box<CustomerUpdated>),
    /// An ERP's tax rate.
    TaxRate(PartnerName, Box<TaxRate>),
    /// Goods have left.
    Dispatched(Box<ShipmentDispatched>),
    /// A dispatch that waited for a tax rate: one has come.
    Retry(OrderId, dispatch::Key),
    /// A dispatch that waited for the tax engine: it has answered, or will not.
    Taxed(OrderId, dispatch::Key),
    /// Goods came back.
    Returned(Box<ReturnCompleted>),
    /// An operator closes the books up to a day.
    ClosePeriod(Box<ClosePeriod>),
    /// payment-apply has closed its books up to that day too.
    PeriodConfirmed(PeriodConfirmed),
    /// A command whose day is confirmed is to be answered.
    Closed(CommandId),
}

mesh::unit_of_work! {
    /// The rows that billing decides on.
    pub struct Set {
        /// Gapless numbers, locked.
        counters: counter::Counter,
        /// Up to which day the books are closed.
        periods: command::Period,
        /// Commands that are under way to close them.
        closings: command::Closing,
        /// The seller.
        company: master::Seller,
        /// Items by SKU.
        items: master::Item,
        /// How they are called.
        item_texts: rows::ItemText,
        /// Who is billed.
        buyers: rows::Buyer,
        /// Control numbers of interchanges, locked.
        channels: rows::Channel,
        /// What could not be said in a format that was wanted.
        unsaid: rows::Unsaid,
        /// Dated tax rates.
        tax_rates: master::Rate,
        /// Orders, locked.
        orders: order::Order,
        /// How far their lines are.
        lines: order::Line,
        /// What of their charges is billed.
        charges: charges::Billed,
        /// Their dispatches.
        dispatches: dispatch::Dispatch,
        /// What each of them held.
        dispatch_lines: dispatch::Line,
        /// Those that wait for a tax rate, or for the tax engine.
        waiting: dispatch::Waiting,
        /// What the tax engine is asked.
        tax_asks: engine::Ask,
        /// What became of that.
        tax_replies: engine::Reply,
        /// Invoices.
        invoices: invoice::Posted,
        /// The tax on their lines.
        invoice_taxes: invoice::Tax,
        /// Credit memos.
        credit_memos: credit::Memo,
        /// Returns that were taken up.
        returns: returned::Return,
        /// The journal.
        entries: journal::Entry,
        /// Its lines.
        entry_lines: journal::Line,
        /// Commands that were carried out.
        commands: mesh::command::Audit,
    }
}

/// Why a decision can not be made: a figure that nothing can hold, or a law that it would break.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// An amount that its currency can not hold.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A sum beyond 64 bits or 18 digits.
    #[error("a sum is too large")]
    TooLarge,
    /// A number that is none.
    #[error("the configured prefix makes no number: {0}")]
    Number(String),
    /// A counter whose row is not in the working set.
    #[error("the counter {0} was not loaded")]
    NotLoaded(counter::Name),
    /// Rule I1 would be broken.
    #[error("line {line} of order {order_id}: {billed} billed and not credited, {allowed} allowed")]
    Overstated {
        /// The order.
        order_id: OrderId,
        /// Its line.
        line: u32,
        /// Billed less credited.
        billed: contracts::Quantity,
        /// What may be.
        allowed: contracts::Quantity,
    },
    /// Rule I8 would be broken.
    #[error("the entry {0} is not balanced")]
    Unbalanced(String),
    /// A date beyond the calendar.
    #[error("a date is out of range: {0}")]
    Date(#[from] jiff::Error),
    /// A row that another one names is not there.
    #[error("{0} is not in the books")]
    Missing(String),
}

impl Fault {
    /// A figure that nothing can hold, where everything else is well.
    fn is_size(&self) -> bool {
        matches!(self, Self::Money(MoneyError::Overflow) | Self::TooLarge)
    }

    fn number(error: IdError) -> Self {
        Self::Number(error.to_string())
    }
}

/// The sum of minor units.
///
/// # Errors
/// When it is too large.
pub fn sum(minors: impl IntoIterator<Item = i64>) -> Result<i64, Fault> {
    minors.into_iter().try_fold(0_i64, i64::checked_add).ok_or(Fault::TooLarge)
}

/// Decides one message.
pub fn decide(
    set: &mut Set,
    config: &Config,
    message: &Message,
    context: &Context<'_>,
) -> Decision {
    let decided = match message {
        Message::Ordered(order_id, body) => order::stands(set, *order_id, body),
        Message::Changed(changed) => order::changed(set, changed),
        Message::Cancelled(cancelled) => order::cancelled(set, cancelled),
        Message::Item(updated) => Ok(master::item(set, updated)),
        Message::Company(updated) => Ok(master::company(set, updated)),
        Message::Customer(updated) => Ok(master::customer(set, updated)),
        Message::TaxRate(sender, rate) => tax::rate(set, sender, rate),
        Message::Dispatched(event) => ship::dispatched(set, config, event, context),
        Message::Retry(_, key) | Message::Taxed(_, key) => {
            Ok(wait::again(set, config, key, context))
        }
        Message::Returned(event) => returned::completed(set, config, event, context),
        Message::ClosePeriod(command) => Ok(command::close_period(set, command, context)),
        Message::PeriodConfirmed(event) => Ok(command::confirmed(set, event)),
        Message::Closed(command_id) => Ok(command::closed(set, command_id, context)),
    };
    decided.unwrap_or_else(|fault| Decision::Poison {
        code: Reason::InvariantBroken,
        reason: fault.to_string(),
    })
}
