//! The types and rules of returns.

pub mod authorize;
pub mod close;
pub mod inspect;
pub mod judge;
pub mod master;
pub mod order;
pub mod origin;
pub mod refuse;
pub mod returnable;
pub mod rma;
pub mod whole_units;
