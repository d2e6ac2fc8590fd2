//! The checks of a line by itself: item, quantity, unit (O3).

use contracts::{
    Quantity, document,
    reason::{Reason, ReasonLine},
};
use mesh::{Halt, Key};
use rust_decimal::Decimal;

use super::judge::Judge;
use crate::domain::{
    line::MAX_LINES,
    price::{Wanted, stock_units_per},
};

/// The patience with an item that is not known yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// The record may be on its way.
    Some,
    /// The line is decided without it.
    None,
}

impl Patience {
    /// Waiting is worth it unless the order is refused for its size anyway.
    #[must_use]
    pub fn of(order: &document::Order) -> Self {
        if order.lines.len() <= MAX_LINES { Self::Some } else { Self::None }
    }
}

/// A line that passed the checks of its own.
pub struct Checked<'a> {
    pub line: &'a document::OrderLine,
    pub item: &'a document::Item,
    /// The ordered unit.
    pub uom: &'a contracts::Uom,
    /// The quantity in that unit.
    pub ordered: Quantity,
    /// Stock units in one of that unit.
    pub per_uom: Quantity,
    /// The quantity in stock units.
    pub stock: Quantity,
}

impl Checked<'_> {
    pub fn wanted(&self) -> Wanted<'_> {
        Wanted {
            sku: &self.line.sku,
            uom: self.uom,
            ordered: self.ordered,
            per_uom: self.per_uom,
            stock_uom: &self.item.stock_uom,
            stock: self.stock,
        }
    }
}

impl Judge<'_> {
    /// One line in stock units; `None` after saying what is wrong with it.
    ///
    /// # Errors
    /// Names what is not known yet.
    pub fn line<'a>(
        &'a self,
        line: &'a document::OrderLine,
        patience: Patience,
        reasons: &mut Vec<ReasonLine>,
    ) -> Result<Option<Checked<'a>>, Halt> {
        let mut refuse =
            |reason, text: String| reasons.push(ReasonLine::at(line.line, reason, text));
        let Some(item) = self.work.items.get(&line.sku) else {
            if patience == Patience::Some {
                return Err(Halt::Wait(Key::new("item", &line.sku)));
            }
            refuse(Reason::UnknownItem, format!("item `{}` is not known", line.sku));
            return Ok(None);
        };
        let item = &item.record.0;
        if item.status != document::ItemStatus::Active {
            refuse(Reason::InactiveItem, format!("item `{}` is inactive", line.sku));
        }
        if line.discount_percent.get() > Decimal::ONE_HUNDRED {
            refuse(Reason::InvalidValue, "a discount is at most 100 percent".to_owned());
        }
        let ordered = line.quantity.non_negative().filter(|quantity| !quantity.is_zero());
        if ordered.is_none() {
            let text = format!("quantity {} is not above 0", line.quantity);
            refuse(Reason::QuantityNotPositive, text);
        }
        let uom = line.uom.as_ref().unwrap_or(&item.stock_uom);
        // The unit is judged whatever the quantity is: every reason is told at once (O2).
        let Some((per_uom, stock)) = in_stock_units(item, uom, ordered.unwrap_or_default()) else {
            let quantity = line.quantity;
            let text =
                format!("{quantity} {uom} of `{}` is no quantity in {}", line.sku, item.stock_uom);
            refuse(Reason::UnitNotConvertible, text);
            return Ok(None);
        };
        let Some(ordered) = ordered else { return Ok(None) };
        if item.whole_units && !stock.is_whole() {
            let text = format!("{stock} {} of `{}`: whole units only", item.stock_uom, line.sku);
            refuse(Reason::FractionOfWholeUnit, text);
        }
        Ok(Some(Checked { line, item, uom, ordered, per_uom, stock }))
    }
}

/// Stock units in one `uom`, and in all of it.
fn in_stock_units(
    item: &document::Item,
    uom: &contracts::Uom,
    ordered: Quantity,
) -> Option<(Quantity, Quantity)> {
    let per_uom = stock_units_per(item, uom).filter(|per| !per.is_zero())?;
    let stock = Quantity::new(ordered.get().checked_mul(per_uom.get())?).ok()?;
    Some((per_uom, stock))
}
