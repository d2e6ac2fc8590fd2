//! Business keys of what is done once.

use jiff::Timestamp;

use super::order::Handled;
use crate::unit_of_work::UnitOfWork;

/// Returns true for the first message with this business key, and remembers the key.
pub fn is_first(work: &mut UnitOfWork, reference: &str, now: Timestamp) -> bool {
    let reference = reference.to_owned();
    if work.handled.get(&reference).is_some() {
        return false;
    }
    work.handled.put(Handled { reference, handled_at: now });
    true
}
