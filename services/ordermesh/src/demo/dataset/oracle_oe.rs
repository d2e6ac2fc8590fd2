//! Oracle's sample schema `OE` (order entry): nine warehouses with their stock, credit limits that
//! most orders exceed, list and minimum prices, items that are not sold, and order states.
//!
//! An operator releases orders that credit holds and the data has shipped. Orders that the data has
//! cancelled are cancelled while the warehouse waits or credit holds them.

mod orders;
mod products;

use std::{collections::BTreeSet, path::Path};

use anyhow::{Result, ensure};
use contracts::{
    Amount, CustomerId, Percent, Sku, WarehouseId,
    document::{Customer, Warehouse},
};
use orders::{Read, buyers, orders};
use products::{Products, products};

use super::{
    parts::{self, Place, dollars},
    sheet, table,
};
use crate::demo::{
    generate::master,
    scenario::{Expected, Goods, PlannedOrder, Scenario},
    tally::{Played, Rest, Tally},
    units::ONE,
};

const HOME: Place<'static> =
    Place { city: "Southlake", region: "TX", postal_code: "76092", country: "US" };

/// Returns true if the folder has these files.
pub(super) fn is_at(folder: &Path) -> bool {
    table::has(&folder.join("inventory.csv"), &["product_id", "warehouse_id", "quantity_on_hand"])
        && table::has(&folder.join("orders.csv"), &["order_id", "mode", "status_code"])
}

pub(super) fn scenario(folder: &Path, wanted: usize, seed: u64) -> Result<Scenario> {
    let mut tally = Tally::default();
    let customers = customers(&folder.join("customers.csv"), &mut tally)?;
    let warehouses = warehouses(&folder.join("warehouses.csv"), &customers, &mut tally)?;
    let products = products(&folder.join("products.csv"), &mut tally)?;
    let stock = stock(&folder.join("inventory.csv"), &mut tally)?;
    let read = orders(folder, wanted, &mut tally)?;
    ensure!(!read.is_empty(), "{}: no order was found", folder.display());
    let planned = read.iter().map(|read| read.planned(&products));
    let planned: Vec<PlannedOrder> = planned.collect::<Result<_>>()?;
    let first = warehouses.first().map(|it| it.warehouse_id.clone());
    let receipts = match first {
        Some(first) => sheet::shortage(&planned, &stock, &first),
        None => Vec::new(),
    };
    let tolerance = tolerance(&read, &products);
    tally.decided = decided(&planned, &receipts, tolerance);
    ensure!(tally.adds_up(), "rows were lost: {tally:?}");
    let mut company = master::company("Computer Wholesale", "USD", "America/Chicago")?;
    company.address = parts::address("Computer Wholesale", HOME)?;
    let list = products.iter().filter_map(|(sku, it)| Some((sku, it.list?)));
    let countries = customers.iter().filter_map(|it| it.default_ship_to.as_ref());
    Ok(Scenario {
        title: format!("{} orders of Oracle OE, {} warehouses", read.len(), warehouses.len()),
        seed,
        tax_rates: parts::tax_rates(countries.map(|to| to.country.as_str()))?,
        items: products.iter().map(|(sku, it)| it.record(sku)).collect::<Result<_>>()?,
        price_lists: vec![parts::price_list(dollars()?, tolerance, list)?],
        warehouses,
        buyers: buyers(&read)?,
        stock,
        receipts,
        customers,
        orders: planned,
        source: Some(tally),
        ..Scenario::empty(company)
    })
}

/// Lists the decisions that the data leaves open.
fn decided(planned: &[PlannedOrder], receipts: &[Goods], tolerance: Percent) -> Vec<String> {
    let refused = planned.iter().filter(|it| it.expected == Expected::Rejected).count();
    let mut decided = vec![
        "all happens now, whatever the dates".to_owned(),
        format!("list price as in the data, tolerance {tolerance} %: its prices are as agreed"),
        "no tax: the data has none".to_owned(),
        "an operator releases what credit holds and the data has shipped".to_owned(),
        "`shipped paid` is paid, `payment plan` in parts, the rest not: the data has no payments"
            .to_owned(),
        format!("{refused} orders have an item that is planned, not ready or obsolete: refused"),
    ];
    if !receipts.is_empty() {
        decided.push(sheet::restocked(receipts));
    }
    decided
}

