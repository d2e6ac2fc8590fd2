//! Every query of invoicing: what a batch touches, one query per table.

pub mod asks;

use std::collections::BTreeSet;

use contracts::{CommandId, OrderId, RmaNumber, Sku, event::CompanyUpdated};
use jiff::{Timestamp, civil::Date};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Query},
};
use sea_orm::ConnectionTrait;

use crate::{
    config::TaxEngine,
    domain::{
        Message, Set,
        command::{BOOKS, Closing},
        counter::{Counter, Name},
        dispatch::{self, Dispatch, State, Waiting},
        engine::Ask,
        master::Rate,
        order::Order,
        tax::Place,
    },
    edi,
};

/// What a batch names.
#[derive(Default)]
struct Named {
    orders: BTreeSet<OrderId>,
    returned: BTreeSet<OrderId>,
    rmas: BTreeSet<RmaNumber>,
    skus: BTreeSet<Sku>,
    places: BTreeSet<Place>,
    commands: BTreeSet<CommandId>,
    closed: BTreeSet<Date>,
    billed: edi::store::Named,
    counters: bool,
}

/// Brings everything that deciding `messages` may touch. The counters come first: their lock makes
/// numbers gapless (I6), and what is read after it can not miss a tax rate that was counted.
pub async fn load(tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
    let mut named = Named::default();
    messages.iter().for_each(|message| named.note(message));
    let counters = [Name::Invoice, Name::CreditMemo, Name::TaxRates];
    let counters = counters.into_iter().filter(|_| named.counters);
    let counters: Vec<Counter> = row::lock(tx, "counter", counters).await?;
    let periods = named.counters.then(|| BOOKS.to_owned());
    let company = named.counters.then(|| CompanyUpdated::SELLER.to_owned());
    let orders: Vec<Order> = row::lock(tx, "order_id", named.orders.iter().copied()).await?;
    let dispatches: Vec<Dispatch> = row::find(tx, "order_id", named.orders.iter().copied()).await?;
    let waits = dispatches.iter().filter(|dispatch| dispatch.state != State::Billed);
    named.places.extend(
        waits.map(|dispatch| Place { country: dispatch.country, region: dispatch.region.clone() }),
    );
    let dispatch_lines: Rows<dispatch::Line> = of_orders(tx, &named.orders).await?;
    named.skus.extend(dispatch_lines.iter().map(|line| line.sku.clone()));
    let mut closings: Vec<Closing> =
        row::find(tx, "command_id", named.commands.iter().cloned()).await?;
    closings.extend(row::find::<Closing, _>(tx, "through", named.closed.clone()).await?);
    let billed = named.billed(&orders, &dispatch_lines);
    let billed = edi::store::load(tx, billed).await?;
    Ok(Set {
        counters: Rows::loaded(counters),
        periods: Rows::loaded(row::find(tx, "period", periods).await?),
        closings: Rows::loaded(closings),
        company: Rows::loaded(row::find(tx, "company", company).await?),
        items: Rows::loaded(row::find(tx, "sku", named.skus).await?),
        item_texts: Rows::loaded(billed.texts),
        buyers: Rows::loaded(billed.buyers),
        channels: Rows::loaded(billed.channels),
        unsaid: Rows::default(),
        tax_rates: Rows::loaded(rates(tx, &named.places).await?),
        orders: Rows::loaded(orders),
        lines: of_orders(tx, &named.orders).await?,
        charges: of_orders(tx, &named.orders).await?,
        dispatches: Rows::loaded(dispatches),
        dispatch_lines,
        waiting: of_orders(tx, &named.orders).await?,
        tax_asks: of_orders(tx, &named.orders).await?,
        tax_replies: of_orders(tx, &named.orders).await?,
        invoices: of_orders(tx, &named.returned).await?,
        invoice_taxes: of_orders(tx, &named.returned).await?,
        credit_memos: Rows::default(),
        returns: Rows::loaded(row::find(tx, "rma_number", named.rmas).await?),
        entries: Rows::default(),
        entry_lines: Rows::default(),
        commands: Rows::loaded(row::find(tx, "command_id", named.commands).await?),
    })
}

impl Named {
    /// Whom and what the batch may bill, with what is known of its orders; nothing where it bills
    /// nothing.
    fn billed(&self, orders: &[Order], lines: &Rows<dispatch::Line>) -> edi::store::Named {
        let mut billed = self.billed.clone();
        if !self.counters {
            return edi::store::Named::default();
        }
        for order in orders {
            billed.note(&order.partner, &order.body.customer_id);
        }
        billed.skus.extend(lines.iter().map(|line| line.sku.clone()));
        billed
    }

