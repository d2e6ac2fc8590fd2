//! Transfers: goods leave at once, are on their way, and are on hand as far as they have arrived (A8).

use contracts::{
    Quantity, Reason, ReasonPath, ReceiptId, SignedQuantity, Sku, WarehouseId,
    document::{StockTransfer, StockTransferLine},
    event::{StockAdjusted, StockLine, StockSource},
};
use mesh::{Context, Halt, Json, Outputs, command::Stop};

use super::{
    adjust::change_all,
    goods::{Goods, added_up, in_transit, left_over},
    refusal::{Report, check_instant, refuse_if_any, refused},
    validate_lines::validate_lines,
};
use crate::{
    domain::{
        moves::Change,
        report::{Receipt, Received, Transfer},
        sourcing_blocks::lift_sourcing_blocks,
    },
    unit_of_work::UnitOfWork,
};

/// Takes a transfer: goods leave for another warehouse, or some of them have arrived there.
pub fn transfer(
    work: &mut UnitOfWork,
    document: &StockTransfer,
    context: &Context<'_>,
) -> Report<Outputs> {
    let (from, to) = (&document.warehouse_id, &document.to_warehouse_id);
    if from == to {
        let text = format!("`{from}` cannot send goods to itself");
        return Err(refused("to_warehouse_id", Reason::SameWarehouse, text));
    }
    let known = work.transfers.get(&(from.clone(), document.transfer_id.clone())).cloned();
    if known.as_ref().is_some_and(|known| known.to_warehouse_id != *to) {
        return Err(conflict("transfer_id", document, "went elsewhere"));
    }
    if document.received {
        receive(work, document, known, context)
    } else {
        announce(work, document, known, context)
    }
}

/// Announces the departure. Of what has arrived before it was announced only the rest leaves now.
fn announce(
    work: &mut UnitOfWork,
    document: &StockTransfer,
    known: Option<Transfer>,
    context: &Context<'_>,
) -> Report<Outputs> {
    let goods = added_up(&Goods::new(), &document.lines)?;
    if let Some(known) = known.as_ref().filter(|it| it.announced || it.received) {
        if known.departed.0 == goods {
            return Ok(Outputs::none());
        }
        return Err(conflict("transfer_id", document, "said something else"));
    }
    check(work, document, context)?;
    let mut transfer = known.unwrap_or_else(|| Transfer::none(document));
    let mut gone = transfer.departed.0.clone();
    let rest = document.lines.iter().map(|line| left_over(&mut gone, line));
    let rest = rest.collect::<Result<Vec<Quantity>, Halt>>()?;
    if gone.values().any(|quantity| !quantity.is_zero()) {
        return Err(conflict("transfer_id", document, "has brought more than that"));
    }
    let outputs = depart(work, document, &rest, context)?;
    (transfer.departed, transfer.announced) = (Json(goods), true);
    work.transfers.put(Transfer { taken_at: context.now, ..transfer });
    Ok(outputs)
}

/// Receives what came now. Where nobody has announced it, that is its departure too; after the final
/// receipt nothing is on its way any more.
fn receive(
    work: &mut UnitOfWork,
    document: &StockTransfer,
    known: Option<Transfer>,
    context: &Context<'_>,
) -> Report<Outputs> {
    let receipt = receipt(document)?;
    let path = if document.receipt_id.is_some() { "receipt_id" } else { "transfer_id" };
    let key =
        (receipt.warehouse_id.clone(), receipt.transfer_id.clone(), receipt.receipt_id.clone());
    if let Some(taken) = work.receipts.get(&key) {
        if taken.content == receipt.content {
            return Ok(Outputs::none());
        }
        let text = format!("said something else in receipt `{}`", receipt.receipt_id);
        return Err(conflict(path, document, &text));
    }
    if known.as_ref().is_some_and(|known| known.received) {
        return Err(conflict(
            path,
            document,
            "was received already, and nothing more is on its way",
        ));
    }
    check(work, document, context)?;
    let mut transfer = known.unwrap_or_else(|| Transfer::none(document));
    let mut outputs = Outputs::none();
    if transfer.announced {
        within(&transfer, document)?;
    } else {
        let all: Vec<Quantity> = document.lines.iter().map(|line| line.quantity).collect();
        outputs.extend(depart(work, document, &all, context)?);
        transfer.departed = Json(added_up(&transfer.departed, &document.lines)?);
    }
    transfer.arrived = Json(added_up(&transfer.arrived, &document.lines)?);
    outputs.extend(arrive(work, document, context)?);
    if document.is_final {
        write_off(work, &transfer, &mut outputs)?;
    }
    work.receipts.put(Receipt { taken_at: context.now, ..receipt });
    let received = document.is_final;
    work.transfers.put(Transfer { received, taken_at: context.now, ..transfer });
    Ok(outputs)
}

