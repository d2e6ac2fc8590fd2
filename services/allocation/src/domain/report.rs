//! What warehouses report of their stock: who may, and what becomes of it.

use std::collections::BTreeSet;

use contracts::{
    PartnerName, Reason, ReasonPath, Role, Sku, WarehouseId,
    document::{DocumentAck, Ingress, Rejection, Stock, Unreadable},
};
use mesh::{Context, Decision, Key, Outputs, row::Row, set::UnitOfWork};

use super::{Set, adjust, count, ledger, order::Bar, transfer};

/// Where a document names the warehouse that it is about.
const HERE: &str = "warehouse_id";
/// Where a transfer names the warehouse that the goods go to.
const THERE: &str = "to_warehouse_id";

/// A warehouse, and where the document names it.
type Named<'a> = (&'static str, &'a WarehouseId);

/// A `stock` document. A warehouse or an item that is not known is waited for.
pub fn stock(
    set: &mut Set,
    sender: &PartnerName,
    document: &Stock,
    context: &Context<'_>,
) -> Decision {
    let content = document.content();
    let done = match &content {
        Stock::Snapshot(snapshot) => {
            admit(set, sender, (HERE, &snapshot.warehouse_id), None, context)
                .and_then(|()| count::count(set, snapshot, context))
        }
        Stock::Adjustment(adjustment) => {
            admit(set, sender, (HERE, &adjustment.warehouse_id), None, context)
                .and_then(|()| adjust::adjust(set, adjustment, context))
        }
        Stock::Transfer(transfer) => {
            let (from, to) = ((HERE, &transfer.warehouse_id), (THERE, &transfer.to_warehouse_id));
            let (speaks, or) = if transfer.received { (to, Some(from)) } else { (from, None) };
            admit(set, sender, speaks, or, context)
                .and_then(|()| known(set, to, context))
                .and_then(|()| known(set, from, context))
                .and_then(|()| transfer::transfer(set, transfer, context))
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

impl From<Unreadable> for Refusal {
    fn from(wrong: Unreadable) -> Self {
        refused(&wrong.path, wrong.code, wrong.message)
    }
}

fn known(set: &Set, named: Named<'_>, context: &Context<'_>) -> Result<(), Refusal> {
    let is_known = set.warehouses.get(named.1).is_some();
    if is_known { Ok(()) } else { Err(unknown(named, context)) }
}

/// A warehouse that is not known, or not the sender's: which of the two, nobody is told (M10).
fn unknown((path, warehouse_id): Named<'_>, context: &Context<'_>) -> Refusal {
    if context.last_chance {
        let text = format!("there is no warehouse `{warehouse_id}`");
        refused(path, Reason::UnknownWarehouse, text)
    } else {
        Refusal::Wait(Key::new("warehouse", warehouse_id))
    }
}

/// Admits a sender that may speak for the warehouse, or for the other one: both its record and the
/// warehouse's must say so. The ERP may report for any.
fn admit(
    set: &Set,
    sender: &PartnerName,
    warehouse: Named<'_>,
    or: Option<Named<'_>>,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let partner = context.partners.get(sender);
    let may = |(_, warehouse_id): &Named<'_>| {
        let warehouse = set.warehouses.get(warehouse_id);
        let known = warehouse.zip(partner);
        known.is_some_and(|(warehouse, partner)| {
            partner.has_role(Role::Erp) || warehouse.is_of(partner)
        })
    };
    let admitted = may(&warehouse) || or.as_ref().is_some_and(may);
    if admitted { Ok(()) } else { Err(unknown(warehouse, context)) }
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
