//! Partners' records, as the control tower has them.

use anyhow::Result;
use contracts::{Partner as Record, PartnerName};
use serde_json::{Map, Value};

use crate::operator::Operator;

/// Asks for all partners.
pub(crate) async fn all_partners(operator: &Operator) -> Result<Vec<Record>> {
    operator.ask_named("partners", &Value::Object(Map::new())).await
}

pub(super) async fn find(operator: &Operator, name: &PartnerName) -> Result<Option<Record>> {
    let partners = all_partners(operator).await?;
    Ok(partners.into_iter().find(|record| record.partner == *name))
}
