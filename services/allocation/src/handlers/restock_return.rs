//! `return.received`: returned goods go back on the shelf of the warehouse that received them (A12);
//! what is scrapped or sent back does not.

use std::collections::BTreeMap;

use contracts::{
    Quantity, SignedQuantity, Sku,
    document::Disposition,
    event::{ReturnReceived, StockSource},
};
use mesh::{Context, Halt, Handler, OnEvent, Outputs, checked::plus};

use crate::{
    Allocation,
    domain::{
        handled::is_first,
        ledger,
        moves::{Change, before},
        shortage,
    },
    store::Keys,
    unit_of_work::UnitOfWork,
};

pub const HANDLER: Handler<Allocation> = &OnEvent { keys, decide };

fn keys(received: &ReturnReceived, keys: &mut Keys) {
    keys.items.extend(received.lines.iter().map(|line| line.sku.clone()));
    keys.warehouses.insert(received.warehouse_id.clone());
    keys.handled.insert(reference(received));
}

/// The receipt's business key: its id is its warehouse's own, and two warehouses may use the same one
/// for the same return.
fn reference(received: &ReturnReceived) -> String {
    format!("receipt/{}/{}/{}", received.rma_number, received.warehouse_id, received.receipt_id)
}

fn decide(
    _: &Allocation,
    received: &ReturnReceived,
    work: &mut UnitOfWork,
    context: &Context<'_>,
) -> Result<Outputs, Halt> {
    let mut outputs = Outputs::none();
    if !is_first(work, &reference(received), context.now) {
        return Ok(outputs);
    }
    let mut restocked: BTreeMap<Sku, Quantity> = BTreeMap::new();
    for line in &received.lines {
        match line.disposition {
            Disposition::Restock => {
                let sum = restocked.entry(line.sku.clone()).or_default();
                *sum = plus(*sum, line.quantity)?;
            }
            Disposition::Scrap | Disposition::ReturnToCustomer => {}
        }
    }
    let heading = context.heading().ok_or_else(|| Halt::broken("an event says its time"))?;
    let change = Change {
        warehouse_id: &received.warehouse_id,
        source: StockSource::Restock,
        reference: received.receipt_id.as_str(),
        at: heading.occurred_at,
        now: context.now,
    };
    let before = before(work, &received.warehouse_id, restocked.keys());
    for (sku, quantity) in &restocked {
        let stock = ledger::stock(work, &(received.warehouse_id.clone(), sku.clone()));
        stock.restocked = plus(stock.restocked, *quantity)?;
        change.apply(work, sku, SignedQuantity::from(*quantity))?;
    }
    change.announce(work, &before, &mut outputs);
    shortage::follow(&change, work, &before, &mut outputs)?;
    Ok(outputs)
}
