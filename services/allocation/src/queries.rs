//! The questions that allocation answers, one file each.

pub mod allocation_books;
pub mod availability;
