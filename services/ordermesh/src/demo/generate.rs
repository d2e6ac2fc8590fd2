//! Scenarios generated from a seed: the same seed gives the same scenario.

mod amendments;
pub(super) mod master;
mod mistakes;
mod orders;
pub(super) mod supply;

use contracts::PartnerName;
use rand::{SeedableRng, rngs::StdRng};

use super::scenario::{BuyerPlan, Scenario};
use master::BUYERS;
use supply::{demand, supply};

/// Builds the scenario of a distributor with forty customers, two hundred items and `orders`
/// orders.
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
