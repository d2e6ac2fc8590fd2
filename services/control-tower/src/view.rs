//! The read model as questions and the console see it. Nothing here writes.

mod cases;
mod orders;
mod status;

pub use cases::{Exception, Exceptions, exceptions};
pub use orders::{
    OrderDetail, Trace, TraceEntry, by_po_number, detail, latest, lines, matching, order, orders,
    records,
};
pub use status::{CycleTime, Status, status};
