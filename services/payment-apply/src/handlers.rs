//! The messages of payment-apply, one file each.

pub mod apply_cash;
pub mod apply_credit_memo;
pub mod close_period;
pub mod open_invoice;
pub mod receive_payment;
pub mod record_company;
pub mod record_customer;
pub mod refund;
pub mod reverse_payment;
pub mod write_off;
