//! What banks tell of money, in this contract's terms: the notification camt.054 here, and what is
//! remembered of it and of the X12 820.
//!
//! `entry` reads a notification and knows nothing of the service; `notification` decides it;
//! `credits` remembers payments by their references, so that what a bank takes back is found and
//! what it tells twice is told the same.

mod credits;
mod entry;
mod identity;
mod notification;
mod payer;
mod remittance;
pub mod rows;
pub mod store;

pub use credits::{MAX_REMEMBERED, Named, forget, remember};
pub use entry::{Fact, MAX_FACTS, Told, read};
pub use identity::own;
pub use notification::notification;
pub use payer::Payers;
