//! Every query of order-intake: what a batch touches, one query per table.

use std::collections::BTreeSet;

use contracts::{CommandId, CustomerId, OrderId, PoNumber, PriceListId, Sku};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait},
};

use crate::domain::{
    Message, Set,
    master::{Customer, Price, PriceList, SELLER, Seller},
};

/// What a batch names.
#[derive(Default)]
struct Named {
    orders: BTreeSet<OrderId>,
    po_numbers: BTreeSet<PoNumber>,
    customers: BTreeSet<CustomerId>,
    skus: BTreeSet<Sku>,
    priced: BTreeSet<Sku>,
    replaced_lists: BTreeSet<PriceListId>,
    /// Lists of customers that come in: an order of the same batch is priced by them.
    lists: BTreeSet<PriceListId>,
    default_customers: bool,
    company: bool,
    commands: BTreeSet<CommandId>,
}

/// Brings everything that deciding `messages` may touch.
pub async fn load(tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
    let mut named = Named::default();
    messages.iter().for_each(|message| named.note(message));
    if named.default_customers {
        let partners = mesh::partners(tx).await?;
        named
            .customers
            .extend(partners.into_values().filter_map(|partner| partner.default_customer));
    }
    let customers: Vec<Customer> = row::lock(tx, "customer_id", named.customers).await?;
    let lists: BTreeSet<PriceListId> = customers
        .iter()
        .map(|customer| customer.record.price_list.clone())
        .chain(named.replaced_lists.iter().cloned())
        .chain(named.lists)
        .collect();
    let price_lists: Vec<PriceList> = row::find(tx, "price_list", lists.iter().cloned()).await?;
    let mut prices = prices_of(tx, &lists, &named.priced).await?;
    prices.extend(row::find::<Price, _>(tx, "price_list", named.replaced_lists).await?);
    let mut orders: Vec<_> = row::lock(tx, "order_id", named.orders.iter().copied()).await?;
    orders.extend(row::find(tx, "po_number", named.po_numbers).await?);
    let company = if named.company { Some(SELLER.to_owned()) } else { None };
    Ok(Set {
        customers: Rows::loaded(customers),
        items: Rows::loaded(row::find(tx, "sku", named.skus).await?),
        company: Rows::loaded(row::find::<Seller, _>(tx, "company", company).await?),
        price_lists: Rows::loaded(price_lists),
        prices: Rows::loaded(prices),
        orders: Rows::loaded(orders),
        lines: Rows::loaded(row::lock(tx, "order_id", named.orders).await?),
        commands: Rows::loaded(row::find(tx, "command_id", named.commands).await?),
    })
}

impl Named {
    fn note(&mut self, message: &Message) {
        match message {
            Message::Order(partner, order) => {
                self.orders.insert(OrderId::of(partner, &order.po_number));
                self.po_numbers.insert(order.po_number.clone());
                self.customers.extend(order.customer_id.clone());
                self.default_customers |= order.customer_id.is_none();
                self.skus.extend(order.lines.iter().map(|line| line.sku.clone()));
                self.priced.extend(order.lines.iter().map(|line| line.sku.clone()));
                self.company = true;
            }
            Message::Change(partner, change) => {
                self.orders.insert(OrderId::of(partner, &change.po_number));
            }
            Message::Cancel(partner, cancel) => {
                self.orders.insert(OrderId::of(partner, &cancel.po_number));
            }
            Message::Customer(_, customer) => {
                self.customers.insert(customer.customer_id.clone());
                self.lists.insert(customer.price_list.clone());
            }
            Message::Item(_, item) => {
                self.skus.insert(item.sku.clone());
            }
            Message::PriceList(_, list) => {
                self.replaced_lists.insert(list.price_list.clone());
            }
            Message::Company(..) => self.company = true,
            Message::Partner(command) => {
                self.commands.insert(command.command_id.clone());
            }
            Message::Declined(declined) => {
                self.orders.insert(declined.order_id);
            }
            Message::Dispatched(dispatched) => {
                self.orders.insert(dispatched.order_id);
            }
            Message::Billed(posted) => {
                self.orders.insert(posted.order_id);
            }
        }
    }
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
