//! Oracle's sample schema `OE` (order entry): nine warehouses with their stock, credit limits that
//! most orders exceed, list and minimum prices, items that are not sold, and order states.
//!
//! What credit holds and the data has shipped, an operator releases; what the data has cancelled is
//! cancelled while the warehouse waits or credit holds it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use anyhow::{Result, ensure};
use contracts::{
    Amount, Currency, CustomerId, Money, PartnerName, Percent, Sku, WarehouseId,
    document::{Channel, Customer, Item, ItemStatus, Warehouse},
};

use super::{
    Played, Rest, Tally,
    parts::{self, Place},
    sheet::{self, Lines, Sold, count},
    table,
};
use crate::demo::{
    generate::{self, ONE},
    scenario::{Amend, Amendment, BuyerPlan, Expected, Goods, Pays, PlannedOrder, Scenario},
};

/// Who orders: the sales force, and the shop on the web.
const BUYERS: [&str; 2] = ["field-sales", "web-shop"];
const HOME: Place<'static> =
    Place { city: "Southlake", region: "TX", postal_code: "76092", country: "US" };

/// Whether a folder has these files.
pub(super) fn is_at(folder: &Path) -> bool {
    table::has(&folder.join("inventory.csv"), &["product_id", "warehouse_id", "quantity_on_hand"])
        && table::has(&folder.join("orders.csv"), &["order_id", "mode", "status_code"])
}

/// The first `wanted` orders.
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
    let mut company = generate::company("Computer Wholesale", "USD", "America/Chicago")?;
    company.address = parts::address("Computer Wholesale", HOME);
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

fn dollars() -> Result<Currency> {
    "USD".parse().map_err(anyhow::Error::msg)
}

/// What the data leaves open, in words.
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
        let ship_to = parts::address(&name, place);
        records.push(parts::customer(&id, &name, dollars()?, limit, ship_to)?);
        tally.play(Played::Customer, 1);
    }
    Ok(records)
}

/// Where a warehouse is, by its name.
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

/// Which warehouse is near a customer, by its name.
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

/// A partner's name: lower-case words with dashes between them.
fn slug(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let words = lower.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty());
    words.collect::<Vec<_>>().join("-")
}

/// An item; prices in millionths, none where the data has none.
struct Product {
    name: String,
    is_sold: bool,
    list: Option<i64>,
    min: Option<i64>,
}

impl Product {
    /// The data has no costs; nothing is sold below the minimum price.
    fn record(&self, sku: &Sku) -> Result<Item> {
        let status = if self.is_sold { ItemStatus::Active } else { ItemStatus::Inactive };
        parts::item(sku, &self.name, status, self.min.or(self.list).unwrap_or_default())
    }
}

type Products = BTreeMap<Sku, Product>;

fn products(path: &Path, tally: &mut Tally) -> Result<Products> {
    let columns = ["product_id", "name", "status", "list_price", "min_price"];
    let mut products = Products::new();
    for [id, name, status, list, min] in table::rows(path, columns)? {
        tally.rows += 1;
        let Ok(sku) = Sku::new(id) else {
            tally.leave(Rest::Unreadable, 1);
            continue;
        };
        let (list, min) = (sheet::millionths(&list), sheet::millionths(&min));
        products.insert(sku, Product { name, is_sold: status == "orderable", list, min });
        tally.play(Played::Item, 1);
    }
    Ok(products)
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

/// How an order stands in the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// 0: nobody has finished entering it.
    NotEntered,
    /// 2 and 3: cancelled, for bad credit or by the customer.
    Cancelled,
    /// 9.
    PaymentPlan,
    /// 10.
    Paid,
    /// Entered, shipped or billed.
    Other,
}

impl State {
    fn of(code: &str) -> Self {
        match code {
            "0" => Self::NotEntered,
            "2" | "3" => Self::Cancelled,
            "9" => Self::PaymentPlan,
            "10" => Self::Paid,
            _ => Self::Other,
        }
    }

    fn pays(self) -> Pays {
        match self {
            Self::PaymentPlan => Pays::InParts,
            Self::Paid => Pays::Whole,
            Self::NotEntered | Self::Cancelled | Self::Other => Pays::Never,
        }
    }
}

/// An order of the data.
struct Read {
    number: String,
    /// Whether it came by the web.
    online: bool,
    customer: String,
    state: State,
    /// Why it was cancelled, where it was.
    code: String,
    total: String,
    lines: Vec<Sold>,
}

fn orders(folder: &Path, wanted: usize, tally: &mut Tally) -> Result<Vec<Read>> {
    let columns = ["order_id", "product_id", "quantity", "unit_price"];
    let mut lines = Lines::read(&folder.join("order_lines.csv"), columns, tally)?;
    let columns = ["order_id", "mode", "customer_id", "status_code", "header_total"];
    let mut read = Vec::new();
    for [number, mode, customer, code, total] in table::rows(&folder.join("orders.csv"), columns)? {
        let (lines, state) = (lines.take(&number), State::of(&code));
        if state == State::NotEntered {
            tally.rows += 1;
            tally.leave(Rest::NotEntered, 1 + count(lines.len()));
            continue;
        }
        if sheet::plays(&number, &lines, read.len() == wanted, tally) {
            let online = mode == "online";
            read.push(Read { number, online, customer, state, code, total, lines });
        }
    }
    lines.finish(tally);
    Ok(read)
}

fn buyers(read: &[Read]) -> Result<Vec<BuyerPlan>> {
    let plan = |(index, name): (usize, &&str)| {
        let own = read.iter().filter(|read| read.buyer() == index);
        let ids: BTreeSet<&str> = own.map(|read| read.customer.as_str()).collect();
        let customers = ids.into_iter().map(CustomerId::new).collect::<Result<_, _>>()?;
        Ok(BuyerPlan { partner: PartnerName::new(*name)?, customers })
    };
    BUYERS.iter().enumerate().map(plan).collect()
}

