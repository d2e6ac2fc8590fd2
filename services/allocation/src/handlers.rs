//! The messages of allocation, one file each.

pub mod accept_order;
pub mod change_order;
pub mod close_warehouse;
pub mod give_out;
pub mod open_warehouse;
pub mod record_cancellation;
pub mod record_dispatch;
pub mod record_item;
pub mod record_short;
pub mod record_warehouse;
pub mod reduce_order;
pub mod report_stock;
pub mod restock_return;
pub mod sweep_warehouse;
