//! The timeline of an order: its events, and the decisions of operators about it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CommandId, OrderId};
use jiff::Timestamp;
use mesh::{
    DatabaseConnection, DbErr,
    column::Cell,
    row,
    sea_query::{Alias, Expr, ExprTrait, Order as Direction, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};

use super::next::next;
use crate::domain::{
    case::Case,
    causal,
    decision::{Decided, Outcome},
    order::Order,
    record::Record,
    status::Stage,
};

/// The most events of an order that are shown, so that every answer has a bound.
const MAX_EVENTS: u64 = 2_000;
/// The most decisions of operators that are shown.
const MAX_DECISIONS: u64 = 200;
/// Aggregates that commands name by their ids.
const NAMED: &[&str] = &["shipment", "invoice", "receivable", "payment"];

/// The timeline of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    pub order_id: OrderId,
    /// Empty until an event tells it.
    pub po_number: String,
    pub status: Stage,
    /// Events and decisions, each after its cause.
    pub entries: Vec<TraceEntry>,
}

/// An entry of a timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TraceEntry {
    pub occurred_at: Timestamp,
    pub service: String,
    pub aggregate: String,
    /// The name of the event, such as `accepted`.
    pub event: String,
    pub summary: String,
}

/// A decision of an operator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The object of the command, such as an order id or a payment; may be empty.
    pub about: String,
    /// The decision with its reason and its outcome.
    #[serde(flatten)]
    pub entry: TraceEntry,
}

impl From<Record> for TraceEntry {
    fn from(record: Record) -> Self {
        let Record { occurred_at, service, aggregate, event, summary, .. } = record;
        // The record's event is `<aggregate>.<event>`.
        let event = event.split_once('.').map_or(event.clone(), |(_, name)| name.to_owned());
        Self { occurred_at, service, aggregate, event, summary }
    }
}

/// The events of an order and the decisions about it, each after its cause.
///
/// # Errors
/// When the database fails.
pub async fn records(db: &DatabaseConnection, order_id: OrderId) -> Result<Vec<Record>, DbErr> {
    let of_order = || Expr::col(Alias::new("order_id")).eq(order_id.value());
    let mut shared = Query::select();
    shared.column(Alias::new("event_id")).from(Alias::new("event_orders")).and_where(of_order());
    let shared = Expr::col(Alias::new("id")).in_subquery(shared);
    let mut select = row::select::<Record>();
    select.and_where(of_order().or(shared));
    select.order_by(Alias::new("occurred_at"), Direction::Asc).limit(MAX_EVENTS);
    let mut records: Vec<Record> = row::fetch(db, &select).await?;
    let decided = decisions_about(db, order_id, &records).await?;
    releases_at(&mut records, &decided);
    records.extend(with_outcomes(db, decided).await?);
    Ok(causal::sorted(records))
}

/// Adds the price to every release of which the operator chose one (O4).
fn releases_at(records: &mut [Record], decided: &[Decided]) {
    for record in records.iter_mut().filter(|record| record.event == "order.released") {
        let command = decided.iter().find(|it| it.position == record.cause);
        if let Some(price) = command.and_then(|it| it.price.as_ref()) {
            record.summary = format!("{} at the {price}'s price", record.summary);
        }
    }
}

/// The decisions about an order, its shipments, invoices, payments and exceptions.
async fn decisions_about(
    db: &DatabaseConnection,
    order_id: OrderId,
    records: &[Record],
) -> Result<Vec<Decided>, DbErr> {
    let cases: Vec<Case> = row::find(db, "order_id", [order_id]).await?;
    let named = records.iter().filter(|record| NAMED.contains(&&*record.aggregate));
    let about: BTreeSet<String> = named
        .map(|record| record.aggregate_id.clone())
        .chain(cases.iter().map(|case| case.case_id.to_string()))
        .chain([order_id.to_string()])
        .collect();
    let mut decided: BTreeMap<CommandId, Decided> = BTreeMap::new();
    for column in ["about", "invoice_number"] {
        let found: Vec<Decided> = row::find(db, column, about.iter().cloned()).await?;
        decided.extend(found.into_iter().map(|it| (it.command_id.clone(), it)));
    }
    Ok(decided.into_values().collect())
}

/// The latest decisions of operators, whatever they are about.
///
/// # Errors
/// When the database fails.
pub async fn decisions(db: &DatabaseConnection) -> Result<Vec<Decision>, DbErr> {
    let mut select: SelectStatement = row::select::<Decided>();
    select.order_by(Alias::new("given_at"), Direction::Desc).limit(MAX_DECISIONS);
    let decided: Vec<Decided> = row::fetch(db, &select).await?;
    let about: Vec<String> = decided.iter().map(|it| it.about.clone()).collect();
    let records = with_outcomes(db, decided).await?;
    let decision = |(about, record)| Decision { about, entry: TraceEntry::from(record) };
    Ok(about.into_iter().zip(records).map(decision).collect())
}

async fn with_outcomes(
    db: &DatabaseConnection,
    decided: Vec<Decided>,
) -> Result<Vec<Record>, DbErr> {
    let ids = decided.iter().map(|it| it.command_id.clone());
    let outcomes: Vec<Outcome> = row::find(db, "command_id", ids).await?;
    let outcome = |id: &CommandId| outcomes.iter().find(|outcome| outcome.command_id == *id);
    Ok(decided
        .into_iter()
        .map(|it| {
            let found = outcome(&it.command_id);
            it.record(found)
        })
        .collect())
}

/// The entries of an order's timeline. Where the order is held, the latest `order.held` ends with the
/// command that releases it.
///
/// # Errors
/// When the database fails.
pub async fn entries(
    db: &DatabaseConnection,
    order: &Order,
    records: Vec<Record>,
) -> Result<Vec<TraceEntry>, DbErr> {
    let held = records.iter().rposition(|record| record.event == "order.held");
    let held = held.filter(|_| order.stage == Stage::Held);
    let next = match held {
        Some(place) => next(db, order, &records[place]).await?,
        None => None,
    };
    let mut entries: Vec<TraceEntry> = records.into_iter().map(TraceEntry::from).collect();
    if let Some((place, next)) = held.zip(next) {
        let entry = &mut entries[place];
        entry.summary = format!("{}; next: {next}", entry.summary);
    }
    Ok(entries)
}
