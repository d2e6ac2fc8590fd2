//! A change begins: what is not wanted any more is asked back.

use contracts::{
    Quantity,
    event::{ChangedLine, OrderedLine},
    partner::Partner,
};
use mesh::{Context, Halt, Json, Outputs};

use super::{
    advance::{Growth, advance},
    announce::requested,
    judge::{Verdict, judge},
};
use crate::{
    domain::{
        change::{Change, ChangeLine, State},
        evaluate::judge::Judge,
        line::Line,
    },
    unit_of_work::UnitOfWork,
};

/// The verdicts on the lines of a change; with `last_chance`, without what is still unknown.
///
/// # Errors
/// Names what is not known yet.
pub fn verdicts(
    work: &UnitOfWork,
    partner: &Partner,
    change: &Change,
    context: &Context<'_>,
    last_chance: bool,
) -> Result<Vec<(u32, Verdict)>, Halt> {
    let order = work.orders.get(&change.order_id);
    let (Some(order), Some(document)) = (order, change.document.0.as_ref()) else {
        return Ok(Vec::new());
    };
    let by = Judge { work, partner, now: context.now, last_chance };
    judge(&by, order, document)
}

/// Asks back what a change does not want any more, and takes the rest when that is settled; at once
/// where there is nothing to ask back.
///
/// # Errors
/// When a figure is out of range.
pub fn change(
    work: &mut UnitOfWork,
    mut change: Change,
    verdicts: Vec<(u32, Verdict)>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let order_id = change.order_id;
    let stood_in_line = change.state == State::Ready;
    let Some(order) = work.orders.get(&order_id).cloned() else { return Ok(()) };
    let mut lines = Vec::new();
    for (number, verdict) in verdicts {
        match verdict {
            Verdict::Same => {}
            Verdict::Less(total) => lines.push(asked(&change, number, total, None)),
            Verdict::More(line, holds) if holds.is_empty() => {
                lines.push(asked(&change, number, line.quantity, Some(*line)));
            }
            Verdict::More(_, reasons) | Verdict::Refused(reasons) => {
                change.refused.extend(reasons);
            }
        }
    }
    // The answer to one that stood in line needs a cause of its own.
    if !lines.is_empty() || stood_in_line {
        let asked = lines.iter().filter_map(|line| changed_line(work, line)).collect();
        outputs.event(&requested(&order, &change, asked));
    }
    change.state = State::Active;
    work.changes.put(change);
    lines.into_iter().for_each(|line| work.change_lines.put(line));
    advance(work, order_id, Growth::Now, outputs)
}

/// Asks back all that is open of an order.
///
/// # Errors
/// When a figure is out of range.
pub fn cancel(
    work: &mut UnitOfWork,
    mut change: Change,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let order_id = change.order_id;
    let Some(order) = work.orders.get(&order_id).cloned() else { return Ok(()) };
    let mut open: Vec<Line> = Vec::new();
    for line in work.lines.from((order_id, 0)) {
        if !line.open()?.is_zero() {
            open.push(line.clone());
        }
    }
    let lines = open.iter().map(|line| ChangedLine {
        line: line.line,
        sku: line.sku.clone(),
        from: line.ordered,
        to: Quantity::ZERO,
    });
    outputs.event(&requested(&order, &change, lines.collect()));
    change.state = State::Active;
    for line in open {
        // What has left by now is not asked back.
        work.change_lines.put(asked(&change, line.line, line.dispatched, None));
    }
    work.changes.put(change);
    advance(work, order_id, Growth::Now, outputs)
}

fn asked(change: &Change, line: u32, total: Quantity, grown: Option<OrderedLine>) -> ChangeLine {
    ChangeLine {
        order_id: change.order_id,
        place: change.place,
        line,
        total,
        released: Quantity::ZERO,
        late: Quantity::ZERO,
        grown: Json(grown),
    }
}

fn changed_line(work: &UnitOfWork, line: &ChangeLine) -> Option<ChangedLine> {
    let row = work.lines.get(&(line.order_id, line.line));
    let new = line.grown.0.as_ref().map(|new| new.sku.clone());
    Some(ChangedLine {
        line: line.line,
        sku: row.map(|row| row.sku.clone()).or(new)?,
        from: row.map(|row| row.ordered).unwrap_or_default(),
        to: line.total,
    })
}
