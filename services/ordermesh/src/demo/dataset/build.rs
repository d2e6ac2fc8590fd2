//! The scenario of what was collected.
//!
//! The data sells one item at many prices, and each line is sent with its own. The price list has
//! the highest price of an item and a tolerance of 100 %, so that each price from nothing to the
//! list's is as agreed (rule O4) and the partner's is billed. Dates are the present's. The data
//! knows no tax: every country has a rate of zero.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use anyhow::{Result, ensure};
use contracts::{
    CustomerId, PartnerName, PoNumber, PriceListId, Sku, UnitPrice,
    document::{
        Address, Channel, Customer, CustomerStatus, Item, ItemStatus, Order, OrderLine, Price,
        PriceList, TaxCode, TaxRate, Terms,
    },
};
use rand::{SeedableRng as _, rngs::StdRng};

use super::{
    collect::{Collected, Sale},
    countries::{self, HOME},
    returns,
};
use crate::demo::{
    generate::{self, ONE, SINCE, units},
    scenario::{BuyerPlan, Expected, PlannedLine, PlannedOrder, PlannedReturn, Resend, Scenario},
};

/// Who orders for customers at home, and last for those abroad.
const BUYERS: [&str; 4] = ["web-shop", "trade-desk", "gift-market", "export-desk"];
const LIST: &str = "RETAIL";

/// Makes the scenario.
pub(super) fn scenario(mut collected: Collected, path: &Path, seed: u64) -> Result<Scenario> {
    let mut planned = returns::of(&collected.sales, &collected.cancelled, &mut collected.tally);
    ensure!(collected.tally.adds_up(), "rows were lost: {:?}", collected.tally);
    let (customers, buyer_of) = customers(&collected.sales)?;
    let mut orders = Vec::with_capacity(collected.sales.len());
    for (at, sale) in collected.sales.iter().enumerate().filter(|(_, it)| !it.lines.is_empty()) {
        let buyer = buyer_of.get(sale.customer.as_str()).copied().unwrap_or_default();
        orders.push(order(sale, buyer, planned.remove(&at).unwrap_or_default())?);
    }
    let mut company = generate::company("Gift Wholesale", "GBP", "Europe/London")?;
    company.address = address("Gift Wholesale", HOME);
    let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into());
    let mut scenario = Scenario {
        title: format!("{} orders of the data in `{name}`", orders.len()),
        seed,
        company,
        tax_rates: tax_rates(&collected.sales)?,
        customers,
        items: items(&collected)?,
        price_lists: vec![price_list(&collected)?],
        warehouses: generate::warehouses()?,
        buyers: buyers(&buyer_of)?,
        stock: Vec::new(),
        corrections: Vec::new(),
        receipts: Vec::new(),
        orders,
        source: None,
    };
    let demand = generate::demand(&scenario);
    let mut rng = StdRng::seed_from_u64(seed);
    (scenario.stock, scenario.receipts) = generate::supply(&mut rng, &demand)?;
    write_off(&mut scenario, &collected)?;
    scenario.source = Some(collected.tally);
    Ok(scenario)
}

