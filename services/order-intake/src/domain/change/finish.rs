//! A change takes place: units that were given back come off the order, units that were asked for
//! besides are added where the customer's credit allows, and everybody hears of it.

use std::collections::BTreeMap;

use contracts::{
    OrderId, Quantity,
    document::{OrderAckStatus, OrderChangeLine},
};
use mesh::{
    Halt, Outputs, Rows,
    checked::{minus, plus},
};

use super::{
    announce::{announce, requested},
    answer::{self, Objections},
    close::close_empty,
    grow::grow,
    judge::already_shipped,
    queue::follow_on,
};
use crate::{
    domain::{
        acknowledgement::present,
        change::{Change, ChangeLine, State},
        complete::complete,
        exposure::follow,
        ledger::Ledger,
        line::Line,
        order::{Order, Status},
        price::in_ordered_unit,
    },
    unit_of_work::UnitOfWork,
};

/// Carries out a change of which nothing is open any more.
///
/// # Errors
/// When a sum of money is too large.
pub fn finish(
    work: &mut UnitOfWork,
    change: Change,
    lines: Vec<ChangeLine>,
    outputs: &mut Outputs,
) -> Result<(), Halt> {
    let order_id = change.order_id;
    let Some(document) = change.document.0.clone() else { return Ok(()) };
    let mut objections = Objections { reasons: change.refused.0.clone(), ..Objections::default() };
    let asked = document.lines.iter().enumerate().map(|(place, line)| (line.line, (place, line)));
    let asked: BTreeMap<u32, (usize, &OrderChangeLine)> = asked.collect();
    let mut any = reduce(work, order_id, &lines, &asked, &mut objections)?;
    follow(work, order_id, outputs)?;
    let mut wanted: Vec<&ChangeLine> = lines.iter().filter(|line| line.grown.is_some()).collect();
    // In the order in which the buyer asked for them: not all may fit.
    wanted.sort_by_key(|line| asked.get(&line.line).map(|(place, _)| *place));
    let wanted = wanted.into_iter().filter_map(|line| line.grown.0.as_ref());
    let grown = grow(work, order_id, wanted)?;
    any |= grown.any;
    objections.reasons.extend(grown.refused);
    let grown = grown.to_serve;
    lines.iter().for_each(|line| {
        work.change_lines.remove(&(order_id, line.place, line.line));
    });
    if any {
        announce(work, order_id, grown, outputs);
    } else if let Some(order) =
        work.orders.get(&order_id).filter(|_| change.state == State::Settled)
    {
        // The answer needs a cause of its own.
        outputs.event(&requested(order, &change, Vec::new()));
    }
    follow_on(work, &change, outputs);
    if let Some(order) = work.orders.get(&order_id) {
        let answer = answer::changed(order, &document, objections);
        answer::give(work, change, answer, outputs);
    }
    if any {
        let gone = |order: &Order| order.status() == Status::Cancelled;
        let gone = work.orders.get(&order_id).is_some_and(gone);
        let now = if gone { OrderAckStatus::Cancelled } else { OrderAckStatus::Accepted };
        present(work, order_id, now, Vec::new());
    }
    close_empty(work, order_id, outputs);
    complete(work, order_id, outputs);
    follow(work, order_id, outputs)
}

/// Takes units that were given back off the totals.
fn reduce(
    work: &mut UnitOfWork,
    order_id: OrderId,
    lines: &[ChangeLine],
    asked: &BTreeMap<u32, (usize, &OrderChangeLine)>,
    objections: &mut Objections,
) -> Result<bool, Halt> {
    let Some(mut ledger) = Ledger::open(work, order_id)? else { return Ok(false) };
    let mut any = false;
    for line in lines.iter().filter(|line| line.grown.is_none()) {
        let exact = asked.get(&line.line).and_then(|(_, asked)| asked.quantity.non_negative());
        any |= reduce_line(&mut ledger, &mut work.lines, line, exact, objections)?;
    }
    ledger.close(work)?;
    Ok(any)
}

/// Units that had left are not given back.
fn reduce_line(
    ledger: &mut Ledger,
    rows: &mut Rows<Line>,
    line: &ChangeLine,
    exact: Option<Quantity>,
    objections: &mut Objections,
) -> Result<bool, Halt> {
    let Some(mut row) = rows.get(&(line.order_id, line.line)).cloned() else { return Ok(false) };
    let Some(standing) = ledger.line(line.line) else { return Ok(false) };
    let before = row.ordered;
    let wanted = plus(row.wanted()?, row.wanted_again(line.late)?)?;
    row.ordered = line.total.max(wanted);
    row.cancelled = minus(row.ordered, wanted)?;
    let total = row.ordered;
    if total > line.total {
        objections.reasons.push(already_shipped(&row));
        if total < before {
            objections.in_part.insert(line.line);
        }
    }
    let exact = exact.filter(|_| total == line.total);
    let ordered = exact.unwrap_or_else(|| in_ordered_unit(standing, total));
    ledger.set_total(rows, row, ordered)?;
    Ok(total != before)
}
