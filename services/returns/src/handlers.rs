//! The messages of returns, one file each.

pub mod authorize_return;
pub mod cancel_units;
pub mod expire_return;
pub mod receive_return;
pub mod record_company;
pub mod record_dispatch;
pub mod record_item;
pub mod record_order;
pub mod record_warehouse;
