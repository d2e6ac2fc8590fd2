//! Orders and their lines in a file each, as in the wholesale sets.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use anyhow::Result;
use contracts::{Currency, Money, PoNumber, SignedQuantity, Sku, WarehouseId};

use super::table;
use crate::demo::{
    scenario::{Goods, PlannedOrder},
    tally::{Played, Rest, Tally},
    units::ONE,
};

/// A sold line: pieces at a price in millionths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sold {
    pub sku: Sku,
    pub pieces: i64,
    pub price: i64,
}

/// The lines that no order has taken yet.
#[derive(Debug, Default)]
pub(super) struct Lines(HashMap<String, Vec<Sold>>);

impl Lines {
    /// Reads the columns of order, item, quantity and price.
    pub fn read(path: &Path, columns: [&str; 4], tally: &mut Tally) -> Result<Self> {
        let mut lines = Self::default();
        for [order, sku, quantity, price] in table::rows(path, columns)? {
            tally.rows += 1;
            let sold = || {
                let (pieces, price) = (pieces(&quantity)?, millionths(&price)?);
                Some(Sold { sku: Sku::new(sku).ok()?, pieces, price })
            };
            match sold() {
                Some(sold) if sold.pieces == 0 => tally.leave(Rest::QuantityZero, 1),
                Some(sold) => lines.0.entry(order).or_default().push(sold),
                None => tally.leave(Rest::Unreadable, 1),
            }
        }
        Ok(lines)
    }

    /// Takes the lines of an order.
    pub fn take(&mut self, order: &str) -> Vec<Sold> {
        self.0.remove(order).unwrap_or_default()
    }

    /// Counts the lines that no order has taken.
    pub fn finish(self, tally: &mut Tally) {
        let left = self.0.values().map(Vec::len).sum();
        tally.leave(Rest::LineWithoutOrder, count(left));
    }
}

/// Returns true if an order with these lines is played, and counts it as played or under the reason
/// why not.
pub(super) fn plays(po_number: &str, lines: &[Sold], full: bool, tally: &mut Tally) -> bool {
    tally.rows += 1;
    let rows = 1 + count(lines.len());
    let why = match (lines.is_empty(), full, PoNumber::new(po_number).is_err()) {
        (true, ..) => Rest::OrderWithoutLines,
        (_, _, true) => Rest::Unreadable,
        (_, true, _) => Rest::BeyondTheRun,
        (false, false, false) => {
            tally.play(Played::Order, 1);
            tally.play(Played::OrderLine, rows - 1);
            return true;
        }
    };
    tally.leave(why, rows);
    false
}

/// Returns the value of the lines in minor units; none if it is not exact.
pub(super) fn value(lines: &[Sold], currency: Currency) -> Option<i64> {
    let exact = lines.iter().map(|it| i128::from(it.pieces) * i128::from(it.price)).sum::<i128>();
    let mut unit = i128::from(ONE);
    (0..currency.minor_digits()).for_each(|_| unit /= 10);
    (exact % unit == 0).then(|| i64::try_from(exact / unit).ok()).flatten()
}

/// Returns the goods that the orders need beyond the stock; they arrive later at one warehouse.
pub(super) fn shortage(
    orders: &[PlannedOrder],
    stock: &[Goods],
    warehouse: &WarehouseId,
) -> Vec<Goods> {
    let mut short: BTreeMap<&Sku, i64> = BTreeMap::new();
    let served = orders.iter().filter(|order| order.expected.may_be_served());
    for line in served.flat_map(|order| &order.lines) {
        *short.entry(&line.sku).or_default() += line.quantity.scaled();
    }
    for goods in stock {
        if let Some(short) = short.get_mut(&goods.sku) {
            *short -= goods.millionths;
        }
    }
    let goods = |(sku, millionths): (&Sku, i64)| Goods {
        warehouse: warehouse.clone(),
        sku: sku.clone(),
        millionths,
    };
    short.into_iter().filter(|(_, short)| *short > 0).map(goods).collect()
}

/// Describes the goods that arrive later.
pub(super) fn restocked(receipts: &[Goods]) -> String {
    let units: i64 = receipts.iter().map(|it| it.millionths).sum();
    format!(
        "{} units of {} items are ordered and in no warehouse: they come in after the last order",
        units / ONE,
        receipts.len()
    )
}

/// Parses an amount into minor units.
pub(super) fn minor(text: &str, currency: Currency) -> Option<i64> {
    Money::of(text.parse().ok()?, currency).ok().map(|money| money.minor)
}

/// Parses a price or amount into millionths.
pub(super) fn millionths(text: &str) -> Option<i64> {
    text.parse::<SignedQuantity>().ok().map(SignedQuantity::scaled).filter(|it| *it >= 0)
}

/// Parses a whole number of pieces.
pub(super) fn pieces(text: &str) -> Option<i64> {
    millionths(text).filter(|it| it % ONE == 0).map(|it| it / ONE)
}

pub(super) fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
