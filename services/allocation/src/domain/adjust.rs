//! Adjustments: each counts once (A8).

use contracts::{
    Reason, SignedQuantity, Sku,
    document::{AdjustmentReason, StockAdjustment},
    event::StockSource,
};
use mesh::{Context, Json, Outputs};

use super::{
    Set, ledger,
    moves::{Change, all_before},
    report::{Refusal, heard_of, refused},
    stock::Adjustment,
};

/// Rule A8: an adjustment counts once.
pub fn adjust(
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
            let text = format!("`{}` has {} of `{sku}`", change.warehouse_id, stock.on_hand);
            let (code, text) = if quantity.non_negative().is_some() {
                (Reason::InvalidValue, format!("{text}; {quantity} more are too many to count"))
            } else {
                let text = format!("{text}; {quantity} would leave less than nothing");
                (Reason::NotEnoughStock, text)
            };
            undo(set, change, &lines[..place]);
            return Err(refused(&format!("lines[{place}].quantity"), code, text));
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
