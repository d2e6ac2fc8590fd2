//! The state of the mesh, in figures.

use futures::FutureExt as _;
use mesh::{Asker, DatabaseConnection, Endpoint, QuestionError};
use serde::Deserialize;
use serde_json::Value;

use super::request::{json, read_of_operator};
use crate::{ControlTower, view};

pub const ENDPOINT: Endpoint<ControlTower> = Endpoint {
    question: "status",
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusRequest {}

async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let StatusRequest {} = read_of_operator(asker, request)?;
    json(view::status(db).await?)
}
