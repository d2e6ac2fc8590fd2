//! The money that banks tell of, in this contract's terms: the notification camt.054 here, and what
//! is remembered of it and of the X12 820.
//!
//! `payload` and `entry` read a notification and know nothing of the service. `remember` keeps
//! payments by their `names`, so that a payment that goes back is found and one that is told twice is
//! told the same.

mod entry;
mod identity;
pub mod names;
pub mod notification;
pub mod payer;
pub mod payload;
pub mod remember;
mod remittance;
pub mod rows;
