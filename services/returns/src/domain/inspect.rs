//! The checks of a receipt: well formed, for an open return, no more than authorised.

use std::collections::BTreeMap;

use contracts::{
    Quantity, Reason, ReasonPath, Sku,
    document::{ReturnReceipt, ReturnReceiptLine},
    event::ReceivedLine,
};
use mesh::{Halt, checked::minus};

use super::{
    close,
    rma::{Authorization, Status},
    whole_units::is_fraction,
};
use crate::unit_of_work::UnitOfWork;

/// Returns everything that is wrong with a receipt regardless of its return. A receipt without
/// lines may only say that nothing more will come.
pub fn malformed(receipt: &ReturnReceipt) -> Vec<ReasonPath> {
    let mut reasons = Vec::new();
    if receipt.lines.is_empty() && !receipt.is_final {
        let text = "a receipt that is not final needs at least one line";
        reasons.push(ReasonPath::at("lines", Reason::NoLines, text));
    }
    for (index, line) in receipt.lines.iter().enumerate() {
        if line.quantity.is_zero() {
            let text = "the quantity must be above 0";
            let path = format!("lines[{index}].quantity");
            reasons.push(ReasonPath::at(path, Reason::QuantityNotPositive, text));
        }
    }
    reasons
}

/// Returns the lines that report a fraction of an item sold in whole units. A line without an item
/// stands for any item authorised on it.
pub fn fractions(work: &UnitOfWork, receipt: &ReturnReceipt) -> Vec<ReasonPath> {
    let mut reasons = Vec::new();
    for (index, came) in receipt.lines.iter().enumerate() {
        let authorized = close::lines_of(work, &receipt.rma_number);
        let authorized = authorized.filter(|line| line.line == came.line).map(|line| &line.sku);
        let mut items = came.sku.as_ref().map_or_else(|| authorized.collect(), |sku| vec![sku]);
        items.retain(|sku| is_fraction(work, sku, came.quantity));
        if let Some(sku) = items.first() {
            let text = format!("`{sku}` comes in whole units");
            let path = format!("lines[{index}].quantity");
            reasons.push(ReasonPath::at(path, Reason::FractionOfWholeUnit, text));
        }
    }
    reasons
}

/// Rules R2 and R3: the return is open, and no more comes in than was authorised. Returns what came
/// in, item by item.
pub fn acceptable(
    work: &UnitOfWork,
    authorization: &Authorization,
    receipt: &ReturnReceipt,
) -> Result<Result<Vec<ReceivedLine>, Vec<ReasonPath>>, Halt> {
    let rma_number = &authorization.rma_number;
    let refused = |code, text: String| Ok(Err(vec![ReasonPath::at("rma_number", code, text)]));
    match authorization.status {
        Status::Open => {}
        Status::Expired => {
            let text = format!("{rma_number} expired on {}", authorization.expires_on);
            return refused(Reason::ReturnExpired, text);
        }
        Status::Completed => {
            return refused(Reason::ReturnClosed, format!("{rma_number} is completed"));
        }
    }
    let mut left: Left = close::lines_of(work, rma_number)
        .map(|line| ((line.line, line.sku.clone()), line.outstanding))
        .collect();
    let (mut received, mut over) = (Vec::new(), Vec::new());
    for (index, came) in receipt.lines.iter().enumerate() {
        let more = more_than(&mut left, came, &mut received)?;
        if let Some(left) = more {
            let path = format!("lines[{index}].quantity");
            let text = format!("{} came in, {left} more are authorised", came.quantity);
            over.push(ReasonPath::at(path, Reason::OverAuthorized, text));
        }
    }
    Ok(if over.is_empty() { Ok(received) } else { Err(over) })
}

/// The outstanding quantity of each item of an order line.
type Left = BTreeMap<(u32, Sku), Quantity>;

/// Takes what came in on a line, item by item if the line names no item. Returns the quantity that
/// may come in, if it is less than what did.
fn more_than(
    left: &mut Left,
    came: &ReturnReceiptLine,
    received: &mut Vec<ReceivedLine>,
) -> Result<Option<Quantity>, Halt> {
    let ReturnReceiptLine { line, sku, quantity, disposition } = came;
    let is_meant = |(number, item): &(u32, Sku)| {
        number == line && sku.as_ref().is_none_or(|wanted| wanted == item)
    };
    let mut rest = *quantity;
    for (key, left) in left.iter_mut().filter(|(key, _)| is_meant(key)) {
        let quantity = rest.min(*left);
        if !quantity.is_zero() {
            *left = minus(*left, quantity)?;
            rest = minus(rest, quantity)?;
            let (line, sku, disposition) = (key.0, key.1.clone(), *disposition);
            received.push(ReceivedLine { line, sku, quantity, disposition });
        }
    }
    if rest.is_zero() { Ok(None) } else { minus(*quantity, rest).map(Some) }
}
