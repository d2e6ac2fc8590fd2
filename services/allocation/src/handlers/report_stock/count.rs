//! Counts: on hand is what was counted and what moved after it (A7).

use std::collections::BTreeSet;

use contracts::{
    Quantity, Reason, ReasonPath, SignedQuantity, Sku, WarehouseId, document::StockSnapshot,
    event::StockSource,
};
use jiff::Timestamp;
use mesh::{Context, Halt, Json, Outputs};

use super::{
    refusal::{Report, check_instant, refuse_if_any, refused},
    validate_lines::validate_lines,
};
use crate::{
    domain::{
        ledger,
        moves::{Change, before},
        report::Snapshot,
        shortage,
        sourcing_blocks::lift_sourcing_blocks,
    },
    unit_of_work::UnitOfWork,
};

/// Takes a count, unless it was taken before.
pub fn count(
    work: &mut UnitOfWork,
    snapshot: &StockSnapshot,
    context: &Context<'_>,
) -> Report<Outputs> {
    let (warehouse_id, sequence) = (&snapshot.warehouse_id, snapshot.sequence);
    if is_repeated(work, snapshot)? {
        return Ok(Outputs::none());
    }
    check_instant(context, "as_of", snapshot.as_of)?;
    let lines = snapshot.lines.iter().map(|line| (&line.sku, line.on_hand.scaled()));
    validate_lines(work, "on_hand", lines, context)?;
    let counted = on_hand(work, snapshot)?;
    let reference = sequence.to_string();
    let change = Change {
        warehouse_id,
        source: StockSource::Snapshot,
        reference: &reference,
        at: snapshot.as_of,
        now: context.now,
    };
    let before = before(work, warehouse_id, snapshot.lines.iter().map(|line| &line.sku));
    for (line, on_hand) in snapshot.lines.iter().zip(counted) {
        let stock = ledger::stock(work, &(warehouse_id.clone(), line.sku.clone()));
        stock.counted_at = Some(snapshot.as_of);
        stock.set(on_hand)?;
    }
    let content = Json(snapshot.clone());
    work.snapshots.put(Snapshot { warehouse_id: warehouse_id.clone(), sequence, content });
    let mut outputs = Outputs::none();
    lift_sourcing_blocks(work, warehouse_id, before.keys(), &mut outputs);
    change.announce(work, &before, &mut outputs);
    shortage::follow(&change, work, &before, &mut outputs)?;
    Ok(outputs)
}

/// Returns true for the newest count once more. An older one is refused, and so is other content
/// under its number.
fn is_repeated(work: &UnitOfWork, snapshot: &StockSnapshot) -> Report<bool> {
    let (warehouse_id, sequence) = (&snapshot.warehouse_id, snapshot.sequence);
    let Some(last) = work.snapshots.get(warehouse_id) else { return Ok(false) };
    if sequence < last.sequence {
        let text = format!("snapshot {} of `{warehouse_id}` is newer", last.sequence);
        return Err(refused("sequence", Reason::StaleSnapshot, text));
    }
    if sequence == last.sequence && last.content.0 != *snapshot {
        let text = format!("snapshot {sequence} of `{warehouse_id}` said something else");
        return Err(refused("sequence", Reason::ConflictingSnapshot, text));
    }
    Ok(sequence == last.sequence)
}

/// The goods on hand by each line of a count. Refuses an item that is named twice, one of which it is
/// not known any more what moved since, and more than a quantity can say.
fn on_hand(work: &UnitOfWork, snapshot: &StockSnapshot) -> Report<Vec<Quantity>> {
    let (mut reasons, mut counted) = (Vec::new(), Vec::new());
    let mut named = BTreeSet::new();
    for (place, line) in snapshot.lines.iter().enumerate() {
        let path = format!("lines[{place}].sku");
        if !named.insert(&line.sku) {
            let text = format!("`{}` is counted twice; name it once", line.sku);
            reasons.push(ReasonPath::at(path, Reason::InvalidValue, text));
            continue;
        }
        let stock = work.stock.get(&(snapshot.warehouse_id.clone(), line.sku.clone()));
        let folded = stock.and_then(|stock| stock.folded_at);
        if let Some(folded) = folded.filter(|folded| *folded > snapshot.as_of) {
            let text = format!("`{}` has moved since, last known of {folded}", line.sku);
            reasons.push(ReasonPath::at(path, Reason::StaleSnapshot, text));
            continue;
        }
        let moved = moved_after(work, &snapshot.warehouse_id, &line.sku, snapshot.as_of)?;
        // On hand is never below nothing: more left than was counted.
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
    refuse_if_any(reasons)?;
    Ok(counted)
}

/// The millionths that moved after a moment: those stored, and those of the same batch.
fn moved_after(
    work: &UnitOfWork,
    warehouse_id: &WarehouseId,
    sku: &Sku,
    at: Timestamp,
) -> Result<i128, Halt> {
    let stored = work.moved.get(&(warehouse_id.clone(), sku.clone(), at));
    let (mut sum, stored) = stored.map_or((0, 0), |moved| (moved.change, moved.stored));
    let stock = work.stock.get(&(warehouse_id.clone(), sku.clone()));
    let last = stock.map_or(0, |stock| stock.movements);
    for number in stored + 1..=last {
        let moved = work.movements.get(&(warehouse_id.clone(), sku.clone(), number));
        let moved = moved.ok_or_else(|| Halt::broken(format!("`{sku}` lacks move {number}")))?;
        if moved.happened_at > at {
            sum += i128::from(moved.change.scaled());
        }
    }
    Ok(sum)
}
