//! The stock and the receipts that a run needs.

use std::collections::BTreeMap;

use contracts::Sku;
use rand::{Rng, rngs::StdRng};

use super::master::WAREHOUSES;
use crate::demo::{
    scenario::{Goods, Scenario},
    units::ONE,
};

/// Sums the quantities of orders that will be served, by item.
pub(in crate::demo) fn demand(scenario: &Scenario) -> BTreeMap<Sku, i64> {
    let mut demand = BTreeMap::new();
    let served = scenario.orders.iter().filter(|order| order.expected.may_be_served());
    for line in served.flat_map(|order| &order.lines) {
        *demand.entry(line.sku.clone()).or_default() += line.quantity.scaled();
    }
    demand
}

/// Provides stock for nine tenths of the demand, and receipts for the rest. Some items lie in one
/// warehouse, some in both; some are plentiful, others run out before the last order.
pub(in crate::demo) fn supply(
    rng: &mut StdRng,
    demand: &BTreeMap<Sku, i64>,
) -> anyhow::Result<(Vec<Goods>, Vec<Goods>)> {
    let (mut stock, mut receipts) = (Vec::new(), Vec::new());
    for (sku, wanted) in demand {
        let scarce = rng.random_ratio(2, 5);
        let first = if scarce { wanted / 4 * 3 / ONE * ONE } else { *wanted };
        let share = *[0, 0, 1, 2, 3, 4, 4].get(rng.random_range(0..7)).unwrap_or(&2);
        let east = first * share / 4 / ONE * ONE;
        for (warehouse, millionths) in [(0, east), (1, first - east)] {
            stock.extend(goods(warehouse, sku, millionths)?);
        }
        receipts.extend(goods(usize::from(rng.random_ratio(1, 2)), sku, wanted - first)?);
    }
    Ok((stock, receipts))
}

pub(in crate::demo) fn goods(
    warehouse: usize,
    sku: &Sku,
    millionths: i64,
) -> anyhow::Result<Option<Goods>> {
    if millionths == 0 {
        return Ok(None);
    }
    let warehouse = WAREHOUSES[warehouse % WAREHOUSES.len()].0.parse()?;
    Ok(Some(Goods { warehouse, sku: sku.clone(), millionths }))
}
