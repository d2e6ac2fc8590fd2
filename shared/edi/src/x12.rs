//! ANSI X12: interchanges, groups and transaction sets of any kind.

mod acknowledge;
mod check;
mod codes;
mod delimiters;
mod envelope;
mod read;
mod segment;
#[cfg(test)]
mod tests;
mod value;
mod write;

pub use acknowledge::{Answer, GroupVerdict, SetVerdict, acknowledge, interchange_acknowledgement};
pub use check::{Checker, ElementFinding, Finding};
pub use codes::{ElementError, GroupError, InterchangeError, SegmentError, SetError, Status};
pub use delimiters::Delimiters;
pub use envelope::{Address, Group, Header, Interchange, TransactionSet};
pub use read::{NotX12, read};
pub use segment::Segment;
pub use write::{OutGroup, OutSet, Sender, write};
