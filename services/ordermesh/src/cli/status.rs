//! `ordermesh status`.

use anyhow::Result;
use clap::Args;
use comfy_table::Table;
use serde_json::{Map, Value};

use super::{Common, Ended};
use crate::table::{fields, fitted};

/// Show how the mesh stands
#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    common: Common,
}

impl Status {
    pub async fn run(self) -> Result<Ended> {
        let operator = self.common.operator().await?;
        let status: Value = operator.ask_named("status", &Value::Object(Map::new())).await?;
        super::print(&self.common, &status, text)?;
        Ok(Ended::Well)
    }
}

/// The answer's figures, one a row, named by their path.
fn text(status: &Value) -> String {
    let mut table = fields();
    rows("", status, &mut table);
    fitted(table)
}

fn rows(path: &str, value: &Value, table: &mut Table) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = format!("{path} {}", name.replace('_', " "));
                rows(path.trim_start(), value, table);
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| rows(path, item, table));
        }
        Value::String(text) => {
            table.add_row([path, text]);
        }
        Value::Null => {
            table.add_row([path, "none"]);
        }
        Value::Bool(_) | Value::Number(_) => {
            table.add_row([path.to_owned(), value.to_string()]);
        }
    }
}
