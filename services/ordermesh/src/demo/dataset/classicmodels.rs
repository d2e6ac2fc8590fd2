//! The `classicmodels` sample: a wholesaler of scale models with credit limits, stock, cancelled
//! orders, and payments by cheque without a purpose.
//!
//! Every order ships complete, as in the data, which has one shipping date per order. A payment is
//! sent when its order is billed: the order of that customer and amount, otherwise the customer's
//! last order before it.

mod orders;
mod payments;

use std::{collections::HashMap, path::Path};

use anyhow::{Result, ensure};
use contracts::{
    Amount, CustomerId, PartnerName, Percent, Sku,
    document::{Customer, Item, ItemStatus},
};
use orders::{Read, orders};
use payments::payments;

use super::{
    countries,
    parts::{self, Place, dollars},
    sheet, table,
};
use crate::demo::{
    generate::master,
    scenario::{BuyerPlan, Goods, PlannedOrder, Scenario},
    tally::{Played, Rest, Tally},
    units::ONE,
};

/// The buyers: for customers in America, in Europe, and everywhere else.
const BUYERS: [&str; 3] = ["america-shops", "europe-shops", "pacific-shops"];
const AMERICA: [&str; 3] = ["US", "CA", "MX"];
const PACIFIC: [&str; 6] = ["AU", "NZ", "SG", "JP", "HK", "PH"];
const WAREHOUSE: &str = "MAIN";
const HOME: Place<'static> =
    Place { city: "San Francisco", region: "CA", postal_code: "94105", country: "US" };

/// Returns true if the folder has these files.
pub(super) fn is_at(folder: &Path) -> bool {
    table::has(&folder.join("payments.csv"), &["customer_no", "check_no", "amount_usd"])
        && table::has(&folder.join("orders.csv"), &["order_no", "status", "customer_no"])
}

/// Builds the scenario of the first `wanted` orders and their payments.
pub(super) fn scenario(folder: &Path, wanted: usize, seed: u64) -> Result<Scenario> {
    let mut tally = Tally::default();
    let (customers, buyer_of) = customers(&folder.join("customers.csv"), &mut tally)?;
    let products = products(&folder.join("products.csv"), &mut tally)?;
    let (read, totals) = orders(folder, wanted, &mut tally)?;
    ensure!(!read.is_empty(), "{}: no order was found", folder.display());
    let planned = read.iter().map(|read| read.planned(&buyer_of));
    let planned: Vec<PlannedOrder> = planned.collect::<Result<_>>()?;
    let file = folder.join("payments.csv");
    let (payments, like_orders) = payments(&file, (&read, &totals), &mut tally)?;
    let mut company = master::company("Scale Model Wholesale", "USD", "America/Los_Angeles")?;
    company.address = parts::address("Scale Model Wholesale", HOME)?;
    let list = products.iter().map(|it| (&it.sku, it.list));
    let tolerance = tolerance(&read, &products);
    let receipts = sheet::shortage(&planned, &stock(&products)?, &WAREHOUSE.parse()?);
    tally.decided = decided(&read, &receipts, tolerance);
    ensure!(tally.adds_up(), "rows were lost: {tally:?}");
    let countries = customers.iter().filter_map(|it| it.default_ship_to.as_ref());
    Ok(Scenario {
        title: format!("{} orders and {} payments of classicmodels", read.len(), payments.len()),
        seed,
        tax_rates: parts::tax_rates(countries.map(|to| to.country.as_str()))?,
        items: products.iter().map(Product::record).collect::<Result<_>>()?,
        price_lists: vec![parts::price_list(dollars()?, tolerance, list)?],
        warehouses: vec![parts::warehouse(
            WAREHOUSE,
            "Main",
            "main-warehouse",
            1,
            HOME,
            Vec::new(),
        )?],
        buyers: buyers(&customers, &buyer_of)?,
        stock: stock(&products)?,
        receipts,
        ships_whole: true,
        customers,
        orders: planned,
        payments,
        like_orders,
        source: Some(tally),
        ..Scenario::empty(company)
    })
}

