//! The messages of invoicing, one file each.

pub mod answer_closing;
pub mod bill_dispatch;
pub mod bill_waiting;
pub mod cancel_units;
pub mod close_period;
pub mod confirm_period;
pub mod credit_return;
pub mod record_company;
pub mod record_customer;
pub mod record_item;
pub mod record_order;
pub mod record_tax_rate;
