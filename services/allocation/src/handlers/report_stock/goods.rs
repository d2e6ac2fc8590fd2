//! The goods of a transfer, added up by item.

use std::collections::BTreeMap;

use contracts::{Quantity, Reason, Sku, document::StockTransferLine};
use mesh::{Halt, checked::minus};

use super::refusal::{Report, refused};
use crate::domain::report::Transfer;

pub type Goods = BTreeMap<Sku, Quantity>;

/// The goods with those of lines added.
pub fn added_up(goods: &Goods, lines: &[StockTransferLine]) -> Report<Goods> {
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

/// The part of a line that is not among these goods, which are used up by it.
pub fn left_over(goods: &mut Goods, line: &StockTransferLine) -> Result<Quantity, Halt> {
    let Some(there) = goods.get_mut(&line.sku) else { return Ok(line.quantity) };
    let used = line.quantity.min(*there);
    *there = minus(*there, used)?;
    minus(line.quantity, used)
}

/// The goods that have left and not arrived.
pub fn in_transit(transfer: &Transfer) -> Result<Goods, Halt> {
    let arrived = |sku| transfer.arrived.get(sku).copied().unwrap_or_default();
    let left = transfer.departed.iter();
    left.map(|(sku, left)| Ok((sku.clone(), minus(*left, arrived(sku))?))).collect()
}
