//! The scenario built from the collected rows.
//!
//! The data sells one item at many prices, and each line is sent with its own. The price list has
//! the item's highest price and a tolerance of 100 %, so that every lower price is as agreed (rule
//! O4) and the partner's own price is billed.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use anyhow::{Result, ensure};
use contracts::{
    Currency, CustomerId, PartnerName, Sku,
    document::{Address, Channel, Customer, Item, ItemStatus, PriceList},
};
use rand::{SeedableRng as _, rngs::StdRng};

use super::{
    collect::{Collected, Sale},
    returns,
};
use crate::demo::{
    dataset::{
        countries::{self, HOME},
        parts::{self, Place},
    },
    generate::{
        master,
        supply::{self, goods},
    },
    scenario::{BuyerPlan, PlannedOrder, PlannedReturn, Scenario},
    units::ONE,
};

/// The buyers for customers at home, and last the one for customers abroad.
const BUYERS: [&str; 4] = ["web-shop", "trade-desk", "gift-market", "export-desk"];

pub(super) fn scenario(mut collected: Collected, path: &Path, seed: u64) -> Result<Scenario> {
    let mut planned = returns::of(&collected.sales, &collected.cancelled, &mut collected.tally);
    ensure!(collected.tally.adds_up(), "rows were lost: {:?}", collected.tally);
    let (customers, buyer_of) = customers(&collected.sales)?;
    let mut orders = Vec::with_capacity(collected.sales.len());
    for (at, sale) in collected.sales.iter().enumerate().filter(|(_, it)| !it.lines.is_empty()) {
        let buyer = buyer_of.get(sale.customer.as_str()).copied().unwrap_or_default();
        orders.push(order(sale, buyer, planned.remove(&at).unwrap_or_default())?);
    }
    let mut company = master::company("Gift Wholesale", "GBP", "Europe/London")?;
    company.address = address("Gift Wholesale", HOME)?;
    let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into());
    let mut scenario = Scenario {
        title: format!("{} orders of the Online Retail data in `{name}`", orders.len()),
        seed,
        tax_rates: parts::tax_rates(countries(&collected.sales))?,
        customers,
        items: items(&collected)?,
        price_lists: vec![price_list(&collected)?],
        warehouses: master::warehouses()?,
        buyers: buyers(&buyer_of)?,
        orders,
        ..Scenario::empty(company)
    };
    let demand = supply::demand(&scenario);
    let mut rng = StdRng::seed_from_u64(seed);
    (scenario.stock, scenario.receipts) = supply::supply(&mut rng, &demand)?;
    write_off(&mut scenario, &collected)?;
    scenario.source = Some(collected.tally);
    Ok(scenario)
}

/// Adds written-off goods to the stock, and takes them out again as a correction.
fn write_off(scenario: &mut Scenario, collected: &Collected) -> Result<()> {
    let mut lost: BTreeMap<&Sku, i64> = BTreeMap::new();
    for (sku, units) in &collected.written_off {
        *lost.entry(sku).or_default() += units * ONE;
    }
    for (sku, millionths) in lost {
        let there = goods(0, sku, millionths)?;
        let gone = goods(0, sku, -millionths)?;
        match scenario.stock.iter_mut().find(|it| {
            it.sku == *sku && there.as_ref().is_some_and(|there| there.warehouse == it.warehouse)
        }) {
            Some(known) => known.millionths += millionths,
            None => scenario.stock.extend(there),
        }
        scenario.corrections.extend(gone);
    }
    Ok(())
}

fn order(sale: &Sale, buyer: usize, returns: Vec<PlannedReturn>) -> Result<PlannedOrder> {
    let lines = (1..).zip(&sale.lines);
    let lines = lines.map(|(number, it)| parts::line(number, &it.sku, it.units, it.price));
    let (sent, planned) = lines.unzip();
    let mut order =
        parts::order(&sale.invoice, &sale.customer, Channel::Ecommerce, pounds()?, sent)?;
    let name = format!("Customer {}", sale.customer);
    order.ship_to = Some(address(&name, countries::code(&sale.country))?);
    Ok(PlannedOrder { returns, ..PlannedOrder::served(buyer, order, planned) })
}

fn pounds() -> Result<Currency> {
    "GBP".parse().map_err(anyhow::Error::msg)
}

/// Builds the customers, and maps each to its buyer.
fn customers(sales: &[Sale]) -> Result<(Vec<Customer>, HashMap<&str, usize>)> {
    let (mut records, mut buyer_of) = (Vec::new(), HashMap::new());
    for sale in sales {
        if buyer_of.contains_key(sale.customer.as_str()) {
            continue;
        }
        let country = countries::code(&sale.country);
        let buyer = if country == HOME { records.len() % 3 } else { 3 };
        buyer_of.insert(sale.customer.as_str(), buyer);
        let name = format!("Customer {}", sale.customer);
        let ship_to = address(&name, country)?;
        records.push(parts::customer(&sale.customer, &name, pounds()?, None, ship_to)?);
    }
    Ok((records, buyer_of))
}

fn buyers(buyer_of: &HashMap<&str, usize>) -> Result<Vec<BuyerPlan>> {
    let plan = |(index, name): (usize, &&str)| {
        let mut own: Vec<&str> =
            buyer_of.iter().filter(|(_, buyer)| **buyer == index).map(|(id, _)| *id).collect();
        own.sort_unstable();
        Ok(BuyerPlan {
            partner: PartnerName::new(*name)?,
            customers: own.into_iter().map(CustomerId::new).collect::<Result<_, _>>()?,
        })
    };
    BUYERS.iter().enumerate().map(plan).collect()
}

/// Returns the highest price of each item, by code; zero for items that are never sold.
fn prices(collected: &Collected) -> BTreeMap<&Sku, i64> {
    let mut prices: BTreeMap<&Sku, i64> = collected.names.keys().map(|sku| (sku, 0)).collect();
    for line in collected.sales.iter().flat_map(|sale| &sale.lines) {
        let highest = prices.entry(&line.sku).or_default();
        *highest = line.price.max(*highest);
    }
    prices
}

fn items(collected: &Collected) -> Result<Vec<Item>> {
    let item = |(sku, price): (&Sku, i64)| {
        let name = collected.names.get(sku).map_or("", String::as_str);
        parts::item(sku, name, ItemStatus::Active, price / 2)
    };
    prices(collected).into_iter().map(item).collect()
}

fn price_list(collected: &Collected) -> Result<PriceList> {
    parts::price_list(pounds()?, "100".parse()?, prices(collected).into_iter())
}

fn countries(sales: &[Sale]) -> impl Iterator<Item = &str> {
    sales.iter().map(|sale| countries::code(&sale.country)).chain([HOME])
}

fn address(name: &str, country: &str) -> Result<Address> {
    parts::address(name, Place { country, ..Place::default() })
}
