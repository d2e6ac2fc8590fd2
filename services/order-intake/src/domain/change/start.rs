//! A change begins: what is not wanted any more is asked back (contract, change and cancel).

use contracts::{
    OrderId, Quantity, Reason, ReasonLine,
    event::{ChangedLine, OrderChangeRequested},
    partner::Partner,
};
use mesh::{Context, Decision, Json, Outputs};

use super::{
    Change, ChangeLine, State, active, answer, cancel, changes_of,
    judge::{Verdict, judge},
    receive::closed,
    settle,
};
use crate::domain::{Set, evaluate::Judge, exposure::TooLarge, order::Order};

/// A change of an accepted order, as it comes.
pub fn change(set: &mut Set, partner: &Partner, change: Change, context: &Context<'_>) -> Decision {
    let verdicts = match verdicts(set, partner, &change, context, context.last_chance) {
        Ok(verdicts) => verdicts,
        Err(missing) => return Decision::Wait(missing),
    };
    let mut outputs = Outputs::none();
    match begin(set, change, verdicts, &mut outputs) {
        Ok(()) => outputs.into(),
        Err(error) => error.into(),
    }
}

/// What an order's change that is settled adds, or the next one in line when no other is under way.
/// Nobody waits for anything any more: it waited long enough.
pub fn next(set: &mut Set, order_id: OrderId, context: &Context<'_>) -> Decision {
    let mut outputs = Outputs::none();
    let done = if active(set, order_id).is_some() {
        settle::advance(set, order_id, &mut outputs)
    } else {
        let ready = changes_of(set, order_id).find(|change| change.state == State::Ready);
        match ready.cloned() {
            Some(change) => take_up(set, change, context, &mut outputs),
            None => Ok(()),
        }
    };
    match done {
        Ok(()) => outputs.into(),
        Err(error) => error.into(),
    }
}

fn take_up(
    set: &mut Set,
    change: Change,
    context: &Context<'_>,
    outputs: &mut Outputs,
) -> Result<(), TooLarge> {
    let order_id = change.order_id;
    let reason = closed(set, order_id);
    let Some(document) = change.document.0.clone() else {
        return match reason {
            Some(reason) => {
                cancel::too_late(set, change, reason, outputs);
                Ok(())
            }
            None => cancel::begin(set, change, outputs),
        };
    };
    let Some(order) = set.orders.get(&order_id).cloned() else { return Ok(()) };
    let partner = context.partners.get(&order.partner);
    let reasons = match (reason, partner) {
        (Some(reason), _) => vec![reason],
        (None, None) => vec![ReasonLine::new(Reason::UnknownPartner, "the partner is gone")],
        (None, Some(partner)) => match verdicts(set, partner, &change, context, true) {
            Ok(verdicts) => return begin(set, change, verdicts, outputs),
            Err(missing) => {
                vec![ReasonLine::new(Reason::MissingPredecessor, format!("{missing} is not known"))]
            }
        },
    };
    // It was asked for all the same; and the answer has a cause of its own.
    outputs.event(&requested(&order, &change, Vec::new()));
    let answer = answer::refused(set, order_id, &document, reasons);
    settle::follow_on(set, &change, outputs);
    answer::give(set, change, answer, outputs);
    Ok(())
}

fn verdicts(
    set: &Set,
    partner: &Partner,
    change: &Change,
    context: &Context<'_>,
    last_chance: bool,
) -> Result<Vec<(u32, Verdict)>, mesh::Key> {
    let order = set.orders.get(&change.order_id);
    let (Some(order), Some(document)) = (order, change.document.0.as_ref()) else {
        return Ok(Vec::new());
    };
    let by = Judge { set, partner, now: context.now, last_chance };
    judge(&by, order, document)
}

/// Asks back what is not wanted any more, and takes the rest when that is settled; at once where
/// there is nothing to ask back.
fn begin(
    set: &mut Set,
    mut change: Change,
    verdicts: Vec<(u32, Verdict)>,
    outputs: &mut Outputs,
) -> Result<(), TooLarge> {
    let order_id = change.order_id;
    let stood_in_line = change.state == State::Ready;
    let Some(order) = set.orders.get(&order_id).cloned() else { return Ok(()) };
    let mut lines = Vec::new();
    for (number, verdict) in verdicts {
        let mut note = |total: Quantity, grown| {
            lines.push(ChangeLine {
                order_id,
                place: change.place,
                line: number,
                total,
                released: Quantity::ZERO,
                late: Quantity::ZERO,
                grown: Json(grown),
            });
        };
        match verdict {
            Verdict::Same => {}
            Verdict::Less(total) => note(total, None),
            Verdict::More(line, holds) if holds.is_empty() => note(line.quantity, Some(*line)),
            Verdict::More(_, reasons) | Verdict::Refused(reasons) => {
                change.refused.extend(reasons);
            }
        }
    }
    // The answer to one that stood in line needs a cause of its own.
    if !lines.is_empty() || stood_in_line {
        let asked = lines.iter().filter_map(|line| changed_line(set, line)).collect();
        outputs.event(&requested(&order, &change, asked));
    }
    change.state = State::Active;
    set.changes.put(change);
    lines.into_iter().for_each(|line| set.change_lines.put(line));
    settle::advance(set, order_id, outputs)
}

fn changed_line(set: &Set, line: &ChangeLine) -> Option<ChangedLine> {
    let row = set.lines.get(&(line.order_id, line.line));
    let new = line.grown.0.as_ref().map(|new| new.sku.clone());
    Some(ChangedLine {
        line: line.line,
        sku: row.map(|row| row.sku.clone()).or(new)?,
        from: row.map(|row| row.ordered).unwrap_or_default(),
        to: line.total,
    })
}

/// The event that asks for a change.
pub fn requested(order: &Order, change: &Change, lines: Vec<ChangedLine>) -> OrderChangeRequested {
    OrderChangeRequested {
        order_id: order.order_id,
        partner: order.partner.clone(),
        po_number: order.po_number.clone(),
        change_number: change.number,
        lines,
        reason: change.wanted_by.reason(),
    }
}
