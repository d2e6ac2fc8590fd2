//! The read model as questions and the console see it. No function here writes.

mod cases;
mod detail;
mod find;
mod next;
mod orders;
mod status;
mod timeline;

pub use cases::{Exception, Exceptions, exceptions};
pub use detail::{OrderDetail, detail};
pub use find::{by_po_number, matching};
pub use orders::{latest, lines, order, orders};
pub use status::{CycleTime, Status, status};
pub use timeline::{Decision, Trace, TraceEntry, decisions, entries, records};
