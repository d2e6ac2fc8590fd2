//! Transfers: goods leave at once, are on their way, and are there when they have arrived (A8).

use contracts::{Reason, SignedQuantity, Sku, document::StockTransfer, event::StockSource};
use mesh::{Context, Json, Outputs};

use super::{
    Set,
    adjust::change_all,
    goods,
    moves::Change,
    report::{Refusal, heard_of, refused},
    stock::Transfer,
};
use crate::config::Config;

/// Goods leave for another warehouse, or have arrived there. The arrival of a transfer that was
/// never announced is its departure too.
pub fn transfer(
    set: &mut Set,
    config: &Config,
    document: &StockTransfer,
    context: &Context<'_>,
) -> Result<Outputs, Refusal> {
    let (from, to) = (&document.warehouse_id, &document.to_warehouse_id);
    if from == to {
        let text = format!("`{from}` can not send goods to itself");
        return Err(refused("to_warehouse_id", Reason::SameWarehouse, text));
    }
    let key = (from.clone(), document.transfer_id.clone());
    let before = set.transfers.get(&key).cloned();
    let same = |taken: &Transfer| taken.to_warehouse_id == *to && taken.lines.0 == document.lines;
    if before.as_ref().is_some_and(|taken| !same(taken)) {
        let text = format!("transfer `{}` of `{from}` said something else", document.transfer_id);
        return Err(refused("transfer_id", Reason::ConflictingTransfer, text));
    }
    if before.as_ref().is_none_or(|taken| document.received && !taken.received) {
        goods::in_time("occurred_at", document.occurred_at, config, context)?;
        let lines = document.lines.iter().map(|line| (&line.sku, line.quantity.scaled()));
        goods::check(set, "quantity", lines, context)?;
    }
    let id = document.transfer_id.as_str();
    let change = |warehouse_id, source| Change {
        warehouse_id,
        source,
        reference: id,
        at: document.occurred_at,
        now: context.now,
    };
    let lines = |sign: i64| -> Vec<(&Sku, SignedQuantity)> {
        let signed = |scaled| SignedQuantity::from_scaled(sign * scaled);
        document.lines.iter().map(|line| (&line.sku, signed(line.quantity.scaled()))).collect()
    };
    let mut outputs = Outputs::none();
    if before.is_none() {
        let out = change(from, StockSource::TransferOut);
        outputs.extend(change_all(set, &out, &lines(-1))?);
        heard_of(set, from, document.lines.iter().map(|line| &line.sku), &mut outputs);
    }
    let arrived = before.as_ref().is_some_and(|taken| taken.received);
    if document.received && !arrived {
        let into = change(to, StockSource::TransferIn);
        outputs.extend(change_all(set, &into, &lines(1))?);
        heard_of(set, to, document.lines.iter().map(|line| &line.sku), &mut outputs);
    }
    set.transfers.put(Transfer {
        warehouse_id: key.0,
        transfer_id: key.1,
        to_warehouse_id: to.clone(),
        lines: Json(document.lines.clone()),
        received: arrived || document.received,
        taken_at: context.now,
    });
    Ok(outputs)
}
