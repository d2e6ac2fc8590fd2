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
    context.check_instant("as_of", snapshot.as_of)?;
    let lines = snapshot.lines.iter().map(|line| (&line.sku, line.on_hand.scaled()));
    goods::check(set, "on_hand", lines, context)?;
    let counted = object(set, snapshot)?;
    let reference = sequence.to_string();
    let change = Change {
        warehouse_id,
        source: StockSource::Snapshot,
        reference: &reference,
        at: snapshot.as_of,
        now: context.now,
    };
    let before = all_before(set, warehouse_id, snapshot.lines.iter().map(|line| &line.sku));
    for (line, on_hand) in snapshot.lines.iter().zip(counted) {
        let stock = ledger::stock(set, &(warehouse_id.clone(), line.sku.clone()));
        stock.counted_at = Some(snapshot.as_of);
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

/// What is there by each line of a count, or all that is wrong with them: an item that is named
/// twice, one of which it is not known any more what moved since, and more than a quantity can say.
fn object(set: &Set, snapshot: &StockSnapshot) -> Result<Vec<Quantity>, Refusal> {
    let (mut reasons, mut counted) = (Vec::new(), Vec::new());
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
            continue;
        }
        let moved = moved_after(set, &snapshot.warehouse_id, &line.sku, snapshot.as_of);
        let there = (i128::from(line.on_hand.scaled()) + moved).max(0);
        let there = i64::try_from(there).ok().map(|there| SignedQuantity::from_scaled(there).get());
        match there.map(Quantity::new) {
            Some(Ok(there)) => counted.push(there),
            Some(Err(_)) | None => {
                let text = format!("{} and what came since are too many to count", line.on_hand);
                let path = format!("lines[{place}].on_hand");
                reasons.push(ReasonPath::at(path, Reason::InvalidValue, text));
            }
        }
    }
    if reasons.is_empty() { Ok(counted) } else { Err(Refusal::Because(reasons)) }
}

/// What is stored of it, and what came with the same batch.
fn moved_after(set: &Set, warehouse_id: &WarehouseId, sku: &Sku, at: Timestamp) -> i128 {
    let stored = set.moved.get(&(warehouse_id.clone(), sku.clone(), at));
    let stored = stored.map_or(0, |moved| moved.change);
    let first = (warehouse_id.clone(), sku.clone(), 0);
    let last = (warehouse_id.clone(), sku.clone(), u64::MAX);
    let later = set.movements.range(first..=last).filter(|moved| moved.happened_at > at);
    later.map(|moved| i128::from(moved.change.scaled())).fold(stored, |sum, change| sum + change)
}
