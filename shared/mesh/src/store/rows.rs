//! The rows of one table, as a decision reads and changes them.

mod change;
mod load;
mod read;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::{asked::Asked, row::Row};

/// The rows of one table, as a field of a unit of work. Reading a row that was not asked for is a
/// broken invariant: it panics, and the message becomes a dead letter.
#[derive(Debug, Clone)]
pub struct Rows<R: Row> {
    slots: BTreeMap<R::Key, Slot<R>>,
    asked: Asked<R>,
    undo: Vec<(R::Key, Option<Slot<R>>)>,
}

#[derive(Debug, Clone)]
struct Slot<R> {
    row: R,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Loaded,
    Changed,
    Removed,
}

/// No rows, and none asked for: a table that decisions only add to.
impl<R: Row> Default for Rows<R> {
    fn default() -> Self {
        Self { slots: BTreeMap::new(), asked: Asked::default(), undo: Vec::new() }
    }
}

impl<R: Row> Rows<R> {
    fn present(&self) -> impl Iterator<Item = &R> {
        let slots = self.slots.values().filter(|slot| slot.state != State::Removed);
        slots.map(|slot| &slot.row)
    }
}
