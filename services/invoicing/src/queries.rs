//! The questions that invoicing answers, one file each.

pub mod invoice;
pub mod invoicing_books;
pub mod journal;
