//! X12 for warehouses: writes the shipping order 940 and reads the shipping advice 945.
//!
//! The mapping is shared by two services: fulfillment-bridge writes and reads files of warehouses,
//! and order-intake translates the documents that warehouses send over NATS.

mod advice;
mod order;
mod order_number;
mod shipped_at;
#[cfg(test)]
mod tests;

pub use advice::{SHIPPING_ADVICE, ship_confirm};
pub use order::{SHIPPING_ORDER, cancelled, changed, ordered};
pub use order_number::{order_number, shipment_of};
