//! The money that banks tell of, in this contract's terms: the notification camt.054 here, and what
//! is remembered of it and of the X12 820.
//!
//! `entry` reads a notification and knows nothing of the service. `remember` keeps payments by their
//! `names`, so that what a bank takes back is found and what it tells twice is told the same.

pub mod entry;
mod identity;
pub mod names;
pub mod notification;
pub mod payer;
pub mod remember;
mod remittance;
pub mod rows;
