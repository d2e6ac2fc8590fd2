//! The pages.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use contracts::{OrderId, question::OrderStatusLine};
use jiff::Timestamp;
use mesh::{DatabaseConnection, DbErr};
use serde::Deserialize;

use super::html::{Cell, Escaped, page, table};
use crate::{
    domain::order::Order,
    view::{self, Exception, Exceptions, OrderDetail, Status, TraceEntry},
};

/// Exceptions on the first page.
const SHOWN: u64 = 50;

/// Why there is no page.
pub(super) struct Failed(StatusCode, String);

impl From<DbErr> for Failed {
    fn from(error: DbErr) -> Self {
        tracing::warn!(%error, "the console could not read the database");
        Self(StatusCode::INTERNAL_SERVER_ERROR, "The figures could not be read".to_owned())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (self.0, Html(page(&self.1, "", ""))).into_response()
    }
}

/// What is looked for.
#[derive(Debug, Deserialize)]
pub(super) struct Find {
    #[serde(default)]
    find: String,
}

pub(super) async fn overview(State(db): State<DatabaseConnection>) -> Result<Html<String>, Failed> {
    let status = view::status(&db).await?;
    let open = view::exceptions(&db, None, SHOWN).await?;
    let latest = view::latest(&db).await?;
    let about = open.exceptions.iter().filter_map(|case| case.order_id).collect();
    let body = [
        open_exceptions(&open, &view::orders(&db, about).await?),
        figures(&status),
        order_table("Latest orders", &latest),
    ];
    Ok(Html(page("Control tower", "", &body.concat())))
}

pub(super) async fn orders(
    State(db): State<DatabaseConnection>,
    Query(Find { find }): Query<Find>,
) -> Result<Response, Failed> {
    let find = find.trim();
    if find.is_empty() {
        let body = order_table("Latest orders", &view::latest(&db).await?);
        return Ok(Html(page("Orders", "", &body)).into_response());
    }
    let found = view::matching(&db, find).await?;
    if let [one] = found.as_slice() {
        return Ok(Redirect::to(&format!("/orders/{}", one.order_id)).into_response());
    }
    let body = order_table(&format!("Orders with the number {find}"), &found);
    Ok(Html(page("Orders", find, &body)).into_response())
}

pub(super) async fn order(
    State(db): State<DatabaseConnection>,
    Path(order_id): Path<String>,
) -> Result<Html<String>, Failed> {
    let found = match order_id.parse::<OrderId>() {
        Ok(order_id) => view::detail(&db, order_id).await?,
        Err(_) => None,
    };
    let none = || Failed(StatusCode::NOT_FOUND, format!("There is no order {order_id}"));
    let detail = found.ok_or_else(none)?;
    let number = detail.po_number.as_ref().map_or("unknown", |number| number.as_str());
    let title = format!("PO {number}");
    let body = [
        facts(&detail),
        line_table(&detail.lines),
        exceptions(&detail.exceptions),
        timeline(&detail.entries),
    ];
    Ok(Html(page(&title, "", &body.concat())))
}

fn figures(status: &Status) -> String {
    let stages = status.orders.iter();
    let stages = stages.map(|(stage, found)| vec![Cell::text(words(stage)), Cell::figure(found)]);
    let events: i64 = status.events.values().sum();
    let mut mesh = vec![
        vec![Cell::text("events recorded"), Cell::figure(events)],
        vec![Cell::text("behind the mesh"), Cell::figure(took(status.lag_seconds * 1_000))],
    ];
    if let Some(cycle) = status.cycle_time {
        let figure = |name: &str, figure| vec![Cell::text(name), Cell::figure(took(figure))];
        mesh.push(figure("accepted to completed, half of them within", cycle.p50_milliseconds));
        mesh.push(figure("accepted to completed, 99 in 100 within", cycle.p99_milliseconds));
    }
    let orders = table("Orders", &["stage", "orders"], stages);
    format!("{orders}{}", table("Mesh", &["figure", "now"], mesh))
}

/// The open exceptions of every order, and how to deal with them.
fn open_exceptions(open: &Exceptions, orders: &BTreeMap<OrderId, Order>) -> String {
    let row = |case: &Exception| {
        let order = case.order_id.map(|order_id| {
            let number = orders.get(&order_id).and_then(|order| order.po_number.as_ref());
            let number = number.map_or_else(|| order_id.to_string(), ToString::to_string);
            Cell::Order(order_id.to_string(), number)
        });
        vec![
            time(case.raised_at),
            Cell::text(words(case.kind)),
            order.unwrap_or_else(|| Cell::text("")),
            Cell::text(&case.message),
            Cell::text(&case.reference),
            Cell::text(case.queue),
            Cell::maybe(case.assignee.as_ref()),
        ]
    };
    let columns = ["raised (UTC)", "kind", "order", "what", "about", "queue", "assigned to"];
    let title = format!("Open exceptions ({})", open.total);
    let list = table(&title, &columns, open.exceptions.iter().map(row));
    let shown = i64::try_from(open.exceptions.len()).unwrap_or(i64::MAX);
    let more = match open.total - shown {
        0 => String::new(),
        more => format!("The {more} latest are not shown here. "),
    };
    let how = "<code>ordermesh exceptions</code> lists all, says who looks at one \
        (<code>assign</code>) and settles it (<code>resolve</code>).";
    if shown == 0 { list } else { format!("{list}<p class=\"none\">{more}{how}</p>\n") }
}

