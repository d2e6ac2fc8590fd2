//! What warehouses are told and tell in X12: the shipping order 940, and the shipping advice 945.
//!
//! Mapped here and not by an owner, for two services need it: fulfillment-bridge writes and reads
//! files of warehouses, and order-intake translates what they send over NATS.

mod advice;
mod number;
mod order;
#[cfg(test)]
mod tests;
mod when;

pub use advice::ship_confirm;
pub use number::{order_number, shipment_of};
pub use order::{cancelled, changed, ordered};

/// GS01 of 940s.
pub const SHIPPING_ORDER: &str = "OW";
/// GS01 of 945s.
pub const SHIPPING_ADVICE: &str = "SW";
/// The unit of measure of a quantity in stock units, whatever the unit is: nothing that a warehouse
/// is told says what its own units are called.
const STOCK_UNIT: &str = "EA";
