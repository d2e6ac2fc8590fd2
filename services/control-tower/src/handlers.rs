//! The messages of the control tower, one file each.

pub mod assign_exception;
pub mod decide_observation;
pub mod observe_event;
pub mod open_overdue;
pub mod resolve_exception;
