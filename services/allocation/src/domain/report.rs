//! What warehouses report of their stock: counts and adjustments (A7, A8).

use contracts::{
    PartnerName, Quantity, Reason, ReasonPath, Role, SignedQuantity, Sku, WarehouseId,
    document::{
        AdjustmentReason, DocumentAck, Ingress, Rejection, Stock, StockAdjustment, StockSnapshot,
    },
    event::StockSource,
};
use jiff::Timestamp;
use mesh::{Context, Decision, Json, Key, Outputs};

use super::{
    Set, ledger,
    moves::{Change, all_before},
    stock::{Adjustment, Snapshot, Warehouse},
    transfer,
};

/// A `stock` document. An unknown warehouse is waited for.
pub fn stock(
    set: &mut Set,
    sender: &PartnerName,
    document: &Stock,
    context: &Context<'_>,
) -> Decision {
    let content = document.content();
    let done = match &content {
        Stock::Snapshot(snapshot) => admit(set, sender, &[&snapshot.warehouse_id], context)
            .and_then(|()| count(set, snapshot, context)),
        Stock::Adjustment(adjustment) => admit(set, sender, &[&adjustment.warehouse_id], context)
            .and_then(|()| adjust(set, adjustment, context)),
        Stock::Transfer(transfer) => {
            let speakers: &[&WarehouseId] = if transfer.received {
                &[&transfer.to_warehouse_id, &transfer.warehouse_id]
            } else {
                &[&transfer.warehouse_id]
            };
            let known = known(set, &transfer.to_warehouse_id, context);
            known
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
    warehouse_id: &WarehouseId,
    context: &Context<'_>,
) -> Result<&'a Warehouse, Refusal> {
    match set.warehouses.get(warehouse_id) {
        Some(warehouse) => Ok(warehouse),
        None if context.last_chance => {
            let text = format!("there is no warehouse `{warehouse_id}`");
            Err(refused("warehouse_id", Reason::UnknownWarehouse, text))
        }
        None => Err(Refusal::Wait(warehouse_id.clone())),
    }
}

/// Whether the sender may speak for one of the warehouses: both its record and the warehouse's
/// must say so. The ERP may report for any.
fn admit(
    set: &Set,
    sender: &PartnerName,
    warehouses: &[&WarehouseId],
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let partner = context.partners.get(sender);
    let mut foreign = None;
    for warehouse_id in warehouses {
        let warehouse = known(set, warehouse_id, context)?;
        let allowed = partner.is_some_and(|partner| {
            let speaks = partner.has_role(Role::Warehouse)
                && partner.speaks_for(warehouse_id)
                && warehouse.record.partner == *sender;
            partner.has_role(Role::Erp) || speaks
        });
        if allowed {
            return Ok(());
        }
        foreign.get_or_insert(*warehouse_id);
    }
    let text = match foreign {
        Some(warehouse_id) => format!("`{sender}` does not speak for `{warehouse_id}`"),
        None => format!("`{sender}` does not speak for the warehouse"),
    };
    Err(refused("warehouse_id", Reason::ForeignWarehouse, text))
}

/// Rule A7: what was counted, and what moved after the count.
fn count(
    set: &mut Set,
    snapshot: &StockSnapshot,
    context: &Context<'_>,
) -> Result<Outputs, Refusal> {
    let (warehouse_id, sequence) = (&snapshot.warehouse_id, snapshot.sequence);
    if let Some(last) = set.snapshots.get(warehouse_id) {
        if sequence < last.sequence {
            let text = format!("snapshot {} of `{warehouse_id}` is newer", last.sequence);
            return Err(refused("sequence", Reason::StaleSnapshot, text));
        }
        if sequence == last.sequence && last.content.0 != *snapshot {
            let text = format!("snapshot {sequence} of `{warehouse_id}` said something else");
            return Err(refused("sequence", Reason::ConflictingSnapshot, text));
        }
        if sequence == last.sequence {
            return Ok(Outputs::none());
        }
    }
    let mut skus: Vec<&Sku> = snapshot.lines.iter().map(|line| &line.sku).collect();
    skus.sort_unstable();
    if skus.windows(2).any(|pair| pair[0] == pair[1]) {
        let text = "an item is counted twice; name it once";
        return Err(refused("lines", Reason::InvalidValue, text));
    }
    let reference = sequence.to_string();
    let change = Change {
        warehouse_id,
        source: StockSource::Snapshot,
        reference: &reference,
        at: snapshot.as_of,
        now: context.now,
    };
    let before = all_before(set, warehouse_id, skus.into_iter());
    for line in &snapshot.lines {
        let moved = moved_after(set, warehouse_id, &line.sku, snapshot.as_of);
        let stock = ledger::stock(set, &(warehouse_id.clone(), line.sku.clone()));
        let on_hand = SignedQuantity::from_scaled(line.on_hand.scaled().saturating_add(moved));
        stock.counted_at = Some(snapshot.as_of);
        stock.set(on_hand.non_negative().unwrap_or(Quantity::ZERO));
    }
    let content = Json(snapshot.clone());
    set.snapshots.put(Snapshot { warehouse_id: warehouse_id.clone(), sequence, content });
    let mut outputs = Outputs::none();
    heard_of(set, warehouse_id, before.keys(), &mut outputs);
    change.announce(set, &before, &mut outputs);
    change.follow(set, &before, &mut outputs);
    Ok(outputs)
}

fn moved_after(set: &Set, warehouse_id: &WarehouseId, sku: &Sku, at: Timestamp) -> i64 {
    let first = (warehouse_id.clone(), sku.clone(), 0);
    let last = (warehouse_id.clone(), sku.clone(), u64::MAX);
    let later = set.movements.range(first..=last).filter(|moved| moved.happened_at > at);
    later.map(|moved| moved.change.scaled()).fold(0, i64::saturating_add)
}

/// Rule A8: an adjustment counts once.
fn adjust(
    set: &mut Set,
    adjustment: &StockAdjustment,
    context: &Context<'_>,
) -> Result<Outputs, Refusal> {
    let (warehouse_id, id) = (&adjustment.warehouse_id, &adjustment.adjustment_id);
    if let Some(taken) = set.adjustments.get(&(warehouse_id.clone(), id.clone())) {
        if taken.content.0 == *adjustment {
            return Ok(Outputs::none());
        }
        let text = format!("adjustment `{id}` of `{warehouse_id}` said something else");
        return Err(refused("adjustment_id", Reason::ConflictingAdjustment, text));
    }
    let source = match adjustment.reason {
        AdjustmentReason::Receipt => StockSource::Receipt,
        AdjustmentReason::CycleCount => StockSource::CycleCount,
        AdjustmentReason::Damage => StockSource::Damage,
        AdjustmentReason::Correction => StockSource::Correction,
    };
    let change = Change {
        warehouse_id,
        source,
        reference: id.as_str(),
        at: adjustment.occurred_at.unwrap_or(context.now),
        now: context.now,
    };
    let lines: Vec<(&Sku, SignedQuantity)> =
        adjustment.lines.iter().map(|line| (&line.sku, line.quantity)).collect();
    let mut outputs = change_all(set, &change, &lines)?;
    set.adjustments.put(Adjustment {
        warehouse_id: warehouse_id.clone(),
        adjustment_id: id.clone(),
        content: Json(adjustment.clone()),
    });
    heard_of(set, warehouse_id, lines.into_iter().map(|(sku, _)| sku), &mut outputs);
    Ok(outputs)
}

/// Changes several items, or none of them where one would fall below zero.
pub fn change_all(
    set: &mut Set,
    change: &Change<'_>,
    lines: &[(&Sku, SignedQuantity)],
) -> Result<Outputs, Refusal> {
    let before = all_before(set, change.warehouse_id, lines.iter().map(|(sku, _)| *sku));
    for (place, (sku, quantity)) in lines.iter().enumerate() {
        let stock = ledger::stock(set, &(change.warehouse_id.clone(), (*sku).clone()));
        if stock.counts(change.at) && stock.after(*quantity).is_none() {
            let text = format!(
                "`{}` has {} of `{sku}`; {quantity} would leave less than nothing",
                change.warehouse_id, stock.on_hand,
            );
            undo(set, change, &lines[..place]);
            return Err(refused(&format!("lines[{place}].quantity"), Reason::NotEnoughStock, text));
        }
        change.apply(set, sku, *quantity);
    }
    let mut outputs = Outputs::none();
    change.announce(set, &before, &mut outputs);
    change.follow(set, &before, &mut outputs);
    Ok(outputs)
}

/// Takes back the lines before the one that can not be.
fn undo(set: &mut Set, change: &Change<'_>, lines: &[(&Sku, SignedQuantity)]) {
    for (sku, quantity) in lines.iter().rev() {
        let stock = ledger::stock(set, &(change.warehouse_id.clone(), (*sku).clone()));
        let number = stock.movements;
        if stock.counts(change.at) {
            let back = SignedQuantity::from_scaled(-quantity.scaled());
            let on_hand = stock.after(back).unwrap_or(stock.on_hand);
            stock.set(on_hand);
        }
        stock.movements -= 1;
        set.movements.remove(&(change.warehouse_id.clone(), (*sku).clone(), number));
    }
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
