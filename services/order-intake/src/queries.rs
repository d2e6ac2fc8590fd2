//! The questions that order-intake answers, one file each.

pub mod customer_check;
pub mod order_intake_books;
pub mod price;
