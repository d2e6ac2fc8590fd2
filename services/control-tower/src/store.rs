//! What a batch touches: one query per table.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CaseId, CommandId, OrderId, command::Command, event::ExceptionKind};
use jiff::Timestamp;
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
    order::{Line, Order},
    record::Record,
};

/// What a batch names.
#[derive(Default)]
struct Named {
    /// With when the first of its events here happened.
    orders: BTreeMap<OrderId, Timestamp>,
    cases: BTreeSet<CaseId>,
    waiting_for_invoice: BTreeSet<OrderId>,
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
    let orders = row::lock(tx, "order_id", named.orders.keys().copied()).await?;
    let lines: Vec<Line> = row::find(tx, "order_id", named.orders.keys().copied()).await?;
    let cases = cases_of(tx, &named).await?;
    let events = invoices_of(tx, named.waiting_for_invoice).await?;
    let commands = row::find(tx, "command_id", named.commands).await?;
    Ok(Set {
        events: Rows::loaded(events),
        event_orders: Rows::default(),
        orders: Rows::loaded(orders),
        lines: Rows::loaded(lines),
        cases: Rows::loaded(cases),
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
            Message::Overdue(case_id) => {
                self.cases.insert(*case_id);
                return;
            }
            Message::Assign(assign) => return self.command(&**assign, assign.case_id),
            Message::Resolve(resolve) => return self.command(&**resolve, resolve.case_id),
        };
        for order_id in &facts.orders {
            let first = self.orders.entry(*order_id).or_insert(at);
            *first = at.min(*first);
        }
        self.cases.extend(facts.settles.iter().map(|(kind, about)| case_id(*kind, about)));
        for raise in &facts.raises {
            self.cases.insert(case_id(raise.kind, &raise.reference));
            if raise.kind == ExceptionKind::InvoiceWaiting {
                self.waiting_for_invoice.extend(facts.only_order());
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

/// Cases whose patience is over.
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
    Ok(cases.into_iter().map(|case| Message::Overdue(case.case_id)).collect())
}
