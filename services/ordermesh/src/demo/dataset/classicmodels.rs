//! The `classicmodels` sample: a wholesaler of scale models with credit limits, stock, orders that
//! are cancelled, and payments by cheque that do not say what they are for.
//!
//! Every order ships complete, as in the data, which has one shipping date for each. A payment is
//! sent when the order it is of is billed: the one of that customer and amount, else the
//! customer's last before it.

use std::{collections::HashMap, path::Path};

use anyhow::{Result, ensure};
use contracts::{
    Amount, Currency, CustomerId, Money, PartnerName, PaymentId, Percent, Sku,
    document::{Channel, Customer, Item, ItemStatus},
};

use super::{
    Played, Rest, Tally, countries,
    parts::{self, Place},
    sheet::{self, Lines, Sold},
    table,
};
use crate::demo::{
    generate::{self, ONE},
    scenario::{
        Amend, Amendment, BuyerPlan, Expected, Goods, Pays, PlannedOrder, PlannedPayment, Scenario,
    },
};

/// Who orders: for customers in America, in Europe, and everywhere else.
const BUYERS: [&str; 3] = ["america-shops", "europe-shops", "pacific-shops"];
const AMERICA: [&str; 3] = ["US", "CA", "MX"];
const PACIFIC: [&str; 6] = ["AU", "NZ", "SG", "JP", "HK", "PH"];
const WAREHOUSE: &str = "MAIN";
const HOME: Place<'static> =
    Place { city: "San Francisco", region: "CA", postal_code: "94105", country: "US" };

/// Whether a folder has these files.
pub(super) fn is_at(folder: &Path) -> bool {
    table::has(&folder.join("payments.csv"), &["customer_no", "check_no", "amount_usd"])
        && table::has(&folder.join("orders.csv"), &["order_no", "status", "customer_no"])
}

/// The first `wanted` orders, with the payments that belong to them.
pub(super) fn scenario(folder: &Path, wanted: usize, seed: u64) -> Result<Scenario> {
    let mut tally = Tally::default();
    let (customers, buyer_of) = customers(&folder.join("customers.csv"), &mut tally)?;
    let products = products(&folder.join("products.csv"), &mut tally)?;
    let read = orders(folder, wanted, &mut tally)?;
    ensure!(!read.is_empty(), "{}: no order was found", folder.display());
    let planned = read.iter().map(|read| read.planned(&buyer_of));
    let planned: Vec<PlannedOrder> = planned.collect::<Result<_>>()?;
    let payments = payments(&folder.join("payments.csv"), &read, &mut tally)?;
    let mut company = generate::company("Scale Model Wholesale", "USD", "America/Los_Angeles")?;
    company.address = parts::address("Scale Model Wholesale", HOME);
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
        source: Some(tally),
        ..Scenario::empty(company)
    })
}

fn dollars() -> Result<Currency> {
    "USD".parse().map_err(anyhow::Error::msg)
}

/// What the data leaves open, in words.
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
        let ship_to = parts::address(&name, place);
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

/// An item, what it costs and sells at in millionths, and how many there are.
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

/// An order of the data.
struct Read {
    number: String,
    status: String,
    customer: String,
    comments: String,
    lines: Vec<Sold>,
}

fn orders(folder: &Path, wanted: usize, tally: &mut Tally) -> Result<Vec<Read>> {
    let columns = ["order_no", "product_code", "quantity", "unit_price_usd"];
    let mut lines = Lines::read(&folder.join("order_lines.csv"), columns, tally)?;
    let columns = ["order_no", "status", "customer_no", "comments"];
    let mut read = Vec::new();
    for [number, status, customer, comments] in table::rows(&folder.join("orders.csv"), columns)? {
        let lines = lines.take(&number);
        if sheet::plays(&number, &lines, read.len() == wanted, tally) {
            read.push(Read { number, status, customer, comments, lines });
        }
    }
    lines.finish(tally);
    Ok(read)
}

impl Read {
    fn is_cancelled(&self) -> bool {
        self.status == "Cancelled"
    }

    fn planned(&self, buyer_of: &HashMap<String, usize>) -> Result<PlannedOrder> {
        let lines = (1..).zip(&self.lines);
        let (sent, planned) =
            lines.map(|(number, it)| parts::line(number, &it.sku, it.pieces, it.price)).unzip();
        let currency = dollars()?;
        let mut order = parts::order(&self.number, &self.customer, Channel::Sales, currency, sent)?;
        order.ship_complete = true;
        let total = sheet::value(&self.lines, currency);
        order.total = total.map(|minor| Money::new(minor, currency).amount());
        let buyer = buyer_of.get(&self.customer).copied().unwrap_or_default();
        let reason = Some(self.comments.clone()).filter(|text| !text.is_empty());
        let cancel = Amendment { what: Amend::Cancel(reason), in_time: true };
        Ok(PlannedOrder {
            expected: Expected::OnCredit,
            amendment: self.is_cancelled().then_some(cancel),
            pays: Pays::Never,
            ..PlannedOrder::served(buyer, order, planned)
        })
    }
}

