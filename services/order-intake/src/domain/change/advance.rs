//! A change goes on when everything that was asked back is settled.

use contracts::OrderId;
use mesh::{Halt, Outputs};

use super::{
    cancelled, finish,
    queue::{active, lines_of},
};
use crate::{
    domain::change::{Change, ChangeLine, State},
    unit_of_work::UnitOfWork,
};

/// The time at which a change takes up what it adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Growth {
    /// At once: everything that it is judged by was asked for.
    Now,
    /// By work of its own (`take_up_change`), which asks for that.
    Later,
}

/// Carries out the change that is under way, when nothing of it is open any more.
///
/// # Errors
/// When a figure is out of range.
pub fn advance(
    work: &mut UnitOfWork,
    order_id: OrderId,
    growth: Growth,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let Some(change) = active(work, order_id).cloned() else { return Ok(()) };
    let lines = lines_of(work, &change);
    for line in &lines {
        if !is_settled(work, line)? {
            return Ok(());
        }
    }
    if growth == Growth::Later && lines.iter().any(|line| line.grown.is_some()) {
        work.changes.put(Change { state: State::Settled, ..change });
        outputs.more_due();
        return Ok(());
    }
    if change.document.is_some() {
        finish::finish(work, change, lines, outputs)
    } else {
        cancelled::finish(work, change, lines, outputs)
    }
}

/// Every unit above the total asked for was set free, or has left.
fn is_settled(work: &UnitOfWork, line: &ChangeLine) -> Result<bool, Halt> {
    let Some(row) = work.lines.get(&(line.order_id, line.line)) else { return Ok(true) };
    Ok(line.grown.is_some() || row.wanted()? <= line.total.max(row.dispatched))
}