impl Read {
    fn buyer(&self) -> usize {
        usize::from(self.online)
    }

    fn planned(&self, products: &Products) -> Result<PlannedOrder> {
        let lines = (1..).zip(&self.lines);
        let (sent, planned) =
            lines.map(|(number, it)| parts::line(number, &it.sku, it.pieces, it.price)).unzip();
        let channel = if self.online { Channel::Ecommerce } else { Channel::Sales };
        let currency = dollars()?;
        let mut order = parts::order(&self.number, &self.customer, channel, currency, sent)?;
        let total = sheet::minor(&self.total, currency);
        order.total = total.map(|minor| Money::new(minor, currency).amount());
        let cancelled = self.state == State::Cancelled;
        let expected = self.expected(products);
        Ok(PlannedOrder {
            expected,
            amendment: (cancelled && expected == Expected::OnCredit).then(|| self.cancel()),
            released: !cancelled,
            pays: self.state.pays(),
            ..PlannedOrder::served(self.buyer(), order, planned)
        })
    }

    fn cancel(&self) -> Amendment {
        let reason = if self.code == "2" { "bad credit" } else { "by the customer" };
        Amendment { what: Amend::Cancel(Some(reason.to_owned())), in_time: true }
    }

    /// What is not sold is refused (rule O3), and what has no price is held (rule O4).
    fn expected(&self, products: &Products) -> Expected {
        let of = |line: &Sold| products.get(&line.sku);
        let sold = |line: &Sold| of(line).is_some_and(|it| it.is_sold);
        let priced = |line: &Sold| of(line).is_some_and(|it| it.list.is_some());
        match (self.lines.iter().all(sold), self.lines.iter().all(priced)) {
            (false, _) => Expected::Rejected,
            (true, false) => Expected::Held,
            (true, true) => Expected::OnCredit,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::written, *};

    const FILES: [(&str, &str); 6] = [
        (
            "customers.csv",
            "customer_id,name,city,state,postal_code,country,credit_limit\n\
             7,Ann,Erie,PA,16501,US,100\n8,Bob,Pune,Kar,411,IN,200\n",
        ),
        ("warehouses.csv", "warehouse_id,name\n1,\"Southlake, Texas\"\n3,New Jersey\n9,Bombay\n"),
        (
            "products.csv",
            "product_id,name,status,list_price,min_price\n10,Mouse,orderable,20,15\n\
             11,Tape,obsolete,9,8\n12,Rare,orderable,,3\n",
        ),
        ("inventory.csv", "product_id,warehouse_id,quantity_on_hand\n10,1,4\n10,3,5\n11,9,0\n"),
        (
            "orders.csv",
            "order_id,mode,customer_id,status_code,header_total\n1,direct,7,8,180\n\
             2,online,8,3,15.5\n3,online,8,0,20\n4,direct,7,10,9\n5,direct,7,9,60\n6,direct,8,5,3\n",
        ),
        (
            "order_lines.csv",
            "order_id,product_id,quantity,unit_price\n1,10,9,20\n2,10,1,15.5\n3,10,1,20\n\
             4,11,1,9\n5,10,3,20\n6,12,1,3\n",
        ),
    ];

    fn scenario(wanted: usize) -> Scenario {
        let folder = written(&FILES);
        assert!(is_at(folder.path()));
        super::scenario(folder.path(), wanted, 1).unwrap()
    }

    #[test]
    fn every_row_is_played_or_named() {
        let it = scenario(10);
        let tally = it.source.unwrap();
        assert_eq!(tally.rows, 23);
        assert_eq!(tally.rest, BTreeMap::from([(Rest::NotEntered, 2)]));
        let short = scenario(2).source.unwrap();
        assert_eq!(short.rest.get(&Rest::BeyondTheRun), Some(&6));
    }

    #[test]
    fn states_of_orders_say_what_becomes_of_them() {
        let it = scenario(10);
        let said = |at: usize| {
            let order = &it.orders[at];
            (order.expected, order.released, order.pays, order.amendment.is_some())
        };
        assert_eq!(said(0), (Expected::OnCredit, true, Pays::Never, false));
        assert_eq!(said(1), (Expected::OnCredit, false, Pays::Never, true));
        assert_eq!(said(2), (Expected::Rejected, true, Pays::Whole, false));
        assert_eq!(said(3), (Expected::OnCredit, true, Pays::InParts, false));
        assert_eq!(said(4), (Expected::Held, true, Pays::Never, false));
    }

    #[test]
    fn each_warehouse_has_its_stock_and_serves_the_customers_near_it() {
        let it = scenario(10);
        let warehouses: Vec<_> = it
            .warehouses
            .iter()
            .map(|it| (it.partner.as_str(), it.priority, it.regions.join(" ")))
            .collect();
        let of = |partner, priority, regions: &str| (partner, priority, regions.to_owned());
        let expected =
            [of("southlake-texas", 1, ""), of("new-jersey", 2, "US-PA"), of("bombay", 3, "IN-Kar")];
        assert_eq!(warehouses, expected);
        assert_eq!(it.stock.len(), 3);
        let short: Vec<_> = it.receipts.iter().map(|it| (it.sku.as_str(), it.millionths)).collect();
        assert_eq!(short, [("10", 4 * ONE)]);
        assert_eq!(it.price_lists[0].prices.len(), 2);
        assert_eq!(it.price_lists[0].tolerance_percent.to_string(), "22.5");
    }
}
