//! Order lines that wait for an item, and items that are just being given out (A6).

use std::collections::BTreeSet;

use contracts::Sku;
use mesh::{Halt, Outputs, column::Cell as _};

use super::item::{Queue, Substitute};
use crate::unit_of_work::UnitOfWork;

/// Items that are just being given out by rank: none of them is free for anybody else.
#[derive(Debug, Clone, Copy)]
pub struct Held<'a> {
    but: &'a BTreeSet<Sku>,
}

impl<'a> Held<'a> {
    /// All items that are being given out.
    #[must_use]
    pub fn all() -> Self {
        static NONE: BTreeSet<Sku> = BTreeSet::new();
        Self { but: &NONE }
    }

    /// All but those that this decision gives out.
    #[must_use]
    pub fn but(given: &'a BTreeSet<Sku>) -> Self {
        Self { but: given }
    }

    /// Returns true for an item that is held.
    #[must_use]
    pub fn holds(self, work: &UnitOfWork, sku: &Sku) -> bool {
        !self.but.contains(sku) && work.queues.get(sku).is_some_and(|queue| queue.freed)
    }
}

/// Says that an item is to be given out, or that those who wait for it are to be notified, in steps
/// of the service's own. Nothing happens where nobody waits for it or for an item that it may
/// replace.
pub fn mark(work: &mut UnitOfWork, sku: &Sku, outputs: &mut Outputs) {
    if !is_awaited(work, sku) {
        return;
    }
    outputs.more_due();
    if !work.queues.get(sku).is_some_and(|queue| queue.freed && queue.served.is_none()) {
        let queue = work.queues.get_or_put(sku, || Queue::empty(sku.clone()));
        (queue.freed, queue.served) = (true, None);
    }
}

fn is_awaited(work: &UnitOfWork, sku: &Sku) -> bool {
    let waiting = |sku: &Sku| work.queues.get(sku).is_some_and(|queue| queue.waiting > 0);
    let replaces = |it: &Substitute| it.substitute == *sku;
    let replaced = || work.substitutes.filtered([("substitute", sku.value())], replaces);
    waiting(sku) || replaced().any(|it| waiting(&it.sku))
}

/// Counts an order line that waits for an item.
pub fn join(work: &mut UnitOfWork, sku: &Sku) {
    work.queues.get_or_put(sku, || Queue::empty(sku.clone())).waiting += 1;
}

/// Counts an order line that does not wait for an item any more.
///
/// # Errors
/// [`Halt::broken`] when none was counted.
pub fn leave(work: &mut UnitOfWork, sku: &Sku) -> Result<(), Halt> {
    let queue = work.queues.get_or_put(sku, || Queue::empty(sku.clone()));
    let waiting = queue.waiting.checked_sub(1);
    queue.waiting = waiting.ok_or_else(|| Halt::broken(format!("nobody waits for `{sku}`")))?;
    Ok(())
}
