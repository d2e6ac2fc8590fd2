//! The rows that a batch may touch, one query per table.

pub mod due;
pub mod tax_asks;

use std::collections::BTreeSet;

use contracts::{
    CommandId, CustomerId, InvoiceNumber, OrderId, PartnerName, RmaNumber, Sku,
    event::CompanyUpdated,
};
use jiff::civil::Date;
use mesh::{
    DatabaseTransaction, DbErr, Load, Rows,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use sea_orm::ConnectionTrait;

use crate::{
    Invoicing,
    domain::{
        counter::Name,
        dispatch::{self, Dispatch, State},
        invoice::Posted,
        master::Rate,
        order::Order,
        period::BOOKS,
        tax::Place,
    },
    edi::{Formats, rows::Channel},
    unit_of_work::UnitOfWork,
};

/// The rows that the messages of a batch name.
#[derive(Debug, Default)]
pub struct Keys {
    /// Orders whose dispatches are needed too.
    pub orders: BTreeSet<OrderId>,
    /// Orders of which the invoices are needed too.
    pub returned: BTreeSet<OrderId>,
    pub rmas: BTreeSet<RmaNumber>,
    pub skus: BTreeSet<Sku>,
    /// Places whose tax rates are needed.
    pub places: BTreeSet<Place>,
    pub commands: BTreeSet<CommandId>,
    /// Days that are being closed.
    pub closed: BTreeSet<Date>,
    /// Set when numbers may be taken: the counters are locked, and documents may be sent.
    pub takes_numbers: bool,
    pub buyers: BTreeSet<PartnerName>,
    pub customers: BTreeSet<CustomerId>,
    /// The partners that want UBL or X12, by the records that the batch is decided with.
    pub formats: Formats,
}

impl Keys {
    /// Adds a buyer that may be billed.
    pub fn buyer(&mut self, partner: &PartnerName, customer: &CustomerId) {
        self.buyers.insert(partner.clone());
        self.customers.insert(customer.clone());
    }
}

impl Load for Invoicing {
    type Keys = Keys;
    type Work = UnitOfWork;

    async fn load(&self, tx: &DatabaseTransaction, keys: Keys) -> Result<UnitOfWork, DbErr> {
        load(tx, keys).await
    }
}

/// The counters come first: their lock makes numbers gapless (rule I6), and a query after it cannot
/// miss a tax rate that was counted.
async fn load(tx: &DatabaseTransaction, mut keys: Keys) -> Result<UnitOfWork, DbErr> {
    let counters = [Name::Invoice, Name::CreditMemo, Name::TaxRates];
    let counters = counters.into_iter().filter(|_| keys.takes_numbers);
    let counters = Rows::lock(tx, "counter", counters).await?;
    let books = keys.takes_numbers.then(|| BOOKS.to_owned());
    let seller = keys.takes_numbers.then(|| CompanyUpdated::SELLER.to_owned());
    let orders = Rows::<Order>::lock(tx, "order_id", keys.orders.iter().copied()).await?;
    let dispatches: Rows<Dispatch> = of_orders(tx, &keys.orders).await?;
    let unbilled = dispatches.found().filter(|dispatch| dispatch.state != State::Billed);
    keys.places.extend(unbilled.map(|it| Place { country: it.country, region: it.region.clone() }));
    let dispatch_lines: Rows<dispatch::Line> = of_orders(tx, &keys.orders).await?;
    keys.skus.extend(dispatch_lines.found().map(|line| line.sku.clone()));
    let closings = Rows::find(tx, "command_id", keys.commands.iter().cloned()).await?;
    let closings = closings.and_find(tx, "through", keys.closed.iter().copied()).await?;
    let (channels, in_formats) = channels(tx, &keys, &orders).await?;
    // All that there are of these orders, and each of them is known by its number too.
    let invoices: Vec<Posted> = row::find(tx, "order_id", keys.returned).await?;
    let numbers: Vec<InvoiceNumber> = invoices.iter().map(|it| it.invoice_number.clone()).collect();
    keys.customers.extend(orders.found().map(|order| order.body.customer_id.clone()));
    keys.customers.extend(invoices.iter().map(|it| it.document.customer_id.clone()));
    let (customers, texts) =
        if in_formats { (keys.customers, keys.skus.clone()) } else { Default::default() };
    Ok(UnitOfWork {
        counters,
        periods: Rows::find(tx, "period", books).await?,
        closings,
        company: Rows::find(tx, "company", seller).await?,
        items: Rows::find(tx, "sku", keys.skus).await?,
        item_texts: Rows::find(tx, "sku", texts).await?,
        buyers: Rows::find(tx, "customer_id", customers).await?,
        channels,
        format_fallbacks: Rows::default(),
        tax_rates: rates(tx, &keys.places).await?,
        orders,
        lines: of_orders(tx, &keys.orders).await?,
        charges: of_orders(tx, &keys.orders).await?,
        dispatches,
        dispatch_lines,
        waiting: of_orders(tx, &keys.orders).await?,
        tax_asks: of_orders(tx, &keys.orders).await?,
        tax_replies: of_orders(tx, &keys.orders).await?,
        invoices: Rows::of_keys(invoices, []),
        invoice_taxes: Rows::find(tx, "invoice_number", numbers).await?,
        credit_memos: Rows::default(),
        returns: Rows::find(tx, "rma_number", keys.rmas).await?,
        entries: Rows::default(),
        entry_lines: Rows::default(),
        commands: Rows::find(tx, "command_id", keys.commands).await?,
    })
}

async fn of_orders<R: Row>(
    tx: &DatabaseTransaction,
    orders: &BTreeSet<OrderId>,
) -> Result<Rows<R>, DbErr> {
    Rows::find(tx, "order_id", orders.iter().copied()).await
}

/// The channels of the buyers that may be billed, and `true` if any of them wants UBL or X12. Two
/// replicas must not use one control number twice, so that channels that are missing are made
/// first, then locked.
async fn channels(
    tx: &DatabaseTransaction,
    keys: &Keys,
    orders: &Rows<Order>,
) -> Result<(Rows<Channel>, bool), DbErr> {
    if !keys.takes_numbers {
        return Ok((Rows::default(), false));
    }
    let mut buyers = keys.buyers.clone();
    buyers.extend(orders.found().map(|order| order.partner.clone()));
    let in_formats = buyers.iter().any(|partner| keys.formats.any.contains(partner));
    let in_x12 = buyers.into_iter().filter(|partner| keys.formats.x12.contains(partner));
    let wanted: Vec<Channel> = in_x12.map(Channel::new).collect();
    let of = |channel: &Channel| channel.partner.clone();
    let channels = if wanted.is_empty() {
        Rows::default()
    } else {
        Rows::lock_or_make(tx, "partner", of, &wanted).await?
    };
    Ok((channels, in_formats))
}

/// The rates of these places, with those of their whole countries.
async fn rates(tx: &DatabaseTransaction, places: &BTreeSet<Place>) -> Result<Rows<Rate>, DbErr> {
    let countries: BTreeSet<String> =
        places.iter().map(|place| place.country.to_string()).collect();
    let mut regions: BTreeSet<String> = places.iter().map(|place| place.region.clone()).collect();
    if countries.is_empty() {
        return Ok(Rows::default());
    }
    regions.insert(String::new());
    let mut select = row::select::<Rate>();
    select.and_where(Expr::col(Alias::new("country")).is_in(countries.clone()));
    select.and_where(Expr::col(Alias::new("region")).is_in(regions.clone()));
    let rates = row::fetch(tx, &select).await?;
    Ok(Rows::having_both(rates, ("country", countries), ("region", regions)))
}

/// The number of rows of a table for which a condition holds that one of its partial indexes has,
/// word for word.
pub async fn count(
    db: &impl ConnectionTrait,
    table: &'static str,
    condition: &'static str,
) -> Result<i64, DbErr> {
    let mut select = Query::select();
    select.expr_as(Expr::cust("COUNT(*)"), Alias::new("rows_found"));
    select.from(Alias::new(table)).and_where(Expr::cust(condition));
    let row = db.query_one(&select).await?;
    row.map_or(Ok(0), |row| mesh::column::Cell::read(&row, "rows_found"))
}
