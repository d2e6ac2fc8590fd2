//! The questions that returns answers, one file each.

pub mod returns_books;
