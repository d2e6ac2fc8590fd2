//! The questions that the control tower answers, one file each.

pub mod exceptions;
pub mod order_status;
pub mod partners;
mod request;
pub mod status;
pub mod trace;
