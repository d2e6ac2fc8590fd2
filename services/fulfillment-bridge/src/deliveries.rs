//! Rule F6: documents on their way to warehouses that are reached otherwise than over NATS alone. A
//! row commits with its document and is kept until it is delivered, so that a warehouse which is down
//! and a restart lose nothing.

mod before_commit;
mod counters;
pub mod folders;
pub mod interchange;
pub mod leases;
pub mod queue;
pub mod rows;

pub use before_commit::before_commit;
