//! The tables of the pages.

use std::collections::BTreeMap;

use contracts::{OrderId, question::OrderStatusLine};
use jiff::Timestamp;

use super::{
    html::{Cell, Escaped, table},
    time::{age, shown, took},
};
use crate::{
    domain::order::Order,
    view::{Decision, Exception, Exceptions, OrderDetail, Status, TraceEntry},
};

pub(super) fn figures(status: &Status, now: Timestamp) -> String {
    let stages = status.orders.iter();
    let stages = stages.map(|(stage, found)| vec![Cell::text(words(stage)), Cell::figure(found)]);
    let events: i64 = status.events.values().sum();
    let letters: i64 = status.dead_letters.values().sum();
    let mut mesh = vec![
        vec![Cell::text("events recorded"), Cell::figure(events)],
        vec![Cell::text("behind the mesh"), Cell::figure(took(status.lag_seconds * 1_000))],
        vec![Cell::text("dead letters"), Cell::figure(letters)],
    ];
    mesh.extend(status.last_event_at.map(|at| vec![Cell::text("last event"), time(at, now)]));
    if let Some(cycle) = status.cycle_time {
        let figure = |name: &str, figure| vec![Cell::text(name), Cell::figure(took(figure))];
        mesh.push(figure("accepted to completed, half of them within", cycle.p50_milliseconds));
        mesh.push(figure("accepted to completed, 99 in 100 within", cycle.p99_milliseconds));
    }
    let orders = table("Orders", &["stage", "orders"], stages);
    format!("{orders}{}", table("Mesh", &["figure", "now"], mesh))
}

/// The open exceptions of every order, with the commands that deal with them.
pub(super) fn open_exceptions(
    open: &Exceptions,
    orders: &BTreeMap<OrderId, Order>,
    now: Timestamp,
) -> String {
    let row = |case: &Exception| {
        let order = case.order_id.map(|order_id| {
            let number = orders.get(&order_id).and_then(|order| order.po_number.as_ref());
            let number = number.map_or_else(|| order_id.to_string(), ToString::to_string);
            Cell::Order(order_id.to_string(), number)
        });
        vec![
            time(case.raised_at, now),
            Cell::text(words(case.kind)),
            order.unwrap_or_else(|| Cell::text("")),
            Cell::text(&case.message),
            Cell::text(&case.reference),
            Cell::text(case.queue),
            Cell::maybe(case.assignee.as_ref()),
            case_id(case),
        ]
    };
    let columns =
        ["raised (UTC)", "kind", "order", "what", "about", "queue", "assigned to", "case"];
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

/// The open and settled exceptions of an order.
pub(super) fn exceptions(exceptions: &[Exception], now: Timestamp) -> String {
    let row = |case: &Exception| {
        let state = match (case.resolved_at, &case.resolved_by) {
            (Some(at), Some(by)) => format!("settled {} ({}) by {by}", shown(at), age(at, now)),
            (Some(_), None) | (None, _) => case.state.to_string(),
        };
        vec![
            time(case.raised_at, now),
            Cell::text(words(case.kind)),
            Cell::text(&case.message),
            Cell::text(&case.reference),
            Cell::text(state),
            Cell::text(case.queue),
            Cell::maybe(case.assignee.as_ref()),
            case_id(case),
        ]
    };
    let columns =
        ["raised (UTC)", "kind", "what", "about", "state", "queue", "assigned to", "case"];
    table("Exceptions", &columns, exceptions.iter().map(row))
}

pub(super) fn order_table(title: &str, orders: &[Order], now: Timestamp) -> String {
    let row = |order: &Order| {
        let id = order.order_id.to_string();
        let number = order.po_number.as_ref().map_or(id.clone(), ToString::to_string);
        vec![
            Cell::Order(id, number),
            Cell::maybe(order.partner.as_ref()),
            Cell::maybe(order.customer_id.as_ref()),
            Cell::text(words(order.stage)),
            time(order.opened_at, now),
            Cell::text(&order.last_event),
            time(order.last_at, now),
        ]
    };
    let columns =
        ["PO number", "buyer", "customer", "stage", "opened (UTC)", "last event", "at (UTC)"];
    table(title, &columns, orders.iter().map(row))
}

pub(super) fn facts(detail: &OrderDetail, now: Timestamp) -> String {
    let at = |name: &str, at: Option<Timestamp>| {
        let text = at.map(|at| format!("<br>{} {} ({})", Escaped(name), shown(at), age(at, now)));
        text.unwrap_or_default()
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

pub(super) fn line_table(lines: &[OrderStatusLine]) -> String {
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

pub(super) fn timeline(entries: &[TraceEntry], now: Timestamp) -> String {
    let row = |entry: &TraceEntry| {
        let event = format!("{}.{}", entry.aggregate, entry.event);
        let TraceEntry { occurred_at, service, summary, .. } = entry;
        vec![time(*occurred_at, now), Cell::text(service), Cell::text(event), Cell::text(summary)]
    };
    table("What happened", &["time (UTC)", "service", "event", "what"], entries.iter().map(row))
}

/// The decisions of operators, the latest first.
pub(super) fn decision_table(decisions: &[Decision], now: Timestamp) -> String {
    let row = |Decision { about, entry }: &Decision| {
        let TraceEntry { occurred_at, service, event, summary, .. } = entry;
        let [event, about, summary] = [event, about, summary].map(Cell::text);
        vec![time(*occurred_at, now), event, about, summary, Cell::text(service)]
    };
    let columns = ["time (UTC)", "decision", "about", "why", "carried out by"];
    table("Decisions of operators", &columns, decisions.iter().map(row))
}

/// The part of a case's id that commands need.
fn case_id(case: &Exception) -> Cell {
    Cell::text(case.case_id.to_string().chars().take(8).collect::<String>())
}

fn words(name: impl std::fmt::Display) -> String {
    name.to_string().replace('_', " ")
}

fn time(at: Timestamp, now: Timestamp) -> Cell {
    Cell::Moment(shown(at), age(at, now))
}
