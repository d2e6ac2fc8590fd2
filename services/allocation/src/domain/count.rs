//! Counts of a warehouse: what was counted, and what moved after it (A7).

use std::collections::BTreeSet;

use contracts::{
    Quantity, Reason, ReasonPath, SignedQuantity, Sku, WarehouseId, document::StockSnapshot,
    event::StockSource,
};
use jiff::Timestamp;
use mesh::{Context, Json, Outputs};

use super::{
    Set, goods, ledger,
    moves::{Change, all_before},
    report::{Refusal, heard_of, refused},
    stock::Snapshot,
};
use crate::config::Config;

/// Rule A7: what was counted, and what moved after the count.
pub fn count(
    set: &mut Set,
    config: &Config,
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
    goods::in_time("as_of", snapshot.as_of, config, context)?;
    let lines = snapshot.lines.iter().map(|line| (&line.sku, line.on_hand.scaled()));
    goods::check(set, "on_hand", lines, context)?;
    object(set, snapshot)?;
    let reference = sequence.to_string();
    let change = Change {
        warehouse_id,
        source: StockSource::Snapshot,
        reference: &reference,
        at: snapshot.as_of,
        now: context.now,
    };
    let before = all_before(set, warehouse_id, snapshot.lines.iter().map(|line| &line.sku));
    for line in &snapshot.lines {
        let moved = moved_after(set, warehouse_id, &line.sku, snapshot.as_of);
        let stock = ledger::stock(set, &(warehouse_id.clone(), line.sku.clone()));
        stock.counted_at = Some(snapshot.as_of);
        stock.on_hand = line.on_hand;
        let least = if moved < 0 { Quantity::ZERO } else { line.on_hand };
        let on_hand = stock.after(SignedQuantity::from_scaled(moved)).unwrap_or(least);
        stock.set(on_hand);
    }
    let content = Json(snapshot.clone());
    set.snapshots.put(Snapshot { warehouse_id: warehouse_id.clone(), sequence, content });
    let mut outputs = Outputs::none();
    heard_of(set, warehouse_id, before.keys(), &mut outputs);
    change.announce(set, &before, &mut outputs);
    change.follow(set, &before, &mut outputs);
    Ok(outputs)
}

/// What is wrong with the lines of a count: an item that is named twice, and one of which it is
/// not known any more what moved since.
fn object(set: &Set, snapshot: &StockSnapshot) -> Result<(), Refusal> {
    let mut reasons = Vec::new();
    let mut named = BTreeSet::new();
    for (place, line) in snapshot.lines.iter().enumerate() {
        let path = format!("lines[{place}].sku");
        if !named.insert(&line.sku) {
            let text = format!("`{}` is counted twice; name it once", line.sku);
            reasons.push(ReasonPath::at(path, Reason::InvalidValue, text));
            continue;
        }
        let stock = set.stock.get(&(snapshot.warehouse_id.clone(), line.sku.clone()));
        let folded = stock.and_then(|stock| stock.folded_at);
        if let Some(folded) = folded.filter(|folded| *folded > snapshot.as_of) {
            let text = format!("`{}` has moved since, last known of {folded}", line.sku);
            reasons.push(ReasonPath::at(path, Reason::StaleSnapshot, text));
        }
    }
    if reasons.is_empty() { Ok(()) } else { Err(Refusal::Because(reasons)) }
}

/// What is stored of it, and what came with the same batch.
fn moved_after(set: &Set, warehouse_id: &WarehouseId, sku: &Sku, at: Timestamp) -> i64 {
    let stored = set.moved.get(&(warehouse_id.clone(), sku.clone(), at));
    let stored = stored.map_or(0, |moved| moved.change.scaled());
    let first = (warehouse_id.clone(), sku.clone(), 0);
    let last = (warehouse_id.clone(), sku.clone(), u64::MAX);
    let later = set.movements.range(first..=last).filter(|moved| moved.happened_at > at);
    later.map(|moved| moved.change.scaled()).fold(stored, i64::saturating_add)
}
