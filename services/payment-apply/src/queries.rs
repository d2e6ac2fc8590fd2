//! The questions that payment-apply answers, one file each.

pub mod account;
pub mod payment_books;
pub mod payment_journal;