/// Payments, each after its order. Of a run of fewer orders only those that are of one of them.
fn payments(path: &Path, read: &[Read], tally: &mut Tally) -> Result<Vec<PlannedPayment>> {
    let currency = dollars()?;
    let part = tally.rest.contains_key(&Rest::BeyondTheRun);
    let mut of_customer: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, read) in read.iter().enumerate() {
        of_customer.entry(&read.customer).or_default().push(at);
    }
    let mut paid = vec![false; read.len()];
    let mut payments = Vec::new();
    let columns = ["customer_no", "check_no", "amount_usd"];
    for [customer, check, amount] in table::rows(path, columns)? {
        tally.rows += 1;
        let known = (PaymentId::new(check), CustomerId::new(customer.clone()));
        let (Some(amount), (Ok(payment_id), Ok(id))) = (sheet::minor(&amount, currency), known)
        else {
            tally.leave(Rest::Unreadable, 1);
            continue;
        };
        let own = of_customer.get(customer.as_str()).map_or(&[][..], Vec::as_slice);
        let equal = own.iter().copied().find(|at| {
            let order = &read[*at];
            !paid[*at]
                && !order.is_cancelled()
                && sheet::value(&order.lines, currency) == Some(amount)
        });
        if part && equal.is_none() {
            tally.leave(Rest::BeyondTheRun, 1);
            continue;
        }
        if let Some(at) = equal {
            paid[at] = true;
        }
        let last_paid = || own.iter().copied().rfind(|at| paid[*at]);
        let after = equal.or_else(last_paid).or_else(|| own.first().copied());
        payments.push(PlannedPayment {
            payment_id,
            customer: id,
            currency,
            amount,
            after,
            as_ordered: equal.is_some(),
        });
        tally.play(Played::Payment, 1);
    }
    Ok(payments)
}

#[cfg(test)]
mod tests {
    use super::{super::tests::written, *};

    const FILES: [(&str, &str); 5] = [
        (
            "customers.csv",
            "customer_no,name,city,state,postal_code,country,credit_limit_usd\n\
             1,Toys,Nantes,,44000,France,210.00\n2,Never,Rome,,,Italy,0.00\n",
        ),
        (
            "products.csv",
            "product_code,name,qty_in_stock,buy_price_usd,msrp_usd\nS1,Car,10,4.00,10.00\n\
             S2,Boat,5,5.00,8.00\n",
        ),
        (
            "orders.csv",
            "order_no,order_date,status,customer_no,comments\n100,2003-01-06,Shipped,1,\n\
             101,2003-01-07,Cancelled,1,too late\n102,2003-01-08,Shipped,1,\n\
             103,2003-01-09,Shipped,1,\n",
        ),
        (
            "order_lines.csv",
            "order_no,line_no,product_code,quantity,unit_price_usd\n100,1,S1,9,9.00\n\
             100,2,S2,2,7.20\n101,1,S1,3,8.00\n102,1,S1,1,9.50\n102,2,S2,some,8.00\n\
             109,1,S1,1,1.00\n",
        ),
        (
            "payments.csv",
            "customer_no,check_no,payment_date,amount_usd\n1,A1,2003-01-20,95.40\n\
             1,A2,2003-01-21,9.50\n1,A3,2003-01-22,24.00\n",
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
        let played = [Played::Customer, Played::Item, Played::Order, Played::OrderLine];
        assert_eq!(played.map(|it| tally.of(it)), [2, 2, 3, 4]);
        assert_eq!((tally.rows, tally.of(Played::Payment)), (17, 3));
        let rest = [Rest::Unreadable, Rest::OrderWithoutLines, Rest::LineWithoutOrder];
        assert_eq!(rest.map(|why| tally.rest.get(&why).copied()), [Some(1); 3]);
        assert!(tally.adds_up());
    }

    #[test]
    fn a_payment_comes_after_the_order_of_its_amount_and_never_after_a_cancelled_one() {
        let it = scenario(10);
        let payments: Vec<_> = it.payments.iter().map(|it| (it.after, it.as_ordered)).collect();
        assert_eq!(payments, [(Some(0), true), (Some(2), true), (Some(2), false)]);
        assert_eq!(it.payments[0].amount, 9_540);
        assert!(it.orders.iter().all(|order| order.pays == Pays::Never));
    }

    #[test]
    fn of_a_shorter_run_only_its_own_orders_and_payments_are_played() {
        let it = scenario(2);
        assert_eq!((it.orders.len(), it.payments.len()), (2, 1));
        let tally = it.source.unwrap();
        assert_eq!(tally.rest.get(&Rest::BeyondTheRun), Some(&4));
        assert!(tally.adds_up());
    }

    #[test]
    fn orders_ship_complete_are_cancelled_as_in_the_data_and_what_is_short_comes_in() {
        let it = scenario(10);
        let cancel = it.orders[1].amendment.as_ref().unwrap();
        assert_eq!((&cancel.what, cancel.in_time), (&Amend::Cancel(Some("too late".into())), true));
        assert!(it.orders.iter().all(|order| order.order.ship_complete) && it.ships_whole);
        let limits: Vec<_> = it.customers.iter().filter_map(|it| it.credit_limit).collect();
        assert_eq!(limits.iter().map(ToString::to_string).collect::<Vec<_>>(), ["210.00", "0.00"]);
        let short: Vec<_> = it.receipts.iter().map(|it| (it.sku.as_str(), it.millionths)).collect();
        assert_eq!(short, [("S1", 3 * ONE)]);
        assert_eq!(it.price_lists[0].tolerance_percent.to_string(), "20");
        assert_eq!(it.orders[0].order.total.unwrap().to_string(), "95.40");
    }
}
