//! The pages of the console.

use axum::{
    extract::{Path, Query, State},
    http::StatusCode,
    response::{Html, IntoResponse, Redirect, Response},
};
use contracts::OrderId;
use jiff::Timestamp;
use mesh::{DatabaseConnection, DbErr};
use serde::Deserialize;

use super::{
    html::{Escaped, page},
    tables::{
        decision_table, exceptions, facts, figures, line_table, open_exceptions, order_table,
        timeline,
    },
};
use crate::view;

/// Exceptions on the first page.
const SHOWN: u64 = 50;

/// A failure, as a status and a page.
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

/// The text of the search field.
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
    let now = Timestamp::now();
    let body = [
        open_exceptions(&open, &view::orders(&db, about).await?, now),
        figures(&status, now),
        order_table("Latest orders", &latest, now),
    ];
    Ok(Html(page("Control tower", "", &body.concat())))
}

pub(super) async fn orders(
    State(db): State<DatabaseConnection>,
    Query(Find { find }): Query<Find>,
) -> Result<Response, Failed> {
    let (find, now) = (find.trim(), Timestamp::now());
    if find.is_empty() {
        let body = order_table("Latest orders", &view::latest(&db).await?, now);
        return Ok(Html(page("Orders", "", &body)).into_response());
    }
    let found = view::matching(&db, find).await?;
    if let [one] = found.as_slice() {
        return Ok(Redirect::to(&format!("/orders/{}", one.order_id)).into_response());
    }
    let body = if found.is_empty() {
        nothing_found(find)
    } else {
        order_table(&format!("Orders with the number {find}"), &found, now)
    };
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
    let (title, now) = (format!("PO {number}"), Timestamp::now());
    let body = [
        facts(&detail, now),
        line_table(&detail.lines),
        exceptions(&detail.exceptions, now),
        timeline(&detail.entries, now),
    ];
    Ok(Html(page(&title, "", &body.concat())))
}

pub(super) async fn decisions(
    State(db): State<DatabaseConnection>,
) -> Result<Html<String>, Failed> {
    let decisions = view::decisions(&db).await?;
    Ok(Html(page("Decisions", "", &decision_table(&decisions, Timestamp::now()))))
}

pub(super) async fn nothing() -> Failed {
    Failed(StatusCode::NOT_FOUND, "There is no such page".to_owned())
}

fn nothing_found(find: &str) -> String {
    let find = Escaped(find);
    format!(
        "<p>Nothing goes by <b>{find}</b>. An order is found by its PO number or order id, and by the \
         number of an invoice, credit memo, shipment, parcel, payment or return.</p>\n"
    )
}
