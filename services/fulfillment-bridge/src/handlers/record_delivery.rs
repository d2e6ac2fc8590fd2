//! `delivery`: goods that arrived, or did not. A carrier may report any shipment, a warehouse its own.

use contracts::{
    ConfirmationId, PartnerName, Reason, ReasonPath, Role, ShipmentId,
    document::{Delivery, DocumentAck, Rejection},
    event::ShipmentDelivered,
};
use mesh::{Context, Halt, Handler, Json, Key, OnDocument, Outputs, Received, column::Cell as _};

use crate::{
    FulfillmentBridge,
    domain::{
        confirmation::Confirmation, refuse::unknown_shipment, shipment::Shipment,
        warehouse::speaks_for,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<FulfillmentBridge> = &OnDocument { keys, decide };

fn keys(received: &Received<Delivery>, keys: &mut Keys) {
    keys.shipments.insert(received.document.shipment_id);
}

fn decide(
    _: &FulfillmentBridge,
    received: &Received<Delivery>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document: delivery } = received;
    let Some(partner) = context.partners.get(sender) else {
        return Err(Halt::Wait(Key::new("partner", sender)));
    };
    let known = work.shipments.get(&delivery.shipment_id);
    let theirs = known.filter(|shipment| {
        partner.has_role(Role::Carrier)
            || speaks_for(&work.warehouses, partner, &shipment.warehouse_id)
    });
    let Some(shipment) = theirs.cloned() else {
        return refuse(sender, delivery, unknown_shipment(delivery.shipment_id), context);
    };
    let arrived = arrived(work, &shipment, delivery);
    if arrived.is_empty() {
        let speaks = speaks_for(&work.warehouses, partner, &shipment.warehouse_id);
        return refuse(sender, delivery, no_dispatch(delivery, speaks), context);
    }
    if !was_taken(work, &shipment, &arrived, delivery)
        && let Err(wrong) = context.check_instant("at", delivery.at)
    {
        return Ok(rejected(sender, delivery, wrong.into()));
    }
    let mut outputs = Outputs::none();
    outputs.about(shipment.order_id);
    if record(work, shipment.shipment_id, arrived, delivery) {
        outputs.event(&ShipmentDelivered {
            shipment_id: shipment.shipment_id,
            order_id: shipment.order_id,
            partner: shipment.partner,
            po_number: shipment.po_number,
            warehouse_id: shipment.warehouse_id,
            tracking_number: delivery.tracking_number.clone(),
            status: delivery.status,
            at: delivery.at,
        });
    }
    outputs.document(sender, &DocumentAck::of(delivery));
    Ok(outputs)
}

/// Waits first: a shipment that is not known yet may be on its way, for a carrier and a warehouse
/// send on streams of their own.
fn refuse(
    sender: &PartnerName,
    delivery: &Delivery,
    reason: ReasonPath,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    if !context.last_chance {
        return Err(Halt::Wait(Key::new("shipment", delivery.shipment_id)));
    }
    Ok(rejected(sender, delivery, reason))
}

fn rejected(sender: &PartnerName, delivery: &Delivery, reason: ReasonPath) -> Outputs {
    let mut outputs = Outputs::none();
    outputs.document(sender, &Rejection::of(delivery, vec![reason]));
    outputs
}

/// A warehouse hears that its shipment has no such dispatch. A carrier does not learn that there is
/// a shipment of which nothing has left.
fn no_dispatch(delivery: &Delivery, speaks_for_it: bool) -> ReasonPath {
    if !speaks_for_it {
        return unknown_shipment(delivery.shipment_id);
    }
    let text = "no such dispatch of the shipment was confirmed";
    ReasonPath::at("tracking_number", Reason::MissingPredecessor, text)
}

/// The dispatches that a delivery reports: those of its tracking number; if none has it, those
/// without a number; without a number, all.
fn arrived(work: &UnitOfWork, shipment: &Shipment, delivery: &Delivery) -> Vec<ConfirmationId> {
    let of_number = |number: Option<&String>| -> Vec<ConfirmationId> {
        let matches = |it: &Confirmation| {
            it.shipment_id == shipment.shipment_id
                && it.is_dispatch()
                && (delivery.tracking_number.is_none()
                    || it.content.tracking_number.as_ref() == number)
        };
        let of_shipment = [("shipment_id", shipment.shipment_id.value())];
        let all = work.confirmations.filtered(of_shipment, matches);
        all.map(|it| it.confirmation_id.clone()).collect()
    };
    let exact = of_number(delivery.tracking_number.as_ref());
    if exact.is_empty() { of_number(None) } else { exact }
}

/// Returns whether the delivery was taken already: then it is not judged again (rule D1).
fn was_taken(
    work: &UnitOfWork,
    shipment: &Shipment,
    dispatches: &[ConfirmationId],
    delivery: &Delivery,
) -> bool {
    dispatches.iter().any(|id| {
        let known = work.confirmations.get(&(shipment.shipment_id, id.clone()));
        known.is_some_and(|it| it.delivered_at == Some(delivery.at))
    })
}

/// Records the delivery where it is the latest; returns whether anything is new.
fn record(
    work: &mut UnitOfWork,
    shipment_id: ShipmentId,
    dispatches: Vec<ConfirmationId>,
    delivery: &Delivery,
) -> bool {
    let mut news = false;
    for id in dispatches {
        let key = (shipment_id, id);
        let Some(known) = work.confirmations.get(&key) else { continue };
        if known.delivered_at.is_some_and(|at| at >= delivery.at) {
            continue;
        }
        let status = Some(Json(delivery.status));
        news |= known.delivery != status;
        if let Some(dispatch) = work.confirmations.get_mut(&key) {
            (dispatch.delivery, dispatch.delivered_at) = (status, Some(delivery.at));
        }
    }
    news
}
