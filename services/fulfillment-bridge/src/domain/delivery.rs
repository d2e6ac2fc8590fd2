//! What became of goods on their way. A carrier may say it of any shipment, a warehouse of its own.

use contracts::{
    ConfirmationId, PartnerName, Reason, ReasonPath, Role, ShipmentId,
    document::{Delivery, DocumentAck, Rejection},
    event::ShipmentDelivered,
};
use mesh::{Context, Decision, Json, Key, Outputs};

use super::{
    Set,
    refuse::unknown_shipment,
    shipment::{Confirmation, Shipment},
    warehouse::speaks_for,
};

/// A delivery, or a failed one.
pub fn document(
    set: &mut Set,
    sender: &PartnerName,
    delivery: &Delivery,
    context: &Context<'_>,
) -> Decision {
    let Some(partner) = context.partners.get(sender) else {
        return Decision::Wait(Key::new("partner", sender));
    };
    let known = set.shipments.get(&delivery.shipment_id);
    let theirs = known.filter(|shipment| {
        partner.has_role(Role::Carrier) || speaks_for(set, partner, &shipment.warehouse_id)
    });
    let Some(shipment) = theirs.cloned() else {
        return refuse(sender, delivery, unknown_shipment(delivery.shipment_id), context);
    };
    let arrived = arrived(set, &shipment, delivery);
    if arrived.is_empty() {
        let speaks = speaks_for(set, partner, &shipment.warehouse_id);
        return refuse(sender, delivery, no_dispatch(delivery, speaks), context);
    }
    if !was_taken(set, &shipment, &arrived, delivery)
        && let Err(wrong) = context.check_instant("at", delivery.at)
    {
        return rejected(sender, delivery, wrong.into());
    }
    let mut outputs = Outputs::none();
    outputs.about(shipment.order_id);
    if note(set, shipment.shipment_id, arrived, delivery) {
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
    outputs.into()
}

/// What is not known yet may be on its way: a carrier and a warehouse send on streams of their own.
fn refuse(
    sender: &PartnerName,
    delivery: &Delivery,
    reason: ReasonPath,
    context: &Context<'_>,
) -> Decision {
    if !context.last_chance {
        return Decision::Wait(Key::new("shipment", delivery.shipment_id));
    }
    rejected(sender, delivery, reason)
}

fn rejected(sender: &PartnerName, delivery: &Delivery, reason: ReasonPath) -> Decision {
    let mut outputs = Outputs::none();
    outputs.document(sender, &Rejection::of(delivery, vec![reason]));
    outputs.into()
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

/// The dispatches that a delivery is about: those of its tracking number, where none has it those
/// without one, and without a number all.
fn arrived(set: &Set, shipment: &Shipment, delivery: &Delivery) -> Vec<ConfirmationId> {
    let of_number = |number: Option<&String>| -> Vec<ConfirmationId> {
        let same = |it: &&Confirmation| it.content.tracking_number.as_ref() == number;
        let all = set.confirmations.iter().filter(|it| it.shipment_id == shipment.shipment_id);
        let all = all.filter(|it| it.is_dispatch());
        let matching = all.filter(|it| delivery.tracking_number.is_none() || same(it));
        matching.map(|it| it.confirmation_id.clone()).collect()
    };
    let exact = of_number(delivery.tracking_number.as_ref());
    if exact.is_empty() { of_number(None) } else { exact }
}

/// Whether it was taken already: what was taken is not judged again (rule D1).
fn was_taken(
    set: &Set,
    shipment: &Shipment,
    dispatches: &[ConfirmationId],
    delivery: &Delivery,
) -> bool {
    dispatches.iter().any(|id| {
        let known = set.confirmations.get(&(shipment.shipment_id, id.clone()));
        known.is_some_and(|it| it.delivered_at == Some(delivery.at))
    })
}

/// Notes it where it is the latest; says whether anything is new.
fn note(
    set: &mut Set,
    shipment_id: ShipmentId,
    dispatches: Vec<ConfirmationId>,
    delivery: &Delivery,
) -> bool {
    let mut news = false;
    for id in dispatches {
        let key = (shipment_id, id);
        let Some(known) = set.confirmations.get(&key) else { continue };
        if known.delivered_at.is_some_and(|at| at >= delivery.at) {
            continue;
        }
        let status = Some(Json(delivery.status));
        news |= known.delivery != status;
        if let Some(dispatch) = set.confirmations.get_mut(&key) {
            (dispatch.delivery, dispatch.delivered_at) = (status, Some(delivery.at));
        }
    }
    news
}
