//! `item`: the newest record of an item, announced when it says something new.

use contracts::{
    document::{DocumentAck, Ingress, Item},
    event::ItemUpdated,
};
use mesh::{Context, Halt, Handler, Json, OnDocument, Outputs, Received};

use crate::{
    OrderIntake, domain::master, edi::resolve::index, store::Keys, unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<OrderIntake> = &OnDocument { keys, decide };

fn keys(received: &Received<Item>, keys: &mut Keys) {
    let sku = &received.document.sku;
    keys.items.insert(sku.clone());
    keys.edi.items.insert(sku.clone());
}

fn decide(
    _: &OrderIntake,
    received: &Received<Item>,
    work: &mut UnitOfWork,
    _: &Context<'_>,
) -> Result<Outputs, Halt> {
    let Received { partner: sender, document } = received;
    let item = document.content();
    let sku = item.sku.clone();
    let mut outputs = Outputs::none();
    if work.items.get(&sku).is_none_or(|known| known.record.0 != item) {
        work.items.put(master::Item { sku: sku.clone(), record: Json(item.clone()) });
        index(work, &item);
        outputs.event(&ItemUpdated { sku, item });
    }
    outputs.document(sender, &DocumentAck::of(document));
    Ok(outputs)
}
