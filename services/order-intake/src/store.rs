//! Every query of order-intake: the rows that a batch may touch, one query per table.
//!
//! Rows are locked table by table, in this order: how orders came, channels, customers, orders,
//! lines, owed, credit.

pub mod anew;
pub mod audit;
mod bank;
pub mod changes;
pub mod credit;
mod edi;
mod keys;
mod lines;

use std::collections::BTreeSet;

use contracts::{PriceListId, Sku};
use mesh::{
    DatabaseTransaction, DbErr, Load, Rows,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait},
};
use sea_orm::ConnectionTrait;

pub use self::keys::Keys;
use crate::{
    OrderIntake,
    domain::{
        credit::Owed,
        master::{Customer, Price, SELLER},
        order::{Order, Taken},
    },
    unit_of_work::UnitOfWork,
};

impl Load for OrderIntake {
    type Keys = Keys;
    type Work = UnitOfWork;

    async fn load(&self, tx: &DatabaseTransaction, keys: Keys) -> Result<UnitOfWork, DbErr> {
        load(tx, keys).await
    }
}

async fn load(tx: &DatabaseTransaction, mut keys: Keys) -> Result<UnitOfWork, DbErr> {
    let said = edi::load(tx, std::mem::take(&mut keys.edi), &keys.orders).await?;
    keys.price(&said.skus);
    let customers = customers(tx, &mut keys).await?;
    let orders = Rows::<Order>::lock(tx, "order_id", keys.orders.iter().copied()).await?;
    let customers = late_customers(tx, &keys, customers, &orders).await?;
    let under_way = changes::of_orders(tx, &keys).await?;
    keys.follow(under_way.changes.found(), under_way.lines.found());
    let lines = lines::named(tx, &keys).await?;
    let judged = lines.found().filter(|line| keys.judged.contains(&line.order_id));
    let judged: BTreeSet<Sku> = judged.map(|line| line.sku.clone()).collect();
    keys.price(&judged);
    let lists: BTreeSet<PriceListId> = customers
        .found()
        .map(|customer| customer.record.price_list.clone())
        .chain(keys.replaced_lists.iter().cloned())
        .chain(std::mem::take(&mut keys.lists))
        .collect();
    let prices = prices_of(tx, &lists, &keys.priced).await?;
    let prices = prices.and_find(tx, "price_list", keys.replaced_lists).await?;
    let owed = Rows::lock(tx, "source", keys.owed).await?;
    let of_customers = customers.found().map(|it| (it.customer_id.clone(), it.record.currency));
    let of_orders = orders.found().filter_map(Order::taken).map(Taken::account);
    keys.accounts.extend(of_orders.chain(of_customers));
    keys.accounts.extend(owed.found().filter_map(Owed::account));
    let credit = credit::lock(tx, &keys.accounts).await?;
    let company = keys.company.then(|| SELLER.to_owned());
    Ok(UnitOfWork {
        price_lists: Rows::find(tx, "price_list", lists).await?,
        prices,
        // After the customer's credit is locked: of two replicas, one sees the other's order.
        orders: orders.and_find(tx, "po_number", keys.po_numbers).await?,
        customers,
        items: Rows::find(tx, "sku", keys.items).await?,
        company: Rows::find(tx, "company", company).await?,
        lines,
        changes: under_way.changes,
        change_lines: under_way.lines,
        copies: under_way.copies,
        expiries: Rows::find(tx, "order_id", keys.expired).await?,
        credit,
        owed,
        channels: said.channels,
        interchanges: said.interchanges,
        sources: said.sources,
        codes: said.codes,
        bank_credits: said.bank_credits,
        bank_references: said.bank_references,
        commands: Rows::find(tx, "command_id", keys.commands).await?,
        changes_kept: under_way.kept,
        oldest: said.oldest,
    })
}

/// The customers that messages name, and those of orders whose customers are asked for.
async fn customers(tx: &DatabaseTransaction, keys: &mut Keys) -> Result<Rows<Customer>, DbErr> {
    // Read before they are locked: the customer of an order never changes.
    let standing = keys.judged.iter().chain(&keys.of_customer).copied();
    let standing: Vec<Order> = row::find(tx, "order_id", standing).await?;
    let named = standing.iter().filter_map(Order::taken);
    keys.customers.extend(named.map(|taken| taken.body.customer_id.clone()));
    Rows::lock(tx, "customer_id", keys.customers.iter().cloned()).await
}

/// Adds the customers of orders that another replica has taken since their customers were read.
async fn late_customers(
    tx: &DatabaseTransaction,
    keys: &Keys,
    customers: Rows<Customer>,
    orders: &Rows<Order>,
) -> Result<Rows<Customer>, DbErr> {
    let asked = |id| keys.judged.contains(id) || keys.of_customer.contains(id);
    let orders = orders.found().filter(|order| asked(&order.order_id));
    let late = orders.filter_map(Order::taken).map(|taken| taken.body.customer_id.clone());
    let late: BTreeSet<_> = late.filter(|customer| !keys.customers.contains(customer)).collect();
    customers.and_find(tx, "customer_id", late).await
}

/// The prices of these items on these lists.
pub async fn prices_of(
    db: &impl ConnectionTrait,
    lists: &BTreeSet<PriceListId>,
    skus: &BTreeSet<Sku>,
) -> Result<Rows<Price>, DbErr> {
    let mut prices = Vec::new();
    let values: Vec<_> = skus.iter().map(Cell::value).collect();
    for chunk in values.chunks(1_000) {
        let mut select = row::select::<Price>();
        let lists = lists.iter().map(Cell::value);
        select.and_where(Expr::col(Alias::new("price_list")).is_in(lists));
        select.and_where(Expr::col(Alias::new("sku")).is_in(chunk.iter().cloned()));
        prices.extend(row::fetch::<Price>(db, &select).await?);
    }
    let (lists, skus) = (lists.iter().cloned(), skus.iter().cloned());
    Ok(Rows::having_both(prices, ("price_list", lists), ("sku", skus)))
}
