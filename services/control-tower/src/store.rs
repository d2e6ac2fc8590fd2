//! What a batch touches: one query per table.

pub mod upkeep;

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CaseId, CommandId, OrderId, ShipmentId, command::Command, event::ExceptionKind};
use jiff::{SignedDuration, Timestamp};
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::{Cell, Column},
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction},
};
use sea_orm::{ConnectionTrait, DbBackend};

use crate::domain::{
    Message, Set,
    case::{Case, State, case_id},
    facts::Shipping,
    heard::Heard,
    order::{Line, Order},
    record::Record,
};

/// An event that is recorded so long after it happened is one of many that waited.
const BEHIND: SignedDuration = SignedDuration::from_mins(1);
/// Without any such event for so long, the rest has come too.
const BUSY: SignedDuration = SignedDuration::from_secs(10);

/// What a batch names.
#[derive(Default)]
struct Named {
    /// With when the first of its events here happened.
    orders: BTreeMap<OrderId, Timestamp>,
    cases: BTreeSet<CaseId>,
    stood_still: BTreeSet<OrderId>,
    shipments: BTreeSet<ShipmentId>,
    heard: BTreeSet<String>,
    waiting_for_invoice: BTreeSet<OrderId>,
    paid_short: BTreeSet<String>,
    commands: BTreeSet<CommandId>,
}

/// Brings everything that deciding `messages` may touch.
pub async fn load(tx: &DatabaseTransaction, messages: &[&Message]) -> Result<Set, DbErr> {
    let mut named = Named::default();
    messages.iter().for_each(|message| named.note(message));
    if tx.get_database_backend() == DbBackend::Postgres {
        // Two replicas must not both believe that they write an order's first row.
        let rows: Vec<Order> =
            named.orders.iter().map(|(order_id, at)| Order::new(*order_id, *at)).collect();
        row::insert(tx, &rows).await?;
    }
    let touched: BTreeSet<OrderId> =
        named.orders.keys().chain(&named.stood_still).copied().collect();
    let orders = row::lock(tx, "order_id", touched.iter().copied()).await?;
    let lines: Vec<Line> = row::find(tx, "order_id", touched).await?;
    let asked = row::find(tx, "shipment_id", std::mem::take(&mut named.shipments)).await?;
    let cases = cases_of(tx, &named).await?;
    let mut events = invoices_of(tx, named.waiting_for_invoice).await?;
    events.extend(settlements_of(tx, named.paid_short).await?);
    let heard = row::lock(tx, "id", named.heard).await?;
    let commands = row::find(tx, "command_id", named.commands).await?;
    Ok(Set {
        events: Rows::loaded(events),
        event_orders: Rows::default(),
        order_names: Rows::default(),
        orders: Rows::loaded(orders),
        lines: Rows::loaded(lines),
        asked: Rows::loaded(asked),
        cases: Rows::loaded(cases),
        heard: Rows::loaded(heard),
        commands: Rows::loaded(commands),
    })
}

/// Unsettled cases of the orders, and those that are named. An order's settled cases are left
/// where they are: nothing changes them but what names them.
async fn cases_of(tx: &DatabaseTransaction, named: &Named) -> Result<Vec<Case>, DbErr> {
    let column = |name| Expr::col(Alias::new(name));
    let mut cases = Vec::new();
    let orders: Vec<_> = named.orders.keys().map(Cell::value).collect();
    let ids: Vec<_> = named.cases.iter().map(Cell::value).collect();
    if !orders.is_empty() || !ids.is_empty() {
        let of_order =
            column("order_id").is_in(orders).and(column("state").ne(State::Resolved.to_raw()));
        let mut select = row::select::<Case>();
        select.and_where(of_order.or(column("case_id").is_in(ids)));
        select.order_by(Alias::new("case_id"), Direction::Asc).lock_exclusive();
        cases = row::fetch(tx, &select).await?;
    }
    Ok(cases)
}

impl Named {
    fn command(&mut self, command: &impl Command, case_id: CaseId) {
        self.commands.insert(command.command_id().clone());
        self.cases.insert(case_id);
    }

