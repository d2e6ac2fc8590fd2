//! The types and rules of allocation.

pub mod books;
pub mod handled;
pub mod item;
pub mod ledger;
pub mod moves;
pub mod order;
pub mod plan;
pub mod queue;
pub mod reduce;
pub mod report;
pub mod reservation;
pub mod serve;
pub mod settle;
pub mod shortage;
pub mod source;
pub mod sourcing_blocks;
pub mod steps;
pub mod stock;
pub mod unfulfilled;
pub mod warehouse;
pub mod whole;
