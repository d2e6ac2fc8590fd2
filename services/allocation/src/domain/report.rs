//! What warehouses report of their stock: who may, and what becomes of it.

use contracts::{
    PartnerName, Reason, ReasonPath, Role, Sku, WarehouseId,
    document::{DocumentAck, Ingress, Rejection, Stock},
};
use mesh::{Context, Decision, Key, Outputs};

use super::{Set, adjust, count, ledger, stock::Warehouse, transfer};

/// Where a document names the warehouse that it is about.
const HERE: &str = "warehouse_id";
/// Where a transfer names the warehouse that the goods go to.
const THERE: &str = "to_warehouse_id";

/// A warehouse, and where the document names it.
type Named<'a> = (&'static str, &'a WarehouseId);

/// A `stock` document. An unknown warehouse is waited for.
pub fn stock(
    set: &mut Set,
    sender: &PartnerName,
    document: &Stock,
    context: &Context<'_>,
) -> Decision {
    let content = document.content();
    let done = match &content {
        Stock::Snapshot(snapshot) => admit(set, sender, &[(HERE, &snapshot.warehouse_id)], context)
            .and_then(|()| count::count(set, snapshot, context)),
        Stock::Adjustment(adjustment) => {
            admit(set, sender, &[(HERE, &adjustment.warehouse_id)], context)
                .and_then(|()| adjust::adjust(set, adjustment, context))
        }
        Stock::Transfer(transfer) => {
            let (from, to) = ((HERE, &transfer.warehouse_id), (THERE, &transfer.to_warehouse_id));
            let speakers: &[Named<'_>] = if transfer.received { &[to, from] } else { &[from] };
            known(set, to, context)
                .and_then(|_| admit(set, sender, speakers, context))
                .and_then(|()| transfer::transfer(set, transfer, context))
        }
    };
    let mut outputs = Outputs::none();
    match done {
        Ok(follow) => {
            outputs.document(sender, &DocumentAck::of(document));
            outputs.extend(follow);
        }
        Err(Refusal::Wait(warehouse_id)) => {
            return Decision::Wait(Key::new("warehouse", warehouse_id));
        }
        Err(Refusal::Because(reason)) => {
            outputs.document(sender, &Rejection::of(document, vec![reason]));
        }
    }
    outputs.into()
}

/// Why a document is not taken, or not yet.
#[derive(Debug)]
pub enum Refusal {
    /// The warehouse is not known yet.
    Wait(WarehouseId),
    /// It is refused.
    Because(ReasonPath),
}

/// A refusal with its code.
#[must_use]
pub fn refused(path: &str, code: Reason, message: impl Into<String>) -> Refusal {
    Refusal::Because(ReasonPath::at(path, code, message))
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
        None => Err(Refusal::Wait(warehouse_id.clone())),
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

/// Rule F4: the warehouse has reported the item, and may be asked for it again.
pub fn heard_of<'a>(
    set: &mut Set,
    warehouse_id: &WarehouseId,
    skus: impl Iterator<Item = &'a Sku>,
    outputs: &mut Outputs,
) {
    for sku in skus {
        let here =
            set.bars.iter().filter(|bar| bar.warehouse_id == *warehouse_id && bar.sku == *sku);
        let keys: Vec<_> = here.map(mesh::row::Row::key).collect();
        if !keys.is_empty() {
            keys.iter().for_each(|key| set.bars.remove(key));
            ledger::freed(set, sku, outputs);
        }
    }
}
