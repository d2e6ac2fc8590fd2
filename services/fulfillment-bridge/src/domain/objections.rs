//! The reasons to refuse a confirmation of a known shipment.

use contracts::{
    Quantity, Reason, ReasonPath,
    document::{ShipConfirm, ShipConfirmLine, Unreadable},
};
use mesh::{Halt, Rows, command::Stop};

use super::{
    claims::{Claims, claims, out_of_range},
    item::{Item, is_fraction},
    shipment::{Line, Shipment, lines_of, place_of},
};
use crate::unit_of_work::UnitOfWork;

/// Returns the claims of a confirmation that can be taken, else every objection to it.
pub fn acceptable(
    work: &UnitOfWork,
    shipment: &Shipment,
    confirm: &ShipConfirm,
    dated: Result<(), Unreadable>,
) -> Result<Claims, Stop<Vec<ReasonPath>>> {
    let claims = claims(&confirm.lines);
    let mut reasons = match &claims {
        Ok(claims) => objections(work, shipment, confirm, claims)?,
        Err(reason) => vec![reason.clone()],
    };
    reasons.extend(dated.err().map(ReasonPath::from));
    match claims {
        Ok(claims) if reasons.is_empty() => Ok(claims),
        Ok(_) | Err(_) => Err(Stop::Refused(reasons)),
    }
}

fn objections(
    work: &UnitOfWork,
    shipment: &Shipment,
    confirm: &ShipConfirm,
    claims: &Claims,
) -> Result<Vec<ReasonPath>, Halt> {
    let missing = not_on_shipment(work, shipment, confirm);
    if !missing.is_empty() {
        return Ok(missing);
    }
    if let Some(fraction) = fraction(&work.items, confirm) {
        return Ok(vec![fraction]);
    }
    let cancelled = after_cancel(work, shipment, confirm, claims)?;
    if !cancelled.is_empty() {
        return Ok(cancelled);
    }
    Ok(too_much(work, shipment, confirm).into_iter().collect())
}

fn not_on_shipment(
    work: &UnitOfWork,
    shipment: &Shipment,
    confirm: &ShipConfirm,
) -> Vec<ReasonPath> {
    let absent = |line: &ShipConfirmLine| {
        place_of(&work.lines, shipment.shipment_id, line.line, &line.sku).is_none()
    };
    let lines = confirm.lines.iter().enumerate().filter(|(_, line)| absent(line));
    let reason = |(at, line): (usize, &ShipConfirmLine)| {
        let text = format!("line {} with `{}` is not on the shipment", line.line, line.sku);
        ReasonPath::at(format!("lines[{at}]"), Reason::NotOnShipment, text)
    };
    lines.map(reason).collect()
}

/// Units that were taken back and left all the same. What is still open of a shipment may be
/// confirmed; a confirmation that needs the units taken back is refused whole.
fn after_cancel(
    work: &UnitOfWork,
    shipment: &Shipment,
    confirm: &ShipConfirm,
    claims: &Claims,
) -> Result<Vec<ReasonPath>, Halt> {
    let lines: Vec<&Line> = lines_of(&work.lines, shipment.shipment_id).collect();
    let mut late = Vec::new();
    let mut is_open = false;
    for line in &lines {
        let open = line.open()?;
        is_open |= !open.is_zero();
        let claim = claims.get(&(line.line, line.sku.clone()));
        let claimed = claim.map_or(Quantity::ZERO, |claim| claim.shipped);
        if !line.cancelled.is_zero() && claimed > open {
            late.push(taken_back(line, confirm));
        }
    }
    let any = |of: fn(&Line) -> Quantity| lines.iter().any(|line| !of(line).is_zero());
    let is_cancelled = !is_open && !any(|it| it.dispatched) && any(|it| it.cancelled);
    if late.is_empty() && is_cancelled {
        late.push(ReasonPath::new(Reason::ShipmentCancelled, "the shipment is cancelled"));
    }
    Ok(late)
}

fn taken_back(line: &Line, confirm: &ShipConfirm) -> ReasonPath {
    let at = confirm.lines.iter().position(|it| it.line == line.line && it.sku == line.sku);
    let text = format!("`{}` of line {} was taken back", line.sku, line.line);
    let path = format!("lines[{}].quantity", at.unwrap_or_default());
    ReasonPath::at(path, Reason::ShippedAfterCancel, text)
}

/// A part of a unit that cannot be parted: the rest of the unit could never leave.
pub fn fraction(items: &Rows<Item>, confirm: &ShipConfirm) -> Option<ReasonPath> {
    let parted = |line: &ShipConfirmLine| {
        let short = line.short_quantity.unwrap_or_default();
        [line.quantity, short].into_iter().any(|it| is_fraction(items, &line.sku, it))
    };
    let at = confirm.lines.iter().position(parted)?;
    let text = format!("`{}` comes in whole units", confirm.lines.get(at)?.sku);
    Some(ReasonPath::at(format!("lines[{at}].quantity"), Reason::FractionOfWholeUnit, text))
}

/// Refuses units that the total of an order line cannot hold.
pub fn too_much(
    work: &UnitOfWork,
    shipment: &Shipment,
    confirm: &ShipConfirm,
) -> Option<ReasonPath> {
    let lines = work.order_lines.from((shipment.order_id, 0));
    let most = lines.map(|line| line.requested).max().unwrap_or_default();
    let total = confirm.lines.iter().try_fold(most, |total, line| total.checked_add(line.quantity));
    total.is_none().then(out_of_range)
}
