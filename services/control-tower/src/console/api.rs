//! The figures of the pages, as JSON.

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use contracts::{OrderId, event::ExceptionKind};
use mesh::{DatabaseConnection, DbErr};
use serde::Deserialize;
use serde_json::json;

use crate::{
    queries::exceptions::DEFAULT_LIMIT,
    view::{self, Decision, Exceptions, OrderDetail, Status},
};

/// A failure, as a status and JSON.
pub(super) struct Failed(StatusCode, String);

impl From<DbErr> for Failed {
    fn from(error: DbErr) -> Self {
        tracing::warn!(%error, "the console could not read the database");
        Self(StatusCode::INTERNAL_SERVER_ERROR, "the figures could not be read".to_owned())
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

/// The filter of a list of exceptions.
#[derive(Debug, Deserialize)]
pub(super) struct Which {
    kind: Option<ExceptionKind>,
}

pub(super) async fn status(State(db): State<DatabaseConnection>) -> Result<Json<Status>, Failed> {
    Ok(Json(view::status(&db).await?))
}

pub(super) async fn order(
    State(db): State<DatabaseConnection>,
    Path(order_id): Path<String>,
) -> Result<Json<OrderDetail>, Failed> {
    let found = match order_id.parse::<OrderId>() {
        Ok(order_id) => view::detail(&db, order_id).await?,
        Err(_) => None,
    };
    let none = || Failed(StatusCode::NOT_FOUND, format!("there is no order {order_id}"));
    found.map(Json).ok_or_else(none)
}

pub(super) async fn exceptions(
    State(db): State<DatabaseConnection>,
    Query(Which { kind }): Query<Which>,
) -> Result<Json<Exceptions>, Failed> {
    Ok(Json(view::exceptions(&db, kind, DEFAULT_LIMIT).await?))
}

pub(super) async fn decisions(
    State(db): State<DatabaseConnection>,
) -> Result<Json<Vec<Decision>>, Failed> {
    Ok(Json(view::decisions(&db).await?))
}
