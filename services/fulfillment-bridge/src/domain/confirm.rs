//! What a warehouse says it shipped, or an operator in its place: who may say it, whether it was
//! said before, and whether it can be taken (rules F2, F3, F7).

use contracts::{
    Ingress, PartnerName, Reason, ReasonLine, ReasonPath,
    command::ConfirmShipment,
    document::{ShipConfirm, ShipConfirmAck, Unreadable},
};
use mesh::{Context, Decision, Json, Key, Outputs, command::once_or_refused};

use super::{
    Set, dispatch, refuse,
    shipment::{Confirmation, Shipment},
    warehouse::{recipient, speaks_for},
};

/// A warehouse's confirmation. `dated` is what rule D1 says of its date: it is for one that is new.
pub fn document(
    set: &mut Set,
    sender: &PartnerName,
    confirm: &ShipConfirm,
    dated: Result<(), Unreadable>,
    context: &Context<'_>,
) -> Decision {
    let Some(partner) = context.partners.get(sender) else {
        return Decision::Wait(Key::new("partner", sender));
    };
    let Some(shipment) = set.shipments.get(&confirm.shipment_id).cloned() else {
        return refuse::unknown(set, sender, confirm, None, context);
    };
    if !speaks_for(set, partner, &shipment.warehouse_id) {
        return refuse::unknown(set, sender, confirm, Some(&shipment), context);
    }
    let mut outputs = Outputs::none();
    outputs.about(shipment.order_id);
    match before(set, confirm) {
        Some(Before::Same(answer)) => {
            outputs.document(sender, &answer);
            return outputs.into();
        }
        Some(Before::Other) => return refuse::conflicting(sender, confirm).into(),
        None => {}
    }
    let mut reasons = refuse::objections(set, &shipment, confirm);
    reasons.extend(dated.err().map(ReasonPath::from));
    if !reasons.is_empty() {
        return refuse::refused(set, sender, confirm, shipment.order_id, reasons).into();
    }
    let answer = take(set, &shipment, confirm, context, &mut outputs);
    outputs.document(sender, &answer);
    outputs.into()
}

/// An operator's confirmation: the fallback when a warehouse cannot speak, and how one that was
/// refused is accepted. The same in effect, and the warehouse is told that it was taken.
pub fn command(set: &mut Set, command: &ConfirmShipment, context: &Context<'_>) -> Decision {
    once_or_refused(set, command, context, |set| {
        let mut outputs = Outputs::none();
        let confirm = as_document(command);
        let Some(shipment) = set.shipments.get(&confirm.shipment_id).cloned() else {
            let text = format!("there is no shipment {}", confirm.shipment_id);
            return Err(ReasonLine::new(Reason::UnknownShipment, text));
        };
        outputs.about(shipment.order_id);
        match before(set, &confirm) {
            Some(Before::Same(_)) => return Ok(outputs),
            Some(Before::Other) => return Err(spoken(refuse::conflict(&confirm))),
            None => {}
        }
        if let Some(reason) = unknown_line(set, &shipment, &confirm) {
            return Err(reason);
        }
        context.check_instant("shipped_at", confirm.shipped_at).map_err(at_its_path)?;
        let reason = refuse::fraction(set, &confirm);
        if let Some(reason) = reason.or_else(|| refuse::too_much(set, &shipment, &confirm)) {
            return Err(spoken(reason));
        }
        let answer = take(set, &shipment, &confirm, context, &mut outputs);
        if let Ok(partner) = recipient(set, &shipment.warehouse_id, context) {
            outputs.document(&partner, &answer);
        }
        Ok(outputs)
    })
    .into()
}

fn as_document(command: &ConfirmShipment) -> ShipConfirm {
    ShipConfirm {
        document_id: None,
        shipment_id: command.shipment_id,
        confirmation_id: command.confirmation_id.clone(),
        shipped_at: command.shipped_at,
        carrier: command.carrier.clone(),
        tracking_number: command.tracking_number.clone(),
        lines: command.lines.clone(),
        is_final: command.is_final,
    }
}

/// An operator may accept an item that was not asked for, on a line that was ordered.
fn unknown_line(set: &Set, shipment: &Shipment, confirm: &ShipConfirm) -> Option<ReasonLine> {
    let known = |line| set.order_lines.get(&(shipment.order_id, line)).is_some();
    let unknown = confirm.lines.iter().find(|line| !known(line.line))?;
    let text = format!("the order has no line {}", unknown.line);
    Some(ReasonLine::at(unknown.line, Reason::UnknownLine, text))
}

/// A command's result has no paths: the field stands in the words.
fn at_its_path(wrong: Unreadable) -> ReasonLine {
    ReasonLine::new(wrong.code, format!("{}: {}", wrong.path, wrong.message))
}

fn spoken(reason: ReasonPath) -> ReasonLine {
    ReasonLine::new(reason.code, reason.message)
}

/// What was taken under the id of a confirmation.
enum Before {
    /// The same, and its answer.
    Same(ShipConfirmAck),
    /// Something else.
    Other,
}

fn before(set: &Set, confirm: &ShipConfirm) -> Option<Before> {
    let key = (confirm.shipment_id, confirm.confirmation_id.clone());
    let known = set.confirmations.get(&key)?;
    if known.content.0 == confirm.content() {
        Some(Before::Same(known.acknowledgement.0.clone()))
    } else {
        Some(Before::Other)
    }
}

fn take(
    set: &mut Set,
    shipment: &Shipment,
    confirm: &ShipConfirm,
    context: &Context<'_>,
    outputs: &mut Outputs,
) -> ShipConfirmAck {
    let answer = dispatch::take(set, shipment, confirm, context, outputs);
    set.confirmations.put(Confirmation {
        shipment_id: shipment.shipment_id,
        confirmation_id: confirm.confirmation_id.clone(),
        content: Json(confirm.content()),
        acknowledgement: Json(answer.clone()),
        taken_at: context.now,
        delivery: None,
        delivered_at: None,
    });
    answer
}
