//! The types and rules of invoicing.

pub mod allowance;
pub mod amounts;
pub mod bill;
pub mod bill_state;
pub mod charge;
pub mod charges;
pub mod counter;
pub mod credit;
pub mod credit_memo;
pub mod dispatch;
pub mod dispatched;
pub mod document;
pub mod draft;
pub mod grow;
pub mod invoice;
pub mod journal;
pub mod master;
pub mod order;
pub mod period;
pub mod rates;
pub mod restocked;
pub mod returned;
pub mod supplement;
pub mod tax;
pub mod tax_quote;
pub mod tax_source;
