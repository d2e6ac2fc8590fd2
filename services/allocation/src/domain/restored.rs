//! Returned goods: what is restocked is on hand again (A12).

use std::collections::BTreeMap;

use contracts::{
    Quantity, SignedQuantity, Sku,
    document::Disposition,
    event::{Numbered, ReturnReceived, StockSource},
};
use mesh::{Context, Decision, Outputs};

use super::{
    Set,
    dispatch::first,
    ledger::{self, plus},
    moves::{Change, all_before},
};

/// What a receipt is recognised by: its id is its warehouse's own, and two warehouses may use the
/// same one for the same return.
pub fn receipt(event: &ReturnReceived) -> String {
    format!("receipt/{}/{}/{}", event.rma_number, event.warehouse_id, event.receipt_id)
}

/// Returned goods go back on the shelf of the warehouse that received them (A12); what is scrapped
/// or sent back does not.
pub fn received(
    set: &mut Set,
    event: &Numbered<ReturnReceived>,
    context: &Context<'_>,
) -> Decision {
    let mut outputs = Outputs::none();
    let (event, occurred_at) = (&event.data, event.occurred_at);
    let id = event.receipt_id.as_str();
    if !first(set, &receipt(event), context.now) {
        return outputs.into();
    }
    let mut restocked: BTreeMap<Sku, Quantity> = BTreeMap::new();
    for line in &event.lines {
        match line.disposition {
            Disposition::Restock => {
                let sum = restocked.entry(line.sku.clone()).or_default();
                *sum = plus(*sum, line.quantity);
            }
            Disposition::Scrap | Disposition::ReturnToCustomer => {}
        }
    }
    let change = Change {
        warehouse_id: &event.warehouse_id,
        source: StockSource::Restock,
        reference: id,
        at: occurred_at,
        now: context.now,
    };
    let before = all_before(set, &event.warehouse_id, restocked.keys());
    for (sku, quantity) in &restocked {
        let stock = ledger::stock(set, &(event.warehouse_id.clone(), sku.clone()));
        stock.restocked = plus(stock.restocked, *quantity);
        change.apply(set, sku, SignedQuantity::from(*quantity));
    }
    change.announce(set, &before, &mut outputs);
    change.follow(set, &before, &mut outputs);
    outputs.into()
}
