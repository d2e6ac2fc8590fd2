//! Differences between two records.

use std::fmt;

use anyhow::Result;
use contracts::Partner as Record;
use serde_json::Value;

/// The fields that changed, with their old and new values.
#[derive(Debug)]
pub(super) struct Changes(Vec<(String, Value, Value)>);

impl Changes {
    pub fn of(before: &Record, after: &Record) -> Result<Self> {
        let (before, after) = (serde_json::to_value(before)?, serde_json::to_value(after)?);
        let fields = after.as_object().into_iter().flatten();
        let changed = fields.filter_map(|(name, now)| {
            let was = before.get(name).cloned().unwrap_or_default();
            (was != *now).then(|| (name.clone(), was, now.clone()))
        });
        Ok(Self(changed.collect()))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing changed: the record was like that");
        }
        let lines = self.0.iter().map(|(name, was, now)| format!("{name}: {was} -> {now}"));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}
