//! What warehouses report of their stock: who may, and what becomes of it.

use std::collections::BTreeSet;

use contracts::{
    PartnerName, Reason, ReasonPath, Role, Sku, WarehouseId,
    document::{DocumentAck, Ingress, Rejection, Stock},
};
use mesh::{Context, Decision, Key, Outputs, row::Row, set::WorkingSet};

use super::{Set, adjust, count, ledger, order::Bar, stock::Warehouse, transfer};
use crate::config::Config;

/// Where a document names the warehouse that it is about.
const HERE: &str = "warehouse_id";
/// Where a transfer names the warehouse that the goods go to.
const THERE: &str = "to_warehouse_id";

/// A warehouse, and where the document names it.
type Named<'a> = (&'static str, &'a WarehouseId);

/// A `stock` document. A warehouse or an item that is not known is waited for.
pub fn stock(
    set: &mut Set,
    config: &Config,
    sender: &PartnerName,
    document: &Stock,
    context: &Context<'_>,
) -> Decision {
    let content = document.content();
    let done = match &content {
        Stock::Snapshot(snapshot) => admit(set, sender, &[(HERE, &snapshot.warehouse_id)], context)
            .and_then(|()| count::count(set, config, snapshot, context)),
        Stock::Adjustment(adjustment) => {
            admit(set, sender, &[(HERE, &adjustment.warehouse_id)], context)
                .and_then(|()| adjust::adjust(set, config, adjustment, context))
        }
        Stock::Transfer(transfer) => {
            let (from, to) = ((HERE, &transfer.warehouse_id), (THERE, &transfer.to_warehouse_id));
            let speakers: &[Named<'_>] = if transfer.received { &[to, from] } else { &[from] };
            known(set, to, context)
                .and_then(|_| admit(set, sender, speakers, context))
                .and_then(|()| transfer::transfer(set, config, transfer, context))
        }
    };
    let mut outputs = Outputs::none();
    match done {
        Ok(follow) => {
            outputs.document(sender, &DocumentAck::of(document));
            outputs.extend(follow);
        }
        Err(Refusal::Wait(key)) => return Decision::Wait(key),
        Err(Refusal::Because(reasons)) => {
            // What of it could have been taken is taken back: a document counts whole.
            set.undo();
            outputs.document(sender, &Rejection::of(document, reasons));
        }
    }
    outputs.into()
}

/// Why a document is not taken, or not yet.
#[derive(Debug)]
pub enum Refusal {
    /// What it names is not known yet.
    Wait(Key),
    /// It is refused; nothing of it counts.
    Because(Vec<ReasonPath>),
}

/// A refusal with its code.
#[must_use]
pub fn refused(path: &str, code: Reason, message: impl Into<String>) -> Refusal {
    Refusal::Because(vec![ReasonPath::at(path, code, message)])
}

fn known<'a>(
    set: &'a Set,
    (path, warehouse_id): Named<'_>,
    context: &Context<'_>,
) -> Result<&'a Warehouse, Refusal> {
    match set.warehouses.get(warehouse_id) {
        Some(warehouse) => Ok(warehouse),
        None if context.last_chance => {
            let text = format!("there is no warehouse `{warehouse_id}`");
            Err(refused(path, Reason::UnknownWarehouse, text))
        }
        None => Err(Refusal::Wait(Key::new("warehouse", warehouse_id))),
    }
}

/// Whether the sender may speak for one of the warehouses: both its record and the warehouse's
/// must say so. The ERP may report for any.
fn admit(
    set: &Set,
    sender: &PartnerName,
    warehouses: &[Named<'_>],
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let partner = context.partners.get(sender);
    let mut foreign = None;
    for named in warehouses {
        let (path, warehouse_id) = *named;
        let warehouse = known(set, *named, context)?;
        let allowed = partner.is_some_and(|partner| {
            let speaks = partner.has_role(Role::Warehouse)
                && partner.speaks_for(warehouse_id)
                && warehouse.record.partner == *sender;
            partner.has_role(Role::Erp) || speaks
        });
        if allowed {
            return Ok(());
        }
        foreign.get_or_insert((path, format!("`{sender}` does not speak for `{warehouse_id}`")));
    }
    let nobody = || (HERE, format!("`{sender}` does not speak for the warehouse"));
    let (path, text) = foreign.unwrap_or_else(nobody);
    Err(refused(path, Reason::ForeignWarehouse, text))
}

/// Rule F4: the warehouse has reported these items, and may be asked for them again.
pub fn heard_of<'a>(
    set: &mut Set,
    warehouse_id: &WarehouseId,
    skus: impl Iterator<Item = &'a Sku>,
    outputs: &mut Outputs,
) {
    let skus: BTreeSet<&Sku> = skus.collect();
    let here = |bar: &&Bar| bar.warehouse_id == *warehouse_id && skus.contains(&bar.sku);
    let bars: Vec<Bar> = set.bars.iter().filter(here).cloned().collect();
    bars.iter().for_each(|bar| set.bars.remove(&bar.key()));
    let freed: BTreeSet<Sku> = bars.into_iter().map(|bar| bar.sku).collect();
    freed.iter().for_each(|sku| ledger::freed(set, sku, outputs));
}
