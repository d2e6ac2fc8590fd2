//! Adjustments: each counts once (A8).

use contracts::{
    Reason, ReasonPath, SignedQuantity, Sku,
    document::{AdjustmentReason, StockAdjustment},
    event::StockSource,
};
use mesh::{Context, Json, Outputs};

use super::{
    Set, goods, ledger,
    moves::{Change, all_before},
    report::{Refusal, heard_of, refused},
    stock::{Adjustment, Stock},
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
    let lines: Vec<(&Sku, SignedQuantity)> =
        adjustment.lines.iter().map(|line| (&line.sku, line.quantity)).collect();
    let at = adjustment.occurred_at.unwrap_or(context.now);
    context.check_instant("occurred_at", at)?;
    goods::check(set, "quantity", lines.iter().map(|(sku, by)| (*sku, by.scaled())), context)?;
    let change = Change {
        warehouse_id,
        source: match adjustment.reason {
            AdjustmentReason::Receipt => StockSource::Receipt,
            AdjustmentReason::CycleCount => StockSource::CycleCount,
            AdjustmentReason::Damage => StockSource::Damage,
            AdjustmentReason::Correction => StockSource::Correction,
        },
        reference: id.as_str(),
        at,
        now: context.now,
    };
    let mut outputs = change_all(set, &change, &lines)?;
    set.adjustments.put(Adjustment {
        warehouse_id: warehouse_id.clone(),
        adjustment_id: id.clone(),
        content: Json(adjustment.clone()),
        taken_at: context.now,
    });
    heard_of(set, warehouse_id, lines.into_iter().map(|(sku, _)| sku), &mut outputs);
    Ok(outputs)
}

/// Changes several items. Where one would fall below zero, says so of each such line; the caller
/// takes back the others.
pub fn change_all(
    set: &mut Set,
    change: &Change<'_>,
    lines: &[(&Sku, SignedQuantity)],
) -> Result<Outputs, Refusal> {
    let before = all_before(set, change.warehouse_id, lines.iter().map(|(sku, _)| *sku));
    let mut reasons = Vec::new();
    for (place, (sku, quantity)) in lines.iter().enumerate() {
        let stock = ledger::stock(set, &(change.warehouse_id.clone(), (*sku).clone()));
        if stock.counts(change.at) && stock.after(*quantity).is_none() {
            let (code, text) = too_much(stock, *quantity);
            reasons.push(ReasonPath::at(format!("lines[{place}].quantity"), code, text));
        } else {
            change.apply(set, sku, *quantity);
        }
    }
    if !reasons.is_empty() {
        return Err(Refusal::Because(reasons));
    }
    let mut outputs = Outputs::none();
    change.announce(set, &before, &mut outputs);
    change.follow(set, &before, &mut outputs);
    Ok(outputs)
}

fn too_much(stock: &Stock, quantity: SignedQuantity) -> (Reason, String) {
    let text = format!("`{}` has {} of `{}`", stock.warehouse_id, stock.on_hand, stock.sku);
    if quantity.non_negative().is_some() {
        (Reason::InvalidValue, format!("{text}; {quantity} more are too many to count"))
    } else {
        let text = format!("{text}; {quantity} would leave less than nothing");
        (Reason::NotEnoughStock, text)
    }
}
