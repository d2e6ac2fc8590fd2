//! A scenario out of a seed: the same seed, the same scenario.

mod amendments;
mod master;
mod mistakes;
mod orders;

use std::collections::BTreeMap;

use contracts::{PartnerName, Quantity, Sku};
use rand::{Rng, SeedableRng, rngs::StdRng};

use super::scenario::{BuyerPlan, Goods, Scenario};

/// Who orders: one name per channel.
const BUYERS: [&str; 4] = ["harbor-retail", "summit-market", "prairie-shops", "lakeside-trade"];
/// The warehouses and the partners that speak for them.
pub(super) const WAREHOUSES: [(&str, &str); 2] = [("EAST", "east-3pl"), ("WEST", "west-3pl")];
/// A stock unit in millionths.
pub(super) const ONE: i64 = 1_000_000;

/// So many whole stock units.
pub(super) fn units(count: i64) -> Quantity {
    Quantity::from_scaled(count * ONE)
}

/// A distributor with forty customers, two hundred items and so many orders.
///
/// # Errors
/// Never in practice: every id and number is well-formed.
pub fn scenario(seed: u64, orders: usize) -> anyhow::Result<Scenario> {
    let mut rng = StdRng::seed_from_u64(seed);
    let catalogue = master::catalogue(&mut rng)?;
    let customers = master::customers(&mut rng)?;
    let planned = orders::orders(&mut rng, &catalogue, &customers, orders)?;
    let buyers = buyers(&customers)?;
    let (items, price_lists) = master::documents(&catalogue)?;
    let mut scenario = Scenario {
        title: format!("{orders} generated orders, seed {seed}"),
        seed,
        customers: customers.into_iter().map(|customer| customer.record).collect(),
        items,
        price_lists,
        tax_rates: master::tax_rates()?,
        warehouses: master::warehouses()?,
        buyers,
        orders: planned,
        ..Scenario::empty(master::company("Midwest Supply", "USD", "America/Chicago")?)
    };
    let demand = demand(&scenario);
    (scenario.stock, scenario.receipts) = supply(&mut rng, &demand)?;
    Ok(scenario)
}

fn buyers(customers: &[master::Client]) -> anyhow::Result<Vec<BuyerPlan>> {
    let plan = |(index, name): (usize, &&str)| {
        let own = customers.iter().filter(|customer| customer.buyer == index);
        Ok(BuyerPlan {
            partner: PartnerName::new(*name)?,
            customers: own.map(|customer| customer.record.customer_id.clone()).collect(),
        })
    };
    BUYERS.iter().enumerate().map(plan).collect()
}

/// What orders that will be served ask for, by item.
pub(super) fn demand(scenario: &Scenario) -> BTreeMap<Sku, i64> {
    let mut demand = BTreeMap::new();
    let served = scenario.orders.iter().filter(|order| order.expected.may_be_served());
    for line in served.flat_map(|order| &order.lines) {
        *demand.entry(line.sku.clone()).or_default() += line.quantity.scaled();
    }
    demand
}

/// Stock for nine tenths of the demand, and receipts for the rest. Some items lie in one
/// warehouse, some in both; some are plenty, and the others run out before the last order.
pub(super) fn supply(
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

pub(super) fn goods(warehouse: usize, sku: &Sku, millionths: i64) -> anyhow::Result<Option<Goods>> {
    if millionths == 0 {
        return Ok(None);
    }
    let warehouse = WAREHOUSES[warehouse % WAREHOUSES.len()].0.parse()?;
    Ok(Some(Goods { warehouse, sku: sku.clone(), millionths }))
}

pub(super) use master::{SINCE, company, warehouses};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::scenario::{Expected, Resend};

    #[test]
    fn the_same_seed_is_the_same_scenario() -> anyhow::Result<()> {
        assert_eq!(scenario(7, 60)?, scenario(7, 60)?);
        assert_ne!(scenario(7, 60)?.orders, scenario(8, 60)?.orders);
        Ok(())
    }

    #[test]
    fn there_is_something_of_everything() -> anyhow::Result<()> {
        let it = scenario(1, 500)?;
        assert_eq!((it.orders.len(), it.customers.len(), it.items.len()), (500, 42, 200));
        let count = |of: fn(&crate::demo::scenario::PlannedOrder) -> bool| {
            it.orders.iter().filter(|order| of(order)).count()
        };
        assert!(count(|order| order.expected == Expected::Held) >= 3);
        assert!(count(|order| order.expected == Expected::Rejected) >= 3);
        assert!(count(|order| !order.returns.is_empty()) >= 10);
        assert!(count(|order| order.resend == Resend::Same) >= 5);
        assert!(count(|order| !order.order.charges.is_empty()) >= 20);
        assert!(count(|order| order.amendment.is_some()) >= 10);
        assert!(!it.receipts.is_empty());
        Ok(())
    }

    #[test]
    fn stock_and_receipts_cover_the_demand() -> anyhow::Result<()> {
        let it = scenario(3, 200)?;
        let mut left = demand(&it);
        for goods in it.stock.iter().chain(&it.receipts) {
            *left.entry(goods.sku.clone()).or_default() -= goods.millionths;
        }
        assert!(left.values().all(|left| *left == 0), "{left:?}");
        Ok(())
    }

    #[test]
    fn po_numbers_are_used_once() -> anyhow::Result<()> {
        let it = scenario(2, 300)?;
        let numbers: std::collections::BTreeSet<_> =
            it.orders.iter().map(|order| order.po_number().clone()).collect();
        assert_eq!(numbers.len(), it.orders.len());
        Ok(())
    }
}
