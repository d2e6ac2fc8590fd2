//! The service's own database: rows, the unit of work, the mesh's tables, and the outbox.

pub(crate) mod asked;
pub mod column;
pub mod db;
pub mod load;
pub(crate) mod outbox;
pub mod row;
mod rows;
pub mod singleton;
pub(crate) mod tables;
pub(crate) mod transaction;
pub mod unit_of_work;
