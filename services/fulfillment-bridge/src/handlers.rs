//! The messages of fulfillment-bridge, one file each.

pub mod cancel_shipment;
pub mod confirm_shipment;
pub mod decide_arrival;
pub mod recall_units;
pub mod receive_confirmation;
pub mod record_change_request;
pub mod record_delivery;
pub mod record_item;
pub mod record_order;
pub mod record_warehouse;
pub mod request_shipments;