fn customers(path: &Path, tally: &mut Tally) -> Result<Vec<Customer>> {
    let columns =
        ["customer_id", "name", "city", "state", "postal_code", "country", "credit_limit"];
    let mut records = Vec::new();
    for [id, name, city, region, postal_code, country, limit] in table::rows(path, columns)? {
        tally.rows += 1;
        let limit = if limit.is_empty() { None } else { Some(limit.parse::<Amount>()) };
        let (Ok(limit), Ok(_)) = (limit.transpose(), CustomerId::new(id.clone())) else {
            tally.leave(Rest::Unreadable, 1);
            continue;
        };
        let place = Place {
            city: &city,
            region: &region,
            postal_code: &postal_code,
            country: if country.is_empty() { HOME.country } else { &country },
        };
        let ship_to = parts::address(&name, place)?;
        records.push(parts::customer(&id, &name, dollars()?, limit, ship_to)?);
        tally.play(Played::Customer, 1);
    }
    Ok(records)
}

/// Returns a warehouse's place, by its name.
fn place(name: &str) -> Place<'_> {
    let (region, country) = match name {
        "Southlake, Texas" => ("TX", "US"),
        "San Francisco" => ("CA", "US"),
        "New Jersey" => ("NJ", "US"),
        "Seattle, Washington" => ("WA", "US"),
        "Toronto" => ("ONT", "CA"),
        "Sydney" => ("NSW", "AU"),
        "Mexico City" => ("", "MX"),
        "Beijing" => ("", "CN"),
        "Bombay" => ("", "IN"),
        _ => (HOME.region, HOME.country),
    };
    Place { city: name, region, country, ..Place::default() }
}

/// Returns the name of the warehouse nearest to a customer's region.
fn near(region: &str) -> &'static str {
    match region.split_once('-').unwrap_or((region, "")) {
        ("US", "NY" | "PA" | "MD") | ("IT" | "CH" | "DE", _) => "New Jersey",
        ("CA", _) => "Toronto",
        ("IN", _) => "Bombay",
        ("CN" | "JP" | "TH", _) => "Beijing",
        _ => "Southlake, Texas",
    }
}

fn warehouses(path: &Path, customers: &[Customer], tally: &mut Tally) -> Result<Vec<Warehouse>> {
    let ship_to = customers.iter().filter_map(|it| it.default_ship_to.as_ref());
    let regions: BTreeSet<String> = ship_to.map(parts::region).collect();
    let mut records = Vec::new();
    for ([id, name], priority) in table::rows(path, ["warehouse_id", "name"])?.into_iter().zip(1..)
    {
        tally.rows += 1;
        if id.parse::<WarehouseId>().is_err() {
            tally.leave(Rest::Unreadable, 1);
            continue;
        }
        let own = regions.iter().filter(|it| near(it) == name).cloned().collect();
        records.push(parts::warehouse(&id, &name, &slug(&name), priority, place(&name), own)?);
        tally.play(Played::Warehouse, 1);
    }
    Ok(records)
}

/// Returns a partner's name: lower-case words joined by dashes.
fn slug(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let words = lower.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    words.collect::<Vec<_>>().join("-")
}

fn stock(path: &Path, tally: &mut Tally) -> Result<Vec<Goods>> {
    let columns = ["product_id", "warehouse_id", "quantity_on_hand"];
    let mut stock = Vec::new();
    for [sku, warehouse, there] in table::rows(path, columns)? {
        tally.rows += 1;
        match (Sku::new(sku), warehouse.parse(), sheet::pieces(&there)) {
            (Ok(sku), Ok(warehouse), Some(pieces)) => {
                stock.push(Goods { warehouse, sku, millionths: pieces * ONE });
                tally.play(Played::Stock, 1);
            }
            _ => tally.leave(Rest::Unreadable, 1),
        }
    }
    Ok(stock)
}

fn tolerance(read: &[Read], products: &Products) -> Percent {
    let lines = read.iter().flat_map(|read| &read.lines);
    parts::tolerance(lines.filter_map(|it| Some((it.price, products.get(&it.sku)?.list?))))
}

#[cfg(test)]
mod tests;
