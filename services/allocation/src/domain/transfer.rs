//! Transfers: goods leave at once, are on their way, and are there as far as they have arrived (A8).

use std::collections::BTreeMap;

use contracts::{
    Quantity, Reason, ReasonPath, ReceiptId, SignedQuantity, Sku, WarehouseId,
    document::{StockTransfer, StockTransferLine},
    event::{StockAdjusted, StockLine, StockSource},
};
use mesh::{Context, Json, Outputs};

use super::{
    Set,
    adjust::change_all,
    goods,
    moves::Change,
    report::{Refusal, heard_of, refused},
    stock::{Receipt, Received, Transfer},
};

/// Units by item.
type Goods = BTreeMap<Sku, Quantity>;

/// Goods leave for another warehouse, or some of them have arrived there.
pub fn transfer(
    set: &mut Set,
    document: &StockTransfer,
    context: &Context<'_>,
) -> Result<Outputs, Refusal> {
    let (from, to) = (&document.warehouse_id, &document.to_warehouse_id);
    if from == to {
        let text = format!("`{from}` cannot send goods to itself");
        return Err(refused("to_warehouse_id", Reason::SameWarehouse, text));
    }
    let known = set.transfers.get(&(from.clone(), document.transfer_id.clone())).cloned();
    if known.as_ref().is_some_and(|known| known.to_warehouse_id != *to) {
        return Err(conflict("transfer_id", document, "went elsewhere"));
    }
    if document.received {
        receive(set, document, known, context)
    } else {
        announce(set, document, known, context)
    }
}

/// The departure. Of what has arrived before it was announced only the rest leaves now.
fn announce(
    set: &mut Set,
    document: &StockTransfer,
    known: Option<Transfer>,
    context: &Context<'_>,
) -> Result<Outputs, Refusal> {
    let goods = added_up(&Goods::new(), &document.lines)?;
    if let Some(known) = known.as_ref().filter(|it| it.announced || it.received) {
        if known.departed.0 == goods {
            return Ok(Outputs::none());
        }
        return Err(conflict("transfer_id", document, "said something else"));
    }
    check(set, document, context)?;
    let mut transfer = known.unwrap_or_else(|| Transfer::none(document));
    let mut gone = transfer.departed.0.clone();
    let rest: Vec<Quantity> = document.lines.iter().map(|line| beyond(&mut gone, line)).collect();
    if gone.values().any(|quantity| !quantity.is_zero()) {
        return Err(conflict("transfer_id", document, "has brought more than that"));
    }
    let outputs = depart(set, document, &rest, context)?;
    (transfer.departed, transfer.announced) = (Json(goods), true);
    set.transfers.put(Transfer { taken_at: context.now, ..transfer });
    Ok(outputs)
}

