//! Counts of a warehouse: what was counted, and what moved after it (A7).

use contracts::{
    Quantity, Reason, SignedQuantity, Sku, WarehouseId, document::StockSnapshot, event::StockSource,
};
use jiff::Timestamp;
use mesh::{Context, Json, Outputs};

use super::{
    Set, ledger,
    moves::{Change, all_before},
    report::{Refusal, heard_of, refused},
    stock::Snapshot,
};

/// Rule A7: what was counted, and what moved after the count.
pub fn count(
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

fn moved_after(set: &Set, warehouse_id: &WarehouseId, sku: &Sku, at: Timestamp) -> i64 {
    let first = (warehouse_id.clone(), sku.clone(), 0);
    let last = (warehouse_id.clone(), sku.clone(), u64::MAX);
    let later = set.movements.range(first..=last).filter(|moved| moved.happened_at > at);
    later.map(|moved| moved.change.scaled()).fold(0, i64::saturating_add)
}
