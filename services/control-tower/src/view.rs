//! The read model as questions and the console see it. Nothing here writes.

mod cases;
mod find;
mod next;
mod orders;
mod status;
mod timeline;

pub use cases::{Exception, Exceptions, exceptions};
pub use find::{by_po_number, matching};
pub use orders::{OrderDetail, detail, latest, lines, order, orders};
pub use status::{CycleTime, Status, status};
pub use timeline::{Decision, Trace, TraceEntry, decisions, entries, records};