/// What came now. Where nobody has announced it, that is its departure too; after the final receipt
/// nothing is on its way any more.
fn receive(
    set: &mut Set,
    document: &StockTransfer,
    known: Option<Transfer>,
    context: &Context<'_>,
) -> Result<Outputs, Refusal> {
    let receipt = receipt(document)?;
    let path = if document.receipt_id.is_some() { "receipt_id" } else { "transfer_id" };
    let key =
        (receipt.warehouse_id.clone(), receipt.transfer_id.clone(), receipt.receipt_id.clone());
    if let Some(taken) = set.receipts.get(&key) {
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
    check(set, document, context)?;
    let mut transfer = known.unwrap_or_else(|| Transfer::none(document));
    let mut outputs = Outputs::none();
    if transfer.announced {
        within(&transfer, document)?;
    } else {
        let all: Vec<Quantity> = document.lines.iter().map(|line| line.quantity).collect();
        outputs.extend(depart(set, document, &all, context)?);
        transfer.departed = Json(added_up(&transfer.departed, &document.lines)?);
    }
    transfer.arrived = Json(added_up(&transfer.arrived, &document.lines)?);
    outputs.extend(arrive(set, document, context)?);
    if document.is_final {
        write_off(set, &transfer, &mut outputs);
    }
    set.receipts.put(Receipt { taken_at: context.now, ..receipt });
    let received = document.is_final;
    set.transfers.put(Transfer { received, taken_at: context.now, ..transfer });
    Ok(outputs)
}

/// The id of the receipt that a document is; where it says none, the transfer's.
#[must_use]
pub fn receipt_id(document: &StockTransfer) -> ReceiptId {
    let default = || ReceiptId::new(document.transfer_id.as_str()).expect("ids are of one form");
    document.receipt_id.clone().unwrap_or_else(default)
}

fn receipt(document: &StockTransfer) -> Result<Receipt, Refusal> {
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

fn conflict(path: &str, document: &StockTransfer, what: &str) -> Refusal {
    let (id, from) = (&document.transfer_id, &document.warehouse_id);
    refused(path, Reason::ConflictingTransfer, format!("transfer `{id}` of `{from}` {what}"))
}

fn check(set: &Set, document: &StockTransfer, context: &Context<'_>) -> Result<(), Refusal> {
    context.check_instant("occurred_at", document.occurred_at)?;
    let lines = document.lines.iter().map(|line| (&line.sku, line.quantity.scaled()));
    goods::check(set, "quantity", lines, context)
}

/// Goods with those of lines added.
fn added_up(goods: &Goods, lines: &[StockTransferLine]) -> Result<Goods, Refusal> {
    let mut goods = goods.clone();
    for (place, line) in lines.iter().enumerate() {
        let sum = goods.entry(line.sku.clone()).or_default();
        *sum = sum.checked_add(line.quantity).ok_or_else(|| {
            let text =
                format!("{sum} and {} of `{}` are too many to count", line.quantity, line.sku);
            refused(&format!("lines[{place}].quantity"), Reason::InvalidValue, text)
        })?;
    }
    Ok(goods)
}

/// What of a line is not among these goods, which are used up by it.
fn beyond(goods: &mut Goods, line: &StockTransferLine) -> Quantity {
    let Some(there) = goods.get_mut(&line.sku) else { return line.quantity };
    let used = line.quantity.min(*there);
    *there = there.saturating_sub(used);
    line.quantity.saturating_sub(used)
}

/// No more can arrive than is on its way. Says of each line what is wrong.
fn within(transfer: &Transfer, document: &StockTransfer) -> Result<(), Refusal> {
    let mut on_its_way = in_transit(transfer);
    let mut reasons = Vec::new();
    for (place, line) in document.lines.iter().enumerate() {
        let there = on_its_way.get(&line.sku).copied();
        let more = beyond(&mut on_its_way, line);
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
    if reasons.is_empty() { Ok(()) } else { Err(Refusal::Because(reasons)) }
}

fn in_transit(transfer: &Transfer) -> Goods {
    let arrived = |sku| transfer.arrived.get(sku).copied().unwrap_or_default();
    let left = transfer.departed.iter();
    left.map(|(sku, left)| (sku.clone(), left.saturating_sub(arrived(sku)))).collect()
}

fn depart(
    set: &mut Set,
    document: &StockTransfer,
    quantities: &[Quantity],
    context: &Context<'_>,
) -> Result<Outputs, Refusal> {
    let out = change(&document.warehouse_id, StockSource::TransferOut, document, context);
    let less = |quantity: &Quantity| SignedQuantity::from_scaled(-quantity.scaled());
    let lines = document.lines.iter().zip(quantities);
    let lines: Vec<_> = lines.map(|(line, quantity)| (&line.sku, less(quantity))).collect();
    let mut outputs = change_all(set, &out, &lines)?;
    heard_of(set, &document.warehouse_id, lines.into_iter().map(|(sku, _)| sku), &mut outputs);
    Ok(outputs)
}

fn arrive(
    set: &mut Set,
    document: &StockTransfer,
    context: &Context<'_>,
) -> Result<Outputs, Refusal> {
    let into = change(&document.to_warehouse_id, StockSource::TransferIn, document, context);
    let more = |line: &StockTransferLine| SignedQuantity::from(line.quantity);
    let lines: Vec<_> = document.lines.iter().map(|line| (&line.sku, more(line))).collect();
    let mut outputs = change_all(set, &into, &lines)?;
    heard_of(set, &document.to_warehouse_id, lines.into_iter().map(|(sku, _)| sku), &mut outputs);
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

/// What has left and will not arrive is lost to the warehouse that sent it: on hand it has not been
/// since.
fn write_off(set: &Set, transfer: &Transfer, outputs: &mut Outputs) {
    let lost = in_transit(transfer).into_iter().filter(|(_, quantity)| !quantity.is_zero());
    let line = |(sku, quantity): (Sku, Quantity)| {
        let stock = set.stock.get(&(transfer.warehouse_id.clone(), sku.clone()));
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
}