/// One order's exceptions, settled ones too.
fn exceptions(exceptions: &[Exception]) -> String {
    let row = |case: &Exception| {
        let state = match (case.resolved_at, &case.resolved_by) {
            (Some(at), Some(by)) => format!("settled {} by {by}", shown(at)),
            (Some(_), None) | (None, _) => case.state.to_string(),
        };
        vec![
            time(case.raised_at),
            Cell::text(words(case.kind)),
            Cell::text(&case.message),
            Cell::text(&case.reference),
            Cell::text(state),
            Cell::text(case.queue),
            Cell::maybe(case.assignee.as_ref()),
        ]
    };
    let columns = ["raised (UTC)", "kind", "what", "about", "state", "queue", "assigned to"];
    table("Exceptions", &columns, exceptions.iter().map(row))
}

fn order_table(title: &str, orders: &[Order]) -> String {
    let row = |order: &Order| {
        let id = order.order_id.to_string();
        let number = order.po_number.as_ref().map_or(id.clone(), ToString::to_string);
        vec![
            Cell::Order(id, number),
            Cell::maybe(order.partner.as_ref()),
            Cell::maybe(order.customer_id.as_ref()),
            Cell::text(words(order.status)),
            time(order.opened_at),
            Cell::text(&order.last_event),
            time(order.last_at),
        ]
    };
    let columns =
        ["PO number", "buyer", "customer", "stage", "opened (UTC)", "last event", "at (UTC)"];
    table(title, &columns, orders.iter().map(row))
}

fn facts(detail: &OrderDetail) -> String {
    let at = |name: &str, at: Option<Timestamp>| {
        at.map(|at| format!("<br>{} {}", Escaped(name), Escaped(&shown(at)))).unwrap_or_default()
    };
    let id = detail.order_id.to_string();
    let partner = detail.partner.as_ref().map_or("unknown", |partner| partner.as_str());
    let customer = detail.customer_id.as_ref().map_or("unknown", |customer| customer.as_str());
    let status = words(detail.status);
    format!(
        "<p><b>{}</b><br>order {}<br>buyer {}, customer {}<br>invoices {}, settled {}{}{}{}{}</p>\n",
        Escaped(&status),
        Escaped(&id),
        Escaped(partner),
        Escaped(customer),
        detail.invoices,
        detail.settled,
        at("opened", Some(detail.opened_at)),
        at("accepted", detail.accepted_at),
        at("first invoice", detail.invoiced_at),
        at("completed", detail.completed_at),
    )
}

fn line_table(lines: &[OrderStatusLine]) -> String {
    let row = |line: &OrderStatusLine| {
        let figures = [
            line.ordered,
            line.reserved,
            line.backordered,
            line.shipped,
            line.cancelled,
            line.invoiced,
            line.returned,
        ];
        let named = [Cell::figure(line.line), Cell::text(&line.sku)];
        named.into_iter().chain(figures.into_iter().map(Cell::figure)).collect()
    };
    let columns = [
        "line",
        "item",
        "ordered",
        "reserved",
        "backordered",
        "shipped",
        "cancelled",
        "invoiced",
        "returned",
    ];
    table("Lines", &columns, lines.iter().map(row))
}

fn timeline(entries: &[TraceEntry]) -> String {
    let row = |entry: &TraceEntry| {
        let event = format!("{}.{}", entry.aggregate, entry.event);
        let TraceEntry { occurred_at, service, summary, .. } = entry;
        vec![time(*occurred_at), Cell::text(service), Cell::text(event), Cell::text(summary)]
    };
    table("What happened", &["time (UTC)", "service", "event", "what"], entries.iter().map(row))
}

fn words(name: impl std::fmt::Display) -> String {
    name.to_string().replace('_', " ")
}

fn time(at: Timestamp) -> Cell {
    Cell::figure(shown(at))
}

/// In UTC, to the second: what happened in one second stands in its order.
fn shown(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// A duration as people say it: `850 ms`, `12 s`, `3 h 5 min`.
fn took(milliseconds: i64) -> String {
    let (seconds, minutes, hours) =
        (milliseconds / 1_000, milliseconds / 60_000, milliseconds / 3_600_000);
    if milliseconds < 1_000 {
        format!("{milliseconds} ms")
    } else if seconds < 60 {
        format!("{seconds} s")
    } else if minutes < 60 {
        format!("{minutes} min {} s", seconds % 60)
    } else if hours < 48 {
        format!("{hours} h {} min", minutes % 60)
    } else {
        format!("{} days {} h", hours / 24, hours % 24)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_said_as_people_say_them() {
        let said = [850, 12_000, 125_000, 11_100_000, 180_000_000].map(took);
        assert_eq!(said, ["850 ms", "12 s", "2 min 5 s", "3 h 5 min", "2 days 2 h"]);
    }
}
