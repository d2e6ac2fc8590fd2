//! Confirmations that are not taken: stock and bill stay as they are, the sender is told, and the
//! refusal is announced once, so that somebody looks at it (rule F2).

use contracts::{
    Ingress, OrderId, PartnerName, Quantity, Reason, ReasonPath,
    document::{LineQuantity, Rejection, ShipConfirm, fingerprint},
    event::ShipmentRefused,
};
use mesh::{Context, Decision, Json, Key, Outputs};

use super::{
    Set, dispatch, item,
    shipment::{Line, Refusal, Shipment, lines_of, place_of},
};

/// The shipment is not known, or not the sender's. Both wait and are answered alike, so that
/// nobody learns which; only the event says it. The answer goes out before the event, so that it
/// names neither the event nor the order.
pub fn unknown(
    set: &mut Set,
    sender: &PartnerName,
    confirm: &ShipConfirm,
    foreign: Option<&Shipment>,
    context: &Context<'_>,
) -> Decision {
    if !context.last_chance {
        return Decision::Wait(Key::new("shipment", confirm.shipment_id));
    }
    let code = foreign.map_or(Reason::UnknownShipment, |_| Reason::ForeignWarehouse);
    let order_id = foreign.map(|shipment| shipment.order_id);
    let reasons = vec![unknown_shipment(confirm.shipment_id)];
    let mut outputs = Outputs::none();
    outputs.document(sender, &Rejection::of(confirm, reasons));
    announce(set, sender, confirm, order_id, code, &mut outputs);
    outputs.into()
}

/// What a sender is told of a shipment that is none of its own.
pub fn unknown_shipment(shipment_id: contracts::ShipmentId) -> ReasonPath {
    let text = format!("there is no shipment {shipment_id} of yours");
    ReasonPath::at("shipment_id", Reason::UnknownShipment, text)
}

/// Refuses a confirmation of a shipment that is the sender's.
pub fn refused(
    set: &mut Set,
    sender: &PartnerName,
    confirm: &ShipConfirm,
    order_id: OrderId,
    reasons: Vec<ReasonPath>,
) -> Outputs {
    let code = reasons.first().map_or(Reason::InvalidValue, |reason| reason.code);
    let mut outputs = Outputs::none();
    outputs.about(order_id);
    announce(set, sender, confirm, Some(order_id), code, &mut outputs);
    outputs.document(sender, &Rejection::of(confirm, reasons));
    outputs
}

/// Announces a refusal, unless the same was refused before for the same reason.
fn announce(
    set: &mut Set,
    sender: &PartnerName,
    confirm: &ShipConfirm,
    order_id: Option<OrderId>,
    code: Reason,
    outputs: &mut Outputs,
) {
    let (shipment_id, confirmation_id) = (confirm.shipment_id, confirm.confirmation_id.clone());
    let refusal = Refusal {
        shipment_id,
        confirmation_id: confirmation_id.clone(),
        partner: sender.clone(),
        code: Json(code),
        content: fingerprint(confirm),
    };
    let key = (shipment_id, confirmation_id.clone(), sender.clone());
    let same = |known: &Refusal| known.code == refusal.code && known.content == refusal.content;
    if set.refusals.get(&key).is_some_and(same) {
        return;
    }
    set.refusals.put(refusal);
    let lines = confirm.lines.iter().map(|line| LineQuantity {
        line: line.line,
        sku: line.sku.clone(),
        quantity: line.quantity,
    });
    outputs.event(&ShipmentRefused {
        shipment_id,
        order_id,
        partner: sender.clone(),
        confirmation_id,
        code,
        lines: lines.collect(),
    });
}

/// Rule F3: other content under the id of a confirmation that was taken.
pub fn conflicting(sender: &PartnerName, confirm: &ShipConfirm) -> Outputs {
    let mut outputs = Outputs::none();
    outputs.document(sender, &Rejection::of(confirm, vec![conflict(confirm)]));
    outputs
}

/// Why such a confirmation is refused.
pub fn conflict(confirm: &ShipConfirm) -> ReasonPath {
    let text = format!("confirmation {} says something else already", confirm.key());
    ReasonPath::at("confirmation_id", Reason::ConflictingConfirmation, text)
}

