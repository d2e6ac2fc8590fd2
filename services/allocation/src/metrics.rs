//! Figures that must be zero, or be looked at: read from the database, never counted along.

pub use mesh::metrics::set;
use metrics::describe_gauge;

/// Stocks and order lines whose reservations, ledger and balances do not add up to the same (A1).
/// Must be 0.
pub const DIFFERENCES: &str = "ordermesh_inventory_differences";
/// Order lines that wait for stock.
pub const WAITING: &str = "ordermesh_inventory_waiting_lines";
/// Items of which something is free and is just being given to those who wait.
pub const FREED: &str = "ordermesh_inventory_freed_items";

/// Says what each figure means.
pub fn describe() {
    describe_gauge!(DIFFERENCES, "Reservations that do not add up to the balances; must be 0");
    describe_gauge!(WAITING, "Order lines that wait for stock");
    describe_gauge!(FREED, "Items that are just being given to those who wait");
}
