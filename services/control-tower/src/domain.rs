//! The read model, and what needs somebody to look at it.

pub mod case;
pub mod causal;
pub mod decision;
pub mod excess;
pub mod facts;
pub mod late_order;
pub mod late_shipment;
pub mod lifecycle;
pub mod line;
pub mod observation;
pub mod order;
pub mod progress;
mod projection;
pub mod projections;
pub mod record;
pub mod shipment;
pub mod status;
pub mod time;
pub mod words;