/// The receipt's id; where the document says none, the transfer's.
#[must_use]
pub fn receipt_id(document: &StockTransfer) -> ReceiptId {
    let default = || ReceiptId::new(document.transfer_id.as_str()).expect("ids are of one form");
    document.receipt_id.clone().unwrap_or_else(default)
}

fn receipt(document: &StockTransfer) -> Report<Receipt> {
    Ok(Receipt {
        warehouse_id: document.warehouse_id.clone(),
        transfer_id: document.transfer_id.clone(),
        receipt_id: receipt_id(document),
        content: Json(Received {
            goods: added_up(&Goods::new(), &document.lines)?,
            is_final: document.is_final,
        }),
        taken_at: document.occurred_at,
    })
}

fn conflict(path: &str, document: &StockTransfer, what: &str) -> Stop<Vec<ReasonPath>> {
    let (id, from) = (&document.transfer_id, &document.warehouse_id);
    refused(path, Reason::ConflictingTransfer, format!("transfer `{id}` of `{from}` {what}"))
}

fn check(work: &UnitOfWork, document: &StockTransfer, context: &Context<'_>) -> Report<()> {
    check_instant(context, "occurred_at", document.occurred_at)?;
    let lines = document.lines.iter().map(|line| (&line.sku, line.quantity.scaled()));
    validate_lines(work, "quantity", lines, context)
}

/// Refuses each line of which more would arrive than is on its way.
fn within(transfer: &Transfer, document: &StockTransfer) -> Report<()> {
    let mut on_its_way = in_transit(transfer)?;
    let mut reasons = Vec::new();
    for (place, line) in document.lines.iter().enumerate() {
        let there = on_its_way.get(&line.sku).copied();
        let more = left_over(&mut on_its_way, line)?;
        let (field, text) = match there {
            None => ("sku", format!("`{}` is not on the transfer", line.sku)),
            Some(there) if !more.is_zero() => {
                ("quantity", format!("{there} of `{}` are on their way", line.sku))
            }
            Some(_) => continue,
        };
        let path = format!("lines[{place}].{field}");
        reasons.push(ReasonPath::at(path, Reason::NotEnoughStock, text));
    }
    refuse_if_any(reasons)
}

fn depart(
    work: &mut UnitOfWork,
    document: &StockTransfer,
    quantities: &[Quantity],
    context: &Context<'_>,
) -> Report<Outputs> {
    let out = change(&document.warehouse_id, StockSource::TransferOut, document, context);
    let less = |quantity: &Quantity| SignedQuantity::from_scaled(-quantity.scaled());
    let lines = document.lines.iter().zip(quantities);
    let lines: Vec<_> = lines.map(|(line, quantity)| (&line.sku, less(quantity))).collect();
    let mut outputs = change_all(work, &out, &lines)?;
    let skus = lines.into_iter().map(|(sku, _)| sku);
    lift_sourcing_blocks(work, &document.warehouse_id, skus, &mut outputs);
    Ok(outputs)
}

fn arrive(
    work: &mut UnitOfWork,
    document: &StockTransfer,
    context: &Context<'_>,
) -> Report<Outputs> {
    let into = change(&document.to_warehouse_id, StockSource::TransferIn, document, context);
    let more = |line: &StockTransferLine| SignedQuantity::from(line.quantity);
    let lines: Vec<_> = document.lines.iter().map(|line| (&line.sku, more(line))).collect();
    let mut outputs = change_all(work, &into, &lines)?;
    let skus = lines.into_iter().map(|(sku, _)| sku);
    lift_sourcing_blocks(work, &document.to_warehouse_id, skus, &mut outputs);
    Ok(outputs)
}

fn change<'a>(
    warehouse_id: &'a WarehouseId,
    source: StockSource,
    document: &'a StockTransfer,
    context: &Context<'_>,
) -> Change<'a> {
    let (reference, at) = (document.transfer_id.as_str(), document.occurred_at);
    Change { warehouse_id, source, reference, at, now: context.now }
}

/// Writes off what has left and will not arrive: it is lost to the warehouse that sent it, where it
/// has not been on hand since.
fn write_off(work: &UnitOfWork, transfer: &Transfer, outputs: &mut Outputs) -> Result<(), Halt> {
    let lost = in_transit(transfer)?.into_iter().filter(|(_, quantity)| !quantity.is_zero());
    let line = |(sku, quantity): (Sku, Quantity)| {
        let stock = work.stock.get(&(transfer.warehouse_id.clone(), sku.clone()));
        let (on_hand, reserved) = stock.map(|it| (it.on_hand, it.reserved)).unwrap_or_default();
        let change = SignedQuantity::ZERO;
        let reserved = reserved.min(on_hand);
        StockLine { sku, change, on_hand, reserved, written_off: quantity }
    };
    let lines: Vec<StockLine> = lost.map(line).collect();
    if !lines.is_empty() {
        outputs.event(&StockAdjusted {
            warehouse_id: transfer.warehouse_id.clone(),
            source: StockSource::TransferOut,
            reference: transfer.transfer_id.to_string(),
            lines,
        });
    }
    Ok(())
}
