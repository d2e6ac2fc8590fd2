//! Rule O4: the price of a line, and whether the partner's price is the one that was agreed.

use contracts::{Percent, Quantity, Sku, UnitPrice, Uom, document::Item, event::OrderedLine};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::master::{Price, PriceList};

/// A price, per so many stock units: 12 for a case of 12, so that nothing is rounded before the
/// line net.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Priced {
    /// Per `base`, in the order's currency.
    pub unit_price: UnitPrice,
    /// Stock units that the price is for.
    pub base: Quantity,
}

impl Priced {
    /// The price of `units` stock units, where that is a decimal of the contract.
    #[must_use]
    pub fn per(self, units: Quantity) -> Option<UnitPrice> {
        let price = self.unit_price.get().checked_mul(units.get())?;
        let price = price.checked_div(self.base.get())?;
        UnitPrice::new(price.round_dp(contracts::decimal::SCALE)).ok()
    }

    /// The exact price of `base × other base` units after `discount`: comparable across bases.
    fn scaled(self, discount: Percent, other: Self) -> Option<Decimal> {
        let net = (Decimal::ONE_HUNDRED - discount.get()) / Decimal::ONE_HUNDRED;
        self.unit_price.get().checked_mul(net)?.checked_mul(other.base.get())
    }

    /// Returns whether this price after `discount` is within `tolerance` of `list`, either side.
    #[must_use]
    pub fn is_within(self, discount: Percent, list: Self, tolerance: Percent) -> bool {
        let none = Percent::ZERO;
        match (self.scaled(discount, list), list.scaled(none, self)) {
            (Some(offered), Some(listed)) => {
                let allowed = listed * tolerance.get() / Decimal::ONE_HUNDRED;
                (offered - listed).abs() <= allowed
            }
            _ => false,
        }
    }
}

/// Stock units in one `uom` of an item; `None` when the item has no such unit (rule O3).
#[must_use]
pub fn stock_units_per(item: &Item, uom: &Uom) -> Option<Quantity> {
    if *uom == item.stock_uom {
        return Some(Quantity::from_scaled(1_000_000));
    }
    item.uoms.iter().find(|other| other.uom == *uom).map(|other| other.per_stock_uom)
}

/// Stock units in one ordered unit; `None` where a line of nothing does not say it.
#[must_use]
pub fn per_uom(line: &OrderedLine) -> Option<Quantity> {
    let per = line.quantity.get().checked_div(line.ordered_quantity.get())?;
    Quantity::new(per).ok()
}

/// A total in the ordered unit, as near as a quantity can say it.
#[must_use]
pub fn in_ordered_unit(line: &OrderedLine, stock: Quantity) -> Quantity {
    let per = per_uom(line).filter(|per| !per.is_zero()).unwrap_or(line.price_base_quantity);
    let ordered = stock.get().checked_div(per.get()).unwrap_or(Decimal::ZERO);
    Quantity::new(ordered.round_dp(contracts::decimal::SCALE)).unwrap_or_default()
}

/// The list that holds on a day: of those valid, the one that began last.
pub fn list_on<'a>(lists: impl Iterator<Item = &'a PriceList>, day: Date) -> Option<&'a PriceList> {
    lists
        .filter(|list| list.valid_from <= day && list.valid_to.is_none_or(|last| day <= last))
        .max_by_key(|list| list.valid_from)
}

/// The quantity that a line asks for, in both units.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    pub sku: &'a Sku,
    /// The ordered unit.
    pub uom: &'a Uom,
    /// The quantity in that unit.
    pub ordered: Quantity,
    /// Stock units in one of that unit.
    pub per_uom: Quantity,
    pub stock_uom: &'a Uom,
    /// The quantity in stock units.
    pub stock: Quantity,
}

/// The list price of a line: in the ordered unit first, else in the stock unit; of those, the one
/// with the largest `min_quantity` that the line reaches.
#[must_use]
pub fn list_price(prices: &[&Price], wanted: Wanted<'_>) -> Option<Priced> {
    let best = |uom: &Uom, quantity: Quantity| {
        prices
            .iter()
            .filter(|price| price.sku == *wanted.sku && price.uom == *uom)
            .filter(|price| price.min_quantity <= quantity)
            .max_by_key(|price| price.min_quantity)
            .map(|price| price.unit_price)
    };
    if let Some(unit_price) = best(wanted.uom, wanted.ordered) {
        return Some(Priced { unit_price, base: wanted.per_uom });
    }
    let base = Quantity::from_scaled(1_000_000);
    best(wanted.stock_uom, wanted.stock).map(|unit_price| Priced { unit_price, base })
}
