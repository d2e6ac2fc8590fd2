//! `warehouse`: a warehouse's record, announced when it says something new.

use contracts::document::{self, DocumentAck, Ingress};
use mesh::{Context, Halt, Handler, Json, OnDocument, Outputs, Received};

use crate::{
    Allocation,
    domain::{stock::Warehouse, warehouse},
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Allocation> = &OnDocument { keys, decide };

fn keys(received: &Received<document::Warehouse>, keys: &mut Keys) {
    keys.warehouses.insert(received.document.warehouse_id.clone());
}

fn decide(
    _: &Allocation,
    received: &Received<document::Warehouse>,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document } = received;
    let record = document.content();
    let warehouse_id = record.warehouse_id.clone();
    let mut outputs = Outputs::none();
    let known = work.warehouses.get(&warehouse_id);
    if known.is_none_or(|known| known.record.0 != record) {
        let closed = known.is_some_and(|known| known.closed);
        let sweep = known.and_then(|known| known.sweep.clone());
        let now = Warehouse { warehouse_id, record: Json(record), closed, sweep };
        warehouse::update(work, now, &mut outputs);
    }
    outputs.document(sender, &DocumentAck::of(document));
    Ok(outputs)
}
