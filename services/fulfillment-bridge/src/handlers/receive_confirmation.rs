//! `ship-confirm`: a warehouse's confirmation (rules F2–F5).

use contracts::document::ShipConfirm;
use mesh::{Context, Halt, Handler, OnDocument, Outputs, Received};

use crate::{FulfillmentBridge, domain::confirm, store::Keys, unit_of_work::UnitOfWork};

pub const HANDLER: Handler<FulfillmentBridge> = &OnDocument { keys, decide };

fn keys(received: &Received<ShipConfirm>, keys: &mut Keys) {
    keys.confirmation(&received.document);
}

fn decide(
    _: &FulfillmentBridge,
    received: &Received<ShipConfirm>,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner, document: confirm } = received;
    let dated = context.check_instant("shipped_at", confirm.shipped_at);
    confirm::receive(work, partner, confirm, dated, context)
}
