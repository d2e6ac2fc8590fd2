//! The partners, with their records.

use futures::FutureExt as _;
use mesh::{Asker, DatabaseConnection, Endpoint, QuestionError};
use serde::Deserialize;
use serde_json::Value;

use super::request::{json, read_of_operator};
use crate::ControlTower;

pub const ENDPOINT: Endpoint<ControlTower> = Endpoint {
    question: "partners",
    answer: |_, db, asker, request| answer(db, asker, request).boxed(),
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartnersRequest {}

async fn answer(
    db: &DatabaseConnection,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    let PartnersRequest {} = read_of_operator(asker, request)?;
    json(mesh::partners(db).await?.into_values().collect::<Vec<_>>())
}
