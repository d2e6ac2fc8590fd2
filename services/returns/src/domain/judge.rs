//! What of a request may come back: no more than is away, within the window (rule R1).

use std::collections::BTreeMap;

use contracts::{
    OrderId, Quantity, Reason, ReasonLine,
    document::{LineQuantity, ReturnRequest, ReturnRequestLine},
};
use jiff::civil::Date;

use super::{returnable::ReturnableUnits, whole_units::is_fraction};
use crate::unit_of_work::UnitOfWork;

/// What a request comes to.
#[derive(Debug)]
pub enum Verdict {
    /// All of it may come back.
    Granted(Vec<LineQuantity>),
    /// Not yet: more of these lines may be on its way.
    TooEarly(Vec<ReasonLine>),
    /// No.
    Refused(Vec<ReasonLine>),
}

/// Every line against what is away, the whole request or nothing.
pub fn judge(
    work: &UnitOfWork,
    order_id: OrderId,
    request: &ReturnRequest,
    mut away: ReturnableUnits,
    earliest: Date,
) -> Verdict {
    let mut granted = BTreeMap::new();
    let (mut reasons, mut early) = (Vec::new(), true);
    for asked in &request.lines {
        if let Some(reason) = fraction(work, &away, asked) {
            early = false;
            reasons.push(reason);
            continue;
        }
        match take(&mut away, asked, earliest) {
            Ok(taken) => {
                for LineQuantity { line, sku, quantity } in taken {
                    let sum = granted.entry((line, sku)).or_insert(Quantity::ZERO);
                    *sum = [*sum, quantity].into_iter().sum();
                }
            }
            Err(reason) => {
                early &= may_still_leave(work, order_id, asked.line);
                reasons.push(reason_of(work, order_id, asked.line, reason));
            }
        }
    }
    if reasons.is_empty() {
        let line = |((line, sku), quantity)| LineQuantity { line, sku, quantity };
        return Verdict::Granted(granted.into_iter().map(line).collect());
    }
    if early { Verdict::TooEarly(reasons) } else { Verdict::Refused(reasons) }
}

/// No part of a unit that left whole may come back.
fn fraction(
    work: &UnitOfWork,
    away: &ReturnableUnits,
    asked: &ReturnRequestLine,
) -> Option<ReasonLine> {
    let ReturnRequestLine { line, sku, quantity } = asked;
    let items = away.of_line(*line).map(|(item, _)| item);
    let mut items = items.filter(|item| sku.as_ref().is_none_or(|wanted| wanted == *item));
    let item = items.find(|item| is_fraction(work, item, *quantity))?;
    let text = format!("`{item}` comes in whole units");
    Some(ReasonLine::at(*line, Reason::FractionOfWholeUnit, text))
}

/// Takes the units of one asked line, item by item where it names none.
fn take(
    away: &mut ReturnableUnits,
    asked: &ReturnRequestLine,
    earliest: Date,
) -> Result<Vec<LineQuantity>, ReasonLine> {
    let ReturnRequestLine { line, sku, quantity } = asked;
    let of_item = |one: &contracts::Sku| sku.as_ref().is_none_or(|wanted| wanted == one);
    let units = || away.of_line(*line).filter(|(one, _)| of_item(one)).map(|(_, units)| units);
    let within: Quantity = units().map(|units| units.since(earliest)).sum();
    let in_all: Quantity = units().map(|units| units.since(Date::MIN)).sum();
    if *quantity > in_all {
        let text = format!("{quantity} asked, {in_all} may come back");
        return Err(ReasonLine::at(*line, Reason::OverReturn, text));
    }
    if *quantity > within {
        let text = format!("{quantity} asked, {within} of {in_all} left on {earliest} or later");
        return Err(ReasonLine::at(*line, Reason::ReturnWindowPassed, text));
    }
    let (mut taken, mut rest) = (Vec::new(), *quantity);
    for ((number, sku), units) in &mut away.0 {
        if number == line && of_item(sku) && !rest.is_zero() {
            let left = units.take(rest, earliest);
            let quantity = rest.saturating_sub(left);
            if !quantity.is_zero() {
                taken.push(LineQuantity { line: *line, sku: sku.clone(), quantity });
            }
            rest = left;
        }
    }
    Ok(taken)
}

/// Whether more of a line may be on its way: the order has not been seen, or not all of it left.
fn may_still_leave(work: &UnitOfWork, order_id: OrderId, line: u32) -> bool {
    let Some(ordered) = work.order_lines.get(&(order_id, line)) else { return true };
    let left = work.dispatches.having("order_id", &order_id).filter(|one| one.line == line);
    left.map(|one| one.quantity).sum::<Quantity>() < ordered.ordered
}

/// A line that the order does not have is told as such.
fn reason_of(work: &UnitOfWork, order_id: OrderId, line: u32, reason: ReasonLine) -> ReasonLine {
    let lines = || work.order_lines.range((order_id, 0)..=(order_id, u32::MAX));
    let shipped = work.dispatches.having("order_id", &order_id).any(|one| one.line == line);
    if shipped || lines().next().is_none() || lines().any(|one| one.line == line) {
        return reason;
    }
    ReasonLine::at(line, Reason::UnknownLine, format!("the order has no line {line}"))
}
