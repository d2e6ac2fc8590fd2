//! The rows of a batch: one query per table.

pub mod due;
pub mod upkeep;

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CaseId, CommandId, OrderId, ShipmentId};
use jiff::Timestamp;
use mesh::{
    DatabaseTransaction, DbErr, Load, Rows,
    column::{Cell, Column},
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Value},
};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::{
    ControlTower,
    domain::{
        case::{Case, State},
        order::Order,
        record::Record,
    },
    unit_of_work::UnitOfWork,
};

/// The event of an invoice that was posted.
pub const POSTED: &str = "invoice.posted";
/// The event of an invoice that was settled.
pub const SETTLED: &str = "receivable.settled";

/// Values of a kind that one statement has: a payment may be of a thousand orders.
const MAX_VALUES: usize = 10_000;

/// The rows that the messages of a batch name.
#[derive(Debug, Default)]
pub struct Keys {
    /// Orders of events, with the time of the first event of each.
    pub orders: BTreeMap<OrderId, Timestamp>,
    /// Orders that are read without an event of theirs.
    pub idle_orders: BTreeSet<OrderId>,
    pub cases: BTreeSet<CaseId>,
    pub shipments: BTreeSet<ShipmentId>,
    pub observations: BTreeSet<String>,
    /// Orders of which the posted invoices are needed.
    pub unbilled_orders: BTreeSet<OrderId>,
    /// Invoices of which the settlements are needed.
    pub short_paid_invoices: BTreeSet<String>,
    pub commands: BTreeSet<CommandId>,
}

impl Load for ControlTower {
    type Keys = Keys;
    type Work = UnitOfWork;

    async fn load(&self, tx: &DatabaseTransaction, keys: Keys) -> Result<UnitOfWork, DbErr> {
        load(tx, keys).await
    }
}

async fn load(tx: &DatabaseTransaction, keys: Keys) -> Result<UnitOfWork, DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // Two replicas must not both believe that they write an order's first row.
        let new = keys.orders.iter().map(|(order_id, at)| Order::new(*order_id, *at));
        row::insert(tx, &new.collect::<Vec<_>>()).await?;
    }
    let ids: BTreeSet<OrderId> = keys.orders.keys().chain(&keys.idle_orders).copied().collect();
    // Whoever holds an order reads what other replicas have written of it.
    let orders = Rows::lock(tx, "order_id", ids.iter().copied()).await?;
    let invoices = invoices_of(tx, keys.unbilled_orders).await?;
    Ok(UnitOfWork {
        events: invoices.with(settlements_of(tx, keys.short_paid_invoices).await?),
        event_orders: Rows::default(),
        order_names: Rows::default(),
        orders,
        lines: Rows::find(tx, "order_id", ids).await?,
        pending_shipments: Rows::find(tx, "shipment_id", keys.shipments).await?,
        cases: cases_of(tx, keys.orders.into_keys().collect(), keys.cases).await?,
        observations: Rows::lock(tx, "id", keys.observations).await?,
        commands: Rows::find(tx, "command_id", keys.commands).await?,
    })
}

/// Unsettled cases of orders, and cases by id. An order's settled cases stay unread: they change by
/// their id alone.
async fn cases_of(
    tx: &DatabaseTransaction,
    orders: BTreeSet<OrderId>,
    ids: BTreeSet<CaseId>,
) -> Result<Rows<Case>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut cases = Vec::new();
    for part in 0..orders.len().max(ids.len()).div_ceil(MAX_VALUES) {
        let of_orders = column("order_id").is_in(values(&orders, part));
        let unsettled = of_orders.and(column("state").ne(State::Resolved.to_raw()));
        let mut select = row::select::<Case>();
        select.and_where(unsettled.or(column("case_id").is_in(values(&ids, part))));
        select.order_by(Alias::new("case_id"), Direction::Asc).lock_exclusive();
        cases.extend(row::fetch::<Case>(tx, &select).await?);
    }
    let unsettled = Rows::having_both(cases, ("order_id", orders), ("state", State::UNSETTLED));
    Ok(unsettled.with(Rows::of_keys(Vec::new(), ids)))
}

/// One part of the values of a statement.
fn values<C: Cell>(all: &BTreeSet<C>, part: usize) -> impl Iterator<Item = Value> {
    all.iter().skip(part * MAX_VALUES).take(MAX_VALUES).map(Cell::value)
}

/// The events that posted invoices of these orders.
async fn invoices_of(
    tx: &DatabaseTransaction,
    orders: BTreeSet<OrderId>,
) -> Result<Rows<Record>, DbErr> {
    let mut posted = Vec::new();
    for part in 0..orders.len().div_ceil(MAX_VALUES) {
        let mut select = row::select::<Record>();
        select.and_where(Expr::col(Alias::new("order_id")).is_in(values(&orders, part)));
        select.and_where(Expr::col(Alias::new("event")).eq(POSTED));
        posted.extend(row::fetch::<Record>(tx, &select).await?);
    }
    Ok(Rows::having_both(posted, ("order_id", orders), ("event", [POSTED.to_owned()])))
}

/// The events that settled these invoices.
async fn settlements_of(
    tx: &DatabaseTransaction,
    invoices: BTreeSet<String>,
) -> Result<Rows<Record>, DbErr> {
    let mut settled = Vec::new();
    for part in 0..invoices.len().div_ceil(MAX_VALUES) {
        let mut select = row::select::<Record>();
        select.and_where(Expr::col(Alias::new("aggregate")).eq("receivable"));
        select.and_where(Expr::col(Alias::new("aggregate_id")).is_in(values(&invoices, part)));
        select.and_where(Expr::col(Alias::new("event")).eq(SETTLED));
        settled.extend(row::fetch::<Record>(tx, &select).await?);
    }
    Ok(Rows::having_both(settled, ("aggregate_id", invoices), ("event", [SETTLED.to_owned()])))
}