    fn note(&mut self, message: &Message) {
        let (facts, at) = match message {
            Message::Told(told) => (&told.facts, told.record.occurred_at),
            Message::Overdue(case_id, order_id) => {
                self.cases.insert(*case_id);
                self.stood_still.extend(order_id);
                return;
            }
            Message::Heard(heard) => {
                self.heard.insert(heard.id.clone());
                self.cases.insert(case_id(heard.kind.0, &heard.reference));
                return;
            }
            Message::Assign(assign) => return self.command(&**assign, assign.case_id),
            Message::Resolve(resolve) => return self.command(&**resolve, resolve.case_id),
        };
        for order_id in &facts.orders {
            let first = self.orders.entry(*order_id).or_insert(at);
            *first = at.min(*first);
            self.cases.insert(case_id(ExceptionKind::OrderLate, &order_id.to_string()));
        }
        if let Some(Shipping::Asked { shipment_id, .. } | Shipping::Accounted { shipment_id, .. }) =
            facts.shipping
        {
            self.shipments.insert(shipment_id);
            self.cases.insert(case_id(ExceptionKind::ShipmentLate, &shipment_id.to_string()));
        }
        self.cases.extend(facts.settles.iter().map(|(kind, about)| case_id(*kind, about)));
        for raise in &facts.raises {
            self.cases.insert(case_id(raise.kind, &raise.reference));
            if raise.kind == ExceptionKind::InvoiceWaiting {
                self.waiting_for_invoice.extend(facts.only_order());
            }
            if raise.kind == ExceptionKind::ShortPayment {
                self.paid_short.insert(raise.reference.clone());
            }
        }
    }
}

/// The invoices of orders of which a dispatch is said to wait for one.
async fn invoices_of(
    tx: &DatabaseTransaction,
    orders: BTreeSet<OrderId>,
) -> Result<Vec<Record>, DbErr> {
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = row::select::<Record>();
    select.and_where(Expr::col(Alias::new("order_id")).is_in(orders.iter().map(Cell::value)));
    select.and_where(Expr::col(Alias::new("event")).eq("invoice.posted"));
    row::fetch(tx, &select).await
}

/// The settlements of these invoices.
async fn settlements_of(
    tx: &DatabaseTransaction,
    invoices: BTreeSet<String>,
) -> Result<Vec<Record>, DbErr> {
    if invoices.is_empty() {
        return Ok(Vec::new());
    }
    let mut select = row::select::<Record>();
    select.and_where(Expr::col(Alias::new("aggregate")).eq("receivable"));
    select.and_where(Expr::col(Alias::new("aggregate_id")).is_in(invoices));
    select.and_where(Expr::col(Alias::new("event")).eq("receivable.settled"));
    row::fetch(tx, &select).await
}

/// What was read of refusals and dead letters, in the order in which it was said.
pub async fn heard(tx: &DatabaseTransaction, limit: u64) -> Result<Vec<Message>, DbErr> {
    let mut select = row::select::<Heard>();
    select.order_by(Alias::new("said_at"), Direction::Asc);
    select.order_by(Alias::new("sequence"), Direction::Asc).limit(limit);
    let heard: Vec<Heard> = row::fetch(tx, &select).await?;
    Ok(heard.into_iter().map(|heard| Message::Heard(Box::new(heard))).collect())
}

/// Cases whose patience is over. None while old events are being worked off, as after a long
/// outage: what would settle a case may be among those that are still to come.
pub async fn overdue(
    tx: &DatabaseTransaction,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<Message>, DbErr> {
    let mut select = row::select::<Case>();
    select.and_where(Expr::col(Alias::new("state")).eq(State::Pending.to_raw()));
    select.and_where(Expr::col(Alias::new("opens_at")).lte(now.to_raw()));
    select.order_by(Alias::new("opens_at"), Direction::Asc).limit(limit);
    let cases: Vec<Case> = row::fetch(tx, &select).await?;
    if cases.is_empty() || catches_up(tx, now).await? {
        return Ok(Vec::new());
    }
    Ok(cases.into_iter().map(|case| Message::Overdue(case.case_id, case.order_id)).collect())
}

/// Whether what is being recorded happened long ago.
async fn catches_up(tx: &DatabaseTransaction, now: Timestamp) -> Result<bool, DbErr> {
    let mut select = row::select::<Record>();
    select.order_by(Alias::new("recorded_at"), Direction::Desc).limit(1);
    let last: Vec<Record> = row::fetch(tx, &select).await?;
    let behind = |last: &Record| {
        let lag = last.recorded_at.duration_since(last.occurred_at);
        lag > BEHIND && now.duration_since(last.recorded_at) < BUSY
    };
    Ok(last.first().is_some_and(behind))
}
