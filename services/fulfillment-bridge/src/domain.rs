//! Types and rules of fulfillment-bridge.

pub mod arrival;
pub mod cancel;
pub mod channel;
pub mod claims;
pub mod confirm;
pub mod confirmation;
pub mod cover;
pub mod dispatch;
pub mod item;
pub mod objections;
pub mod order;
pub mod refuse;
pub mod ship_notice;
pub mod shipment;
pub mod warehouse;