/// Everything that keeps a confirmation of a known shipment from being taken.
pub fn objections(set: &Set, shipment: &Shipment, confirm: &ShipConfirm) -> Vec<ReasonPath> {
    let missing = not_on_shipment(set, shipment, confirm);
    if !missing.is_empty() {
        return missing;
    }
    if let Some(fraction) = fraction(set, confirm) {
        return vec![fraction];
    }
    let cancelled = after_cancel(set, shipment, confirm);
    if !cancelled.is_empty() {
        return cancelled;
    }
    too_much(set, shipment, confirm).into_iter().collect()
}

fn not_on_shipment(set: &Set, shipment: &Shipment, confirm: &ShipConfirm) -> Vec<ReasonPath> {
    let absent = |line: &contracts::document::ShipConfirmLine| {
        place_of(set, shipment.shipment_id, line.line, &line.sku).is_none()
    };
    let lines = confirm.lines.iter().enumerate().filter(|(_, line)| absent(line));
    let reason = |(at, line): (usize, &contracts::document::ShipConfirmLine)| {
        let text = format!("line {} with `{}` is not on the shipment", line.line, line.sku);
        ReasonPath::at(format!("lines[{at}]"), Reason::NotOnShipment, text)
    };
    lines.map(reason).collect()
}

/// Units that were taken back and left all the same. What is still open of a shipment may be
/// confirmed; a confirmation that needs the units taken back is refused whole.
fn after_cancel(set: &Set, shipment: &Shipment, confirm: &ShipConfirm) -> Vec<ReasonPath> {
    let said = dispatch::said(&confirm.lines);
    let lines: Vec<&Line> = lines_of(set, shipment.shipment_id).collect();
    let late = lines.iter().filter(|line| {
        let claimed = said.get(&(line.line, line.sku.clone()));
        let claimed = claimed.map_or(Quantity::ZERO, |said| said.quantity);
        !line.cancelled.is_zero() && claimed > line.open()
    });
    let late = late.map(|line| {
        let at = confirm.lines.iter().position(|it| it.line == line.line && it.sku == line.sku);
        let text = format!("`{}` of line {} was taken back", line.sku, line.line);
        let path = format!("lines[{}].quantity", at.unwrap_or_default());
        ReasonPath::at(path, Reason::ShippedAfterCancel, text)
    });
    let late: Vec<ReasonPath> = late.collect();
    let nothing = |of: fn(&Line) -> Quantity| lines.iter().all(|line| of(line).is_zero());
    let cancelled =
        nothing(Line::open) && nothing(|it| it.dispatched) && !nothing(|it| it.cancelled);
    if late.is_empty() && cancelled {
        return vec![ReasonPath::new(Reason::ShipmentCancelled, "the shipment is cancelled")];
    }
    late
}

/// A part of a unit that cannot be parted: the rest of the unit could never leave.
pub fn fraction(set: &Set, confirm: &ShipConfirm) -> Option<ReasonPath> {
    let parted = |line: &contracts::document::ShipConfirmLine| {
        let short = line.short_quantity.unwrap_or_default();
        [line.quantity, short].into_iter().any(|it| item::is_fraction(set, &line.sku, it))
    };
    let at = confirm.lines.iter().position(parted)?;
    let text = format!("`{}` comes in whole units", confirm.lines.get(at)?.sku);
    Some(ReasonPath::at(format!("lines[{at}].quantity"), Reason::FractionOfWholeUnit, text))
}

/// A figure that no column holds is a slip of the pen.
pub fn too_much(set: &Set, shipment: &Shipment, confirm: &ShipConfirm) -> Option<ReasonPath> {
    let requested = set
        .order_lines
        .range((shipment.order_id, 0)..=(shipment.order_id, u32::MAX))
        .map(|line| line.requested);
    let most = requested.max().unwrap_or_default();
    let total = confirm.lines.iter().try_fold(most, |total, line| total.checked_add(line.quantity));
    total
        .is_none()
        .then(|| ReasonPath::at("lines", Reason::InvalidValue, "more than can be counted"))
}