/// Lists the decisions that the data leaves open.
fn decided(read: &[Read], receipts: &[Goods], tolerance: Percent) -> Vec<String> {
    let undone = read.iter().filter(|it| matches!(it.status.as_str(), "On Hold" | "In Process"));
    let undone = undone.count();
    let mut decided = vec![
        "all happens now, whatever the dates, and in one warehouse".to_owned(),
        "every order ships complete: the data has one shipping date for each".to_owned(),
        format!("list price is the MSRP, tolerance {tolerance} %: the data's prices are as agreed"),
        "no tax: the data has none".to_owned(),
        "cancelled orders are cancelled before the warehouse ships them".to_owned(),
    ];
    if !receipts.is_empty() {
        decided.push(sheet::restocked(receipts));
    }
    if undone > 0 {
        decided
            .push(format!("{undone} orders `On Hold` or `In Process` are served like the others"));
    }
    decided
}

fn customers(path: &Path, tally: &mut Tally) -> Result<(Vec<Customer>, HashMap<String, usize>)> {
    let columns =
        ["customer_no", "name", "city", "state", "postal_code", "country", "credit_limit_usd"];
    let (mut records, mut buyer_of) = (Vec::new(), HashMap::new());
    for [id, name, city, region, postal_code, country, limit] in table::rows(path, columns)? {
        tally.rows += 1;
        let country = countries::find(&country).unwrap_or(HOME.country);
        let place = Place { city: &city, region: &region, postal_code: &postal_code, country };
        let limit = if limit.is_empty() { None } else { Some(limit.parse::<Amount>()) };
        let (Ok(limit), Ok(_)) = (limit.transpose(), CustomerId::new(id.clone())) else {
            tally.leave(Rest::Unreadable, 1);
            continue;
        };
        let ship_to = parts::address(&name, place)?;
        records.push(parts::customer(&id, &name, dollars()?, limit, ship_to)?);
        tally.play(Played::Customer, 1);
        let buyer = match country {
            it if AMERICA.contains(&it) => 0,
            it if PACIFIC.contains(&it) => 2,
            _ => 1,
        };
        buyer_of.insert(id, buyer);
    }
    Ok((records, buyer_of))
}

fn buyers(customers: &[Customer], buyer_of: &HashMap<String, usize>) -> Result<Vec<BuyerPlan>> {
    let plan = |(index, name): (usize, &&str)| {
        let ids = customers.iter().map(|customer| customer.customer_id.clone());
        let own = ids.filter(|id| buyer_of.get(id.as_str()) == Some(&index));
        Ok(BuyerPlan { partner: PartnerName::new(*name)?, customers: own.collect() })
    };
    BUYERS.iter().enumerate().map(plan).collect()
}

/// An item with its cost and list price in millionths, and its stock.
struct Product {
    sku: Sku,
    name: String,
    there: i64,
    cost: i64,
    list: i64,
}

impl Product {
    fn record(&self) -> Result<Item> {
        parts::item(&self.sku, &self.name, ItemStatus::Active, self.cost)
    }
}

fn products(path: &Path, tally: &mut Tally) -> Result<Vec<Product>> {
    let columns = ["product_code", "name", "qty_in_stock", "buy_price_usd", "msrp_usd"];
    let mut products = Vec::new();
    for [code, name, there, cost, list] in table::rows(path, columns)? {
        tally.rows += 1;
        let product = || {
            let (cost, list) = (sheet::millionths(&cost)?, sheet::millionths(&list)?);
            let (sku, there) = (Sku::new(code).ok()?, sheet::pieces(&there)?);
            Some(Product { sku, name, there, cost, list })
        };
        match product() {
            Some(product) => {
                products.push(product);
                tally.play(Played::Item, 1);
            }
            None => tally.leave(Rest::Unreadable, 1),
        }
    }
    Ok(products)
}

fn stock(products: &[Product]) -> Result<Vec<Goods>> {
    let goods = |it: &Product| {
        let (warehouse, sku) = (WAREHOUSE.parse()?, it.sku.clone());
        Ok(Goods { warehouse, sku, millionths: it.there * ONE })
    };
    products.iter().map(goods).collect()
}

fn tolerance(read: &[Read], products: &[Product]) -> Percent {
    let lists: HashMap<&Sku, i64> = products.iter().map(|it| (&it.sku, it.list)).collect();
    let lines = read.iter().flat_map(|read| &read.lines);
    parts::tolerance(lines.filter_map(|it| Some((it.price, *lists.get(&it.sku)?))))
}

#[cfg(test)]
mod tests;
