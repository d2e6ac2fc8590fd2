//! A confirmation by a warehouse: who may send it, whether it repeats another, and whether it can
//! be taken (rules F2, F3).

use contracts::{
    Ingress as _, PartnerName,
    document::{ShipConfirm, ShipConfirmAck, Unreadable},
};
use mesh::{Context, Halt, Json, Key, Outputs, Rows, command::Stop};

use super::{
    claims::Claims, confirmation::Confirmation, dispatch, objections::acceptable, refuse,
    shipment::Shipment, warehouse::speaks_for,
};
use crate::unit_of_work::UnitOfWork;

/// Decides a confirmation. `dated` is the verdict on its date (rule D1), which counts for a new one.
pub fn receive(
    work: &mut UnitOfWork,
    sender: &PartnerName,
    confirm: &ShipConfirm,
    dated: Result<(), Unreadable>,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Some(partner) = context.partners.get(sender) else {
        return Err(Halt::Wait(Key::new("partner", sender)));
    };
    let Some(shipment) = work.shipments.get(&confirm.shipment_id).cloned() else {
        return refuse::unknown(work, sender, confirm, None, context);
    };
    if !speaks_for(&work.warehouses, partner, &shipment.warehouse_id) {
        return refuse::unknown(work, sender, confirm, Some(&shipment), context);
    }
    let mut outputs = Outputs::none();
    outputs.about(shipment.order_id);
    match repeated(&work.confirmations, confirm) {
        Some(Repeated::Same(answer)) => {
            outputs.document(sender, &answer);
            return Ok(outputs);
        }
        Some(Repeated::Other) => return Ok(refuse::conflicting(sender, confirm)),
        None => {}
    }
    let claims = match acceptable(work, &shipment, confirm, dated) {
        Ok(claims) => claims,
        Err(Stop::Refused(reasons)) => {
            return Ok(refuse::refused(work, sender, confirm, shipment.order_id, reasons));
        }
        Err(Stop::Halt(halt)) => return Err(halt),
    };
    let answer = take(work, &shipment, confirm, &claims, context, &mut outputs)?;
    outputs.document(sender, &answer);
    Ok(outputs)
}

/// An earlier confirmation under the same id.
pub enum Repeated {
    /// The same content, with its answer.
    Same(ShipConfirmAck),
    Other,
}

/// Compares a confirmation with the one that was taken under its id.
pub fn repeated(confirmations: &Rows<Confirmation>, confirm: &ShipConfirm) -> Option<Repeated> {
    let key = (confirm.shipment_id, confirm.confirmation_id.clone());
    let known = confirmations.get(&key)?;
    let same = known.content.0 == confirm.content();
    Some(if same { Repeated::Same(known.acknowledgement.0.clone()) } else { Repeated::Other })
}

/// Takes a confirmation and keeps it with its answer.
pub fn take(
    work: &mut UnitOfWork,
    shipment: &Shipment,
    confirm: &ShipConfirm,
    claims: &Claims,
    context: &Context<'_>,
    outputs: &mut Outputs,
) -> Result<ShipConfirmAck, Halt> {
    let answer = dispatch::take(work, shipment, confirm, claims, context, outputs)?;
    work.confirmations.put(Confirmation {
        shipment_id: shipment.shipment_id,
        confirmation_id: confirm.confirmation_id.clone(),
        content: Json(confirm.content()),
        acknowledgement: Json(answer.clone()),
        taken_at: context.now,
        delivery: None,
        delivered_at: None,
    });
    Ok(answer)
}
