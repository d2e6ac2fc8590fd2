//! The questions that fulfillment-bridge answers, one file each.

pub mod fulfillment_books;
pub mod shipment_status;
