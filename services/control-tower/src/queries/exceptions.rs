//! The open exceptions, oldest first.

use contracts::event::ExceptionKind;
use futures::FutureExt as _;
use mesh::{Asker, DatabaseConnection, Endpoint, QuestionError};
use serde::Deserialize;
use serde_json::Value;

use super::request::{json, read_of_operator};
use crate::{ControlTower, view};

pub const ENDPOINT: Endpoint<ControlTower> = Endpoint {
    question: "exceptions",
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

/// The exceptions listed where the request has no limit.
pub const DEFAULT_LIMIT: u64 = 200;
/// The most exceptions listed.
const MAX_LIMIT: u64 = 1_000;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExceptionsRequest {
    #[serde(default)]
    kind: Option<ExceptionKind>,
    #[serde(default)]
    limit: Option<u64>,
}

async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let ExceptionsRequest { kind, limit } = read_of_operator(asker, request)?;
    let limit = limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    json(view::exceptions(db, kind, limit).await?)
}