    fn note(&mut self, message: &Message) {
        match message {
            Message::Ordered(order_id, body) => {
                self.orders.insert(*order_id);
                self.billed.note(&body.partner, &body.customer_id);
            }
            Message::Changed(changed) => {
                self.orders.insert(changed.order_id);
                self.billed.note(&changed.order.partner, &changed.order.customer_id);
            }
            Message::Cancelled(cancelled) => {
                self.orders.insert(cancelled.order_id);
            }
            Message::Item(_) | Message::Company(_) | Message::Customer(_) => {}
            Message::TaxRate(..) => self.counters = true,
            Message::Dispatched(event) => {
                self.orders.insert(event.order_id);
                self.skus.extend(event.lines.iter().map(|line| line.sku.clone()));
                self.places.insert(Place {
                    country: event.ship_to.country,
                    region: event.ship_to.region.clone().unwrap_or_default(),
                });
                self.billed.note(&event.partner, &event.customer_id);
                self.billed.skus.extend(event.lines.iter().map(|line| line.sku.clone()));
                self.counters = true;
            }
            Message::Retry(order_id, _) | Message::Taxed(order_id, _) => {
                self.orders.insert(*order_id);
                self.counters = true;
            }
            Message::Returned(event) => {
                self.orders.insert(event.order_id);
                self.returned.insert(event.order_id);
                self.rmas.insert(event.rma_number.clone());
                self.counters = true;
            }
            Message::ClosePeriod(command) => {
                self.commands.insert(command.command_id.clone());
                self.closed.insert(command.through);
                self.counters = true;
            }
            Message::PeriodConfirmed(event) => {
                self.closed.insert(event.period);
                self.counters = true;
            }
            Message::Closed(command_id) => {
                self.commands.insert(command_id.clone());
                self.counters = true;
            }
        }
    }
}

async fn of_orders<R: Row>(
    tx: &DatabaseTransaction,
    orders: &BTreeSet<OrderId>,
) -> Result<Rows<R>, DbErr> {
    row::find(tx, "order_id", orders.iter().copied()).await.map(Rows::loaded)
}

/// The rates of these places, with those of their whole countries.
async fn rates(tx: &DatabaseTransaction, places: &BTreeSet<Place>) -> Result<Vec<Rate>, DbErr> {
    let countries: BTreeSet<&str> = places.iter().map(|place| place.country.as_str()).collect();
    let mut regions: BTreeSet<&str> = places.iter().map(|place| place.region.as_str()).collect();
    if countries.is_empty() {
        return Ok(Vec::new());
    }
    regions.insert("");
    let mut select = row::select::<Rate>();
    select.and_where(Expr::col(Alias::new("country")).is_in(countries));
    select.and_where(Expr::col(Alias::new("region")).is_in(regions));
    row::fetch(tx, &select).await
}

/// Commands that are to be answered, and dispatches that are to be billed: those about which the
/// tax engine has been asked and will say no more; then those that have not been tried since the
/// last tax rate came.
pub async fn due(
    tx: &DatabaseTransaction,
    config: &TaxEngine,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Message>, DbErr> {
    let mut due = closed(tx, limit).await?;
    let left = |due: &[Message]| limit.saturating_sub(u64::try_from(due.len()).unwrap_or(u64::MAX));
    if left(&due) > 0 {
        let settled = asks::settled(tx, config, now, left(&due)).await?;
        let taxed = |ask: Ask| Message::Taxed(ask.order_id, (ask.shipment_id, ask.confirmation_id));
        due.extend(settled.into_iter().map(taxed));
    }
    if left(&due) > 0 {
        due.extend(retries(tx, left(&due)).await?);
    }
    Ok(due)
}

async fn closed(tx: &DatabaseTransaction, limit: u64) -> Result<Vec<Message>, DbErr> {
    let mut select = row::select::<Closing>();
    select.and_where(Expr::col(Alias::new("confirmed")));
    select.order_by(Alias::new("command_id"), Direction::Asc);
    let closed: Vec<Closing> = row::fetch(tx, select.limit(limit)).await?;
    Ok(closed.into_iter().map(|closing| Message::Closed(closing.command_id)).collect())
}

async fn retries(tx: &DatabaseTransaction, limit: u64) -> Result<Vec<Message>, DbErr> {
    let counters: Vec<Counter> = row::find(tx, "counter", [Name::TaxRates]).await?;
    let rates = counters.first().map_or(0, |counter| counter.value);
    let mut select = row::select::<Waiting>();
    let rates = mesh::column::Cell::value(&rates);
    select.and_where(Expr::col(Alias::new("tried")).lt(rates));
    for column in ["tried", "shipment_id", "confirmation_id"] {
        select.order_by(Alias::new(column), Direction::Asc);
    }
    let waiting: Vec<Waiting> = row::fetch(tx, select.limit(limit)).await?;
    let retry = |waiting: Waiting| {
        Message::Retry(waiting.order_id, (waiting.shipment_id, waiting.confirmation_id))
    };
    Ok(waiting.into_iter().map(retry).collect())
}

/// Rows of a table for which a condition holds that one of its partial indexes has, word for word.
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
