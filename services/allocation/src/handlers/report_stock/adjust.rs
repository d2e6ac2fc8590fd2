//! Adjustments: each counts once (A8).

use contracts::{
    Reason, ReasonPath, SignedQuantity, Sku,
    document::{AdjustmentReason, StockAdjustment},
    event::StockSource,
};
use mesh::{Context, Json, Outputs};

use super::{
    refusal::{Report, check_instant, refuse_if_any, refused},
    validate_lines::validate_lines,
};
use crate::{
    domain::{
        ledger,
        moves::{Change, before},
        report::Adjustment,
        shortage,
        sourcing_blocks::lift_sourcing_blocks,
        stock::Stock,
    },
    unit_of_work::UnitOfWork,
};

/// Takes an adjustment, unless it was taken before.
pub fn adjust(
    work: &mut UnitOfWork,
    adjustment: &StockAdjustment,
    context: &Context<'_>,
) -> Report<Outputs> {
    let (warehouse_id, id) = (&adjustment.warehouse_id, &adjustment.adjustment_id);
    if let Some(taken) = work.adjustments.get(&(warehouse_id.clone(), id.clone())) {
        if taken.content.0 == *adjustment {
            return Ok(Outputs::none());
        }
        let text = format!("adjustment `{id}` of `{warehouse_id}` said something else");
        return Err(refused("adjustment_id", Reason::ConflictingAdjustment, text));
    }
    let lines: Vec<(&Sku, SignedQuantity)> =
        adjustment.lines.iter().map(|line| (&line.sku, line.quantity)).collect();
    let at = adjustment.occurred_at.unwrap_or(context.now);
    check_instant(context, "occurred_at", at)?;
    let scaled = lines.iter().map(|(sku, by)| (*sku, by.scaled()));
    validate_lines(work, "quantity", scaled, context)?;
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
    let mut outputs = change_all(work, &change, &lines)?;
    work.adjustments.put(Adjustment {
        warehouse_id: warehouse_id.clone(),
        adjustment_id: id.clone(),
        content: Json(adjustment.clone()),
        taken_at: context.now,
    });
    let skus = lines.into_iter().map(|(sku, _)| sku);
    lift_sourcing_blocks(work, warehouse_id, skus, &mut outputs);
    Ok(outputs)
}

/// Changes several items. Refuses each line of which less than nothing would be left, or more than a
/// quantity can say; the caller takes back the others.
pub fn change_all(
    work: &mut UnitOfWork,
    change: &Change<'_>,
    lines: &[(&Sku, SignedQuantity)],
) -> Report<Outputs> {
    let before = before(work, change.warehouse_id, lines.iter().map(|(sku, _)| *sku));
    let mut reasons = Vec::new();
    for (place, (sku, quantity)) in lines.iter().enumerate() {
        let stock = ledger::stock(work, &(change.warehouse_id.clone(), (*sku).clone()));
        if stock.counts(change.at) && stock.after(*quantity).is_none() {
            let (code, text) = too_much(stock, *quantity);
            reasons.push(ReasonPath::at(format!("lines[{place}].quantity"), code, text));
        } else {
            change.apply(work, sku, *quantity)?;
        }
    }
    refuse_if_any(reasons)?;
    let mut outputs = Outputs::none();
    change.announce(work, &before, &mut outputs);
    shortage::follow(change, work, &before, &mut outputs)?;
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
