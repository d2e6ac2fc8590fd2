use anyhow::Result;
use clap::Args;
use comfy_table::Table;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{common::CommonArgs, outcome::Outcome};
use crate::table::{fields, fitted, took, when};

/// Show how the mesh stands
#[derive(Debug, Args)]
pub(crate) struct Status {
    #[command(flatten)]
    common: CommonArgs,
}

impl Status {
    pub async fn run(self) -> Result<Outcome> {
        let operator = self.common.operator().await?;
        let status: Value = operator.ask_named("status", &Value::Object(Map::new())).await?;
        self.common.print(&status, |status| text(status, Timestamp::now()))?;
        Ok(Outcome::Success)
    }
}

/// Lists the answer's figures, one per row, under their path.
fn text(status: &Value, now: Timestamp) -> String {
    let mut table = fields();
    rows("", status, now, &mut table);
    fitted(table)
}

fn rows(path: &str, value: &Value, now: Timestamp, table: &mut Table) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                rows(format!("{path} {name}").trim_start(), value, now, table);
            }
        }
        Value::Array(items) => {
            items.iter().for_each(|item| rows(path, item, now, table));
        }
        Value::Null | Value::String(_) | Value::Bool(_) | Value::Number(_) => {
            let (name, text) = figure(path, value, now);
            table.add_row([name.replace('_', " "), text]);
        }
    }
}

/// Returns a figure's name and text: times with their age, durations in readable units.
fn figure<'a>(path: &'a str, value: &Value, now: Timestamp) -> (&'a str, String) {
    const UNITS: [(&str, i64); 2] = [("_seconds", 1_000), ("_milliseconds", 1)];
    if let Some(count) = value.as_i64()
        && let Some((name, unit)) =
            UNITS.iter().find_map(|(end, unit)| Some((path.strip_suffix(end)?, unit)))
    {
        return (name, took(count.saturating_mul(*unit)));
    }
    match value {
        Value::String(text) => {
            (path, text.parse().map_or_else(|_| text.clone(), |at| when(at, now)))
        }
        Value::Null => (path, "none".to_owned()),
        other @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            (path, other.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_have_their_age_and_durations_their_units() {
        let status = json!({"orders": {"held": 2}, "last_event_at": "2026-03-01T10:00:00.5Z",
            "lag_seconds": 75, "cycle_time": {"orders": 1, "p50_milliseconds": 1_250}});
        let text = text(&status, "2026-03-01T10:03:00Z".parse().unwrap());
        let lines: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.trim().split("  ").filter(|it| !it.is_empty()).collect())
            .collect();
        let has = |name: &str, text: &str| {
            let found = lines.iter().any(|line| line.iter().map(|it| it.trim()).eq([name, text]));
            assert!(found, "{name}: {text}: {lines:#?}");
        };
        has("orders held", "2");
        has("last event at", "2026-03-01T10:00:00Z (3 mins ago)");
        has("lag", "1 min 15 secs");
        has("cycle time p50", "1 sec 250 ms");
    }
}
