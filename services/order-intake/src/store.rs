//! Every query of order-intake: what a batch touches, one query per table.
//!
//! Rows are locked table by table, in this order: how orders came, channels, customers, orders, lines, owed, credit.

pub mod anew;
pub mod audit;
pub mod change;
pub mod credit;
mod lines;
mod named;

use std::collections::BTreeSet;

use contracts::{PriceListId, Sku};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait},
};

use self::named::Named;
use crate::domain::{
    Message, Set,
    credit::Owed,
    master::{Customer, Price, PriceList, SELLER, Seller},
    order::{Line, Order},
};

/// Brings everything that deciding `messages` may touch.
pub async fn load(tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
    let mut named = Named::default();
    messages.iter().for_each(|message| named.note(message));
    let said = crate::edi::store::load(tx, messages, &named.orders).await?;
    named.priced.extend(said.skus.iter().cloned());
    named.skus.extend(said.skus);
    name_customers(tx, &mut named).await?;
    let customers: Vec<Customer> =
        row::lock(tx, "customer_id", std::mem::take(&mut named.customers)).await?;
    let mut orders: Vec<Order> = row::lock(tx, "order_id", named.orders.iter().copied()).await?;
    let under_way = change::of_orders(tx, &named).await?;
    named.note_under_way(&under_way.changes, &under_way.lines);
    let lines: Vec<Line> = lines::named(tx, &named).await?;
    let judged = lines.iter().filter(|line| named.judged.contains(&line.order_id));
    let judged: Vec<Sku> = judged.map(|line| line.sku.clone()).collect();
    named.skus.extend(judged.iter().cloned());
    named.priced.extend(judged);
    let lists: BTreeSet<PriceListId> = customers
        .iter()
        .map(|customer| customer.record.price_list.clone())
        .chain(named.replaced_lists.iter().cloned())
        .chain(named.lists)
        .collect();
    let price_lists: Vec<PriceList> = row::find(tx, "price_list", lists.iter().cloned()).await?;
    let mut prices = prices_of(tx, &lists, &named.priced).await?;
    prices.extend(row::find::<Price, _>(tx, "price_list", named.replaced_lists).await?);
    let owed: Vec<Owed> = row::lock(tx, "source", named.owed).await?;
    let of_customers = customers.iter().map(|it| (it.customer_id.clone(), it.record.currency));
    let of_owed = owed.iter().filter_map(Owed::account);
    named.accounts.extend(orders.iter().filter_map(Order::account).chain(of_customers));
    named.accounts.extend(of_owed);
    let credit = credit::lock(tx, &named.accounts).await?;
    orders.extend(row::find(tx, "po_number", named.po_numbers).await?);
    let company = if named.company { Some(SELLER.to_owned()) } else { None };
    Ok(Set {
        customers: Rows::loaded(customers),
        items: Rows::loaded(row::find(tx, "sku", named.skus).await?),
        company: Rows::loaded(row::find::<Seller, _>(tx, "company", company).await?),
        price_lists: Rows::loaded(price_lists),
        prices: Rows::loaded(prices),
        orders: Rows::loaded(orders),
        lines: Rows::loaded(lines),
        changes: Rows::loaded(under_way.changes),
        change_lines: Rows::loaded(under_way.lines),
        copies: Rows::loaded(under_way.copies),
        expiries: Rows::loaded(row::find(tx, "order_id", named.expired).await?),
        credit: Rows::loaded(credit),
        owed: Rows::loaded(owed),
        channels: Rows::loaded(said.channels),
        interchanges: Rows::loaded(said.interchanges),
        sources: Rows::loaded(said.sources),
        codes: Rows::loaded(said.codes),
        bank_credits: Rows::loaded(said.bank_credits),
        bank_references: Rows::loaded(said.bank_references),
        commands: Rows::loaded(row::find(tx, "command_id", named.commands).await?),
        changes_kept: under_way.kept,
    })
}

/// Adds the customers that messages mean without naming them.
async fn name_customers(tx: &DatabaseTransaction, named: &mut Named) -> Result<(), DbErr> {
    let senders = mesh::partners_named(tx, named.default_of.iter().cloned()).await?;
    named.customers.extend(senders.into_values().filter_map(|partner| partner.default_customer));
    // Read before they are locked: whose an order is never changes.
    let standing = named.judged.iter().chain(&named.of_customer).copied();
    let standing: Vec<Order> = row::find(tx, "order_id", standing).await?;
    for order in standing {
        named.customers.extend(order.customer_id);
    }
    Ok(())
}

/// The prices of these items on these lists.
async fn prices_of(
    tx: &DatabaseTransaction,
    lists: &BTreeSet<PriceListId>,
    skus: &BTreeSet<Sku>,
) -> Result<Vec<Price>, DbErr> {
    let mut prices = Vec::new();
    let skus: Vec<_> = skus.iter().map(Cell::value).collect();
    for chunk in skus.chunks(1_000) {
        let mut select = row::select::<Price>();
        let lists = lists.iter().map(Cell::value);
        select.and_where(Expr::col(Alias::new("price_list")).is_in(lists));
        select.and_where(Expr::col(Alias::new("sku")).is_in(chunk.iter().cloned()));
        prices.extend(row::fetch::<Price>(tx, &select).await?);
    }
    prices.sort_by_key(Row::key);
    Ok(prices)
}