/// What was written off was there before, and is not after.
fn write_off(scenario: &mut Scenario, collected: &Collected) -> Result<()> {
    let mut lost: BTreeMap<&Sku, i64> = BTreeMap::new();
    for (sku, units) in &collected.written_off {
        *lost.entry(sku).or_default() += units * ONE;
    }
    for (sku, millionths) in lost {
        let there = generate::goods(0, sku, millionths)?;
        let gone = generate::goods(0, sku, -millionths)?;
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
    let (mut lines, mut planned) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(&sale.lines) {
        let price = UnitPrice::from_scaled(line.price);
        lines.push(OrderLine {
            line: number,
            sku: line.sku.clone(),
            quantity: units(line.units).into(),
            uom: None,
            unit_price: Some(price),
            discount_percent: "0".parse()?,
        });
        planned.push(PlannedLine {
            line: number,
            sku: line.sku.clone(),
            quantity: units(line.units),
            price: Some(price),
            price_base: units(1),
        });
    }
    let order = Order {
        document_id: None,
        po_number: PoNumber::new(sale.invoice.clone())?,
        customer_id: Some(customer_id(sale)?),
        channel: Channel::Ecommerce,
        currency: Some("GBP".parse().map_err(anyhow::Error::msg)?),
        order_date: None,
        requested_ship_date: None,
        cancel_after: None,
        ship_complete: false,
        allow_backorder: true,
        allow_substitutes: false,
        priority: 5,
        ship_to: Some(address(
            &format!("Customer {}", sale.customer),
            countries::code(&sale.country),
        )),
        lines,
        charges: Vec::new(),
        total: None,
    };
    let (expected, resend) = (Expected::Served, Resend::Never);
    Ok(PlannedOrder { buyer, order, lines: planned, expected, resend, returns })
}

fn customer_id(sale: &Sale) -> Result<CustomerId> {
    Ok(CustomerId::new(sale.customer.clone())?)
}

/// Customers, and which buyer orders for each.
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
        records.push(Customer {
            document_id: None,
            customer_id: customer_id(sale)?,
            status: CustomerStatus::Active,
            currency: "GBP".parse().map_err(anyhow::Error::msg)?,
            credit_limit: None,
            terms: Terms::default(),
            tax_exempt: false,
            tax_id: None,
            price_list: PriceListId::new(LIST)?,
            over_ship_tolerance_percent: "0".parse()?,
            bill_to: None,
            default_ship_to: Some(address(&name, country)),
            name,
        });
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

/// The highest price of each item, in the order of their codes; nothing for what is never sold.
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
        let name = collected.names.get(sku).filter(|name| !name.is_empty());
        Ok(Item {
            document_id: None,
            sku: sku.clone(),
            description: name.cloned().unwrap_or_else(|| sku.to_string()),
            status: ItemStatus::Active,
            stock_uom: "EA".parse()?,
            whole_units: true,
            uoms: Vec::new(),
            tax_category: "standard".parse()?,
            unit_cost: UnitPrice::from_scaled(price / 2),
            substitutes: Vec::new(),
            codes: Vec::new(),
        })
    };
    prices(collected).into_iter().map(item).collect()
}

fn price_list(collected: &Collected) -> Result<PriceList> {
    let price = |(sku, price): (&Sku, i64)| {
        Ok(Price {
            sku: sku.clone(),
            uom: "EA".parse()?,
            unit_price: UnitPrice::from_scaled(price),
            min_quantity: units(1),
        })
    };
    Ok(PriceList {
        document_id: None,
        price_list: PriceListId::new(LIST)?,
        currency: "GBP".parse().map_err(anyhow::Error::msg)?,
        valid_from: SINCE,
        valid_to: None,
        tolerance_percent: "100".parse()?,
        prices: prices(collected).into_iter().map(price).collect::<Result<_>>()?,
    })
}

fn tax_rates(sales: &[Sale]) -> Result<Vec<TaxRate>> {
    let countries: BTreeSet<&str> =
        sales.iter().map(|sale| countries::code(&sale.country)).chain([HOME]).collect();
    let rate = |country: &str| {
        Ok(TaxRate {
            document_id: None,
            country: country.to_owned(),
            region: None,
            tax_category: "standard".parse()?,
            rate_percent: "0".parse()?,
            valid_from: SINCE,
            code: TaxCode::Z,
            exemption_reason: None,
        })
    };
    countries.into_iter().map(rate).collect()
}

fn address(name: &str, country: &str) -> Address {
    Address {
        name: name.to_owned(),
        line1: "1 High Street".to_owned(),
        line2: None,
        city: "Market Town".to_owned(),
        region: None,
        postal_code: "00000".to_owned(),
        country: country.to_owned(),
    }
}
