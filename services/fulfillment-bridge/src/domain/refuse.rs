//! Confirmations that are not taken: stock and bill stay as they are, the sender is told, and the
//! refusal is announced once, so that somebody looks at it (rule F2).

use contracts::{
    Ingress, OrderId, PartnerName, Reason, ReasonPath, ShipmentId,
    document::{LineQuantity, Rejection, ShipConfirm, fingerprint},
    event::ShipmentRefused,
};
use mesh::{Context, Halt, Json, Key, Outputs};

use super::{confirmation::Refusal, shipment::Shipment};
use crate::unit_of_work::UnitOfWork;

/// The shipment is not known, or not the sender's. Both wait and are answered alike, so that
/// nobody learns which; only the event says it. The answer goes out before the event, so that it
/// names neither the event nor the order.
pub fn unknown(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    confirm: &ShipConfirm,
    foreign: Option<&Shipment>,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    if !context.last_chance {
        return Err(Halt::Wait(Key::new("shipment", confirm.shipment_id)));
    }
    let code = foreign.map_or(Reason::UnknownShipment, |_| Reason::ForeignWarehouse);
    let order_id = foreign.map(|shipment| shipment.order_id);
    let reasons = vec![unknown_shipment(confirm.shipment_id)];
    let mut outputs = Outputs::none();
    outputs.document(sender, &Rejection::of(confirm, reasons));
    announce(work, sender, confirm, order_id, code, &mut outputs);
    Ok(outputs)
}

/// The answer about a shipment that is none of the sender's.
pub fn unknown_shipment(shipment_id: ShipmentId) -> ReasonPath {
    let text = format!("there is no shipment {shipment_id} of yours");
    ReasonPath::at("shipment_id", Reason::UnknownShipment, text)
}

/// Refuses a confirmation of a shipment that is the sender's.
pub fn refused(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    confirm: &ShipConfirm,
    order_id: OrderId,
    reasons: Vec<ReasonPath>,
) -> Outputs {
    let code = reasons.first().map_or(Reason::InvalidValue, |reason| reason.code);
    let mut outputs = Outputs::none();
    outputs.about(order_id);
    announce(work, sender, confirm, Some(order_id), code, &mut outputs);
    outputs.document(sender, &Rejection::of(confirm, reasons));
    outputs
}

/// Announces a refusal, unless the same was refused before for the same reason.
fn announce(
    work: &mut UnitOfWork,
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
    if work.refusals.get(&key).is_some_and(same) {
        return;
    }
    work.refusals.put(refusal);
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

/// The reason to refuse such a confirmation.
pub fn conflict(confirm: &ShipConfirm) -> ReasonPath {
    let text = format!("confirmation {} says something else already", confirm.key());
    ReasonPath::at("confirmation_id", Reason::ConflictingConfirmation, text)
}
