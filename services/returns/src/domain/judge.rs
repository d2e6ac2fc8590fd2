//! The decision on a request: no more comes back than was shipped, within the window (rule R1).

use std::collections::BTreeMap;

use contracts::{
    OrderId, Quantity, Reason, ReasonLine, Sku,
    document::{LineQuantity, ReturnRequest, ReturnRequestLine},
};
use jiff::civil::Date;
use mesh::{
    Halt,
    checked::{minus, plus, total},
};

use super::{returnable::ReturnableUnits, whole_units::is_fraction};
use crate::unit_of_work::UnitOfWork;

/// The decision on a request.
#[derive(Debug)]
pub enum Verdict {
    /// All of it may come back.
    Granted(Vec<LineQuantity>),
    /// Not yet: more of these lines may be on its way.
    TooEarly(Vec<ReasonLine>),
    /// At least one line can never be granted.
    Refused(Vec<ReasonLine>),
}

/// Judges every line against the returnable units; grants the whole request or nothing.
pub fn judge(
    work: &UnitOfWork,
    order_id: OrderId,
    request: &ReturnRequest,
    mut away: ReturnableUnits,
    earliest: Date,
) -> Result<Verdict, Halt> {
    let mut granted = BTreeMap::new();
    let (mut reasons, mut early) = (Vec::new(), true);
    for asked in &request.lines {
        if let Some(reason) = fraction(work, &away, asked) {
            early = false;
            reasons.push(reason);
            continue;
        }
        if let Some(reason) = shortage(&away, asked, earliest)? {
            early &= may_still_leave(work, order_id, asked.line)?;
            reasons.push(reason_of(work, order_id, asked.line, reason));
            continue;
        }
        for LineQuantity { line, sku, quantity } in take(&mut away, asked, earliest)? {
            let sum = granted.entry((line, sku)).or_insert(Quantity::ZERO);
            *sum = plus(*sum, quantity)?;
        }
    }
    if reasons.is_empty() {
        let line = |((line, sku), quantity)| LineQuantity { line, sku, quantity };
        return Ok(Verdict::Granted(granted.into_iter().map(line).collect()));
    }
    Ok(if early { Verdict::TooEarly(reasons) } else { Verdict::Refused(reasons) })
}

/// Returns a reason if a line asks for a fraction of an item sold in whole units.
fn fraction(
    work: &UnitOfWork,
    away: &ReturnableUnits,
    asked: &ReturnRequestLine,
) -> Option<ReasonLine> {
    let ReturnRequestLine { line, quantity, .. } = asked;
    let items = away.of_line(*line).map(|(item, _)| item);
    let mut items = items.filter(|item| is_requested(asked, item));
    let item = items.find(|item| is_fraction(work, item, *quantity))?;
    let text = format!("`{item}` comes in whole units");
    Some(ReasonLine::at(*line, Reason::FractionOfWholeUnit, text))
}

/// Returns the reason why the returnable units do not cover one requested line.
fn shortage(
    away: &ReturnableUnits,
    asked: &ReturnRequestLine,
    earliest: Date,
) -> Result<Option<ReasonLine>, Halt> {
    let ReturnRequestLine { line, quantity, .. } = asked;
    let since = |day| {
        let items = away.of_line(*line).filter(|(item, _)| is_requested(asked, item));
        total(items.map(|(_, units)| units.since(day)).collect::<Result<Vec<_>, _>>()?)
    };
    let (within, in_all) = (since(earliest)?, since(Date::MIN)?);
    if *quantity > in_all {
        let text = format!("{quantity} asked, {in_all} may come back");
        return Ok(Some(ReasonLine::at(*line, Reason::OverReturn, text)));
    }
    if *quantity > within {
        let text = format!("{quantity} asked, {within} of {in_all} left on {earliest} or later");
        return Ok(Some(ReasonLine::at(*line, Reason::ReturnWindowPassed, text)));
    }
    Ok(None)
}

/// Takes the units of one requested line, item by item if the line names no item.
fn take(
    away: &mut ReturnableUnits,
    asked: &ReturnRequestLine,
    earliest: Date,
) -> Result<Vec<LineQuantity>, Halt> {
    let (mut taken, mut rest) = (Vec::new(), asked.quantity);
    for ((line, sku), units) in &mut away.0 {
        if *line == asked.line && is_requested(asked, sku) && !rest.is_zero() {
            let left = units.take(rest, earliest)?;
            let quantity = minus(rest, left)?;
            if !quantity.is_zero() {
                taken.push(LineQuantity { line: *line, sku: sku.clone(), quantity });
            }
            rest = left;
        }
    }
    Ok(taken)
}

/// Returns true if a requested line names this item, or none.
fn is_requested(asked: &ReturnRequestLine, item: &Sku) -> bool {
    asked.sku.as_ref().is_none_or(|wanted| wanted == item)
}

/// Returns true if more of a line may still leave: the order is unknown, or not all of it was
/// shipped.
fn may_still_leave(work: &UnitOfWork, order_id: OrderId, line: u32) -> Result<bool, Halt> {
    let Some(ordered) = work.order_lines.get(&(order_id, line)) else {
        return Ok(true);
    };
    let left = work.dispatches.having("order_id", &order_id).filter(|one| one.line == line);
    Ok(total(left.map(|one| one.quantity))? < ordered.ordered)
}

/// Replaces the reason if the order has no such line.
fn reason_of(work: &UnitOfWork, order_id: OrderId, line: u32, reason: ReasonLine) -> ReasonLine {
    let lines = || work.order_lines.range((order_id, 0)..=(order_id, u32::MAX));
    let shipped = work.dispatches.having("order_id", &order_id).any(|one| one.line == line);
    if shipped || lines().next().is_none() || lines().any(|one| one.line == line) {
        return reason;
    }
    ReasonLine::at(line, Reason::UnknownLine, format!("the order has no line {line}"))
}
