//! A service's journal, page by page, for the operator and ERPs.

use std::collections::BTreeMap;

use contracts::{
    EntryId,
    document::{Journal, read_json},
    question::{JournalPage, JournalRange, Question},
};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{
    Page,
    entry::{EntryRow, LineRow, posted},
    rows_after,
};
use crate::{
    endpoint::{Asker, QuestionError},
    store::row,
};

/// The most entries on a page: an answer must fit into one message.
const MAX_ENTRIES: u32 = 500;

/// Answers `Q`, which asks for a [`JournalRange`].
///
/// # Errors
/// 403 for who may not ask it, 400 when the request cannot be read, 500 when the rows cannot.
pub async fn answer<Q: Question>(
    db: &impl ConnectionTrait,
    asker: &Asker,
    request: &[u8],
) -> Result<Value, QuestionError> {
    if !asker.partner().is_none_or(|partner| partner.has_any_role(Q::ROLES)) {
        return Err(QuestionError::not_allowed());
    }
    let JournalRange { from, to, after, limit } =
        read_json(request).map_err(|error| QuestionError::bad_request(error.to_string()))?;
    // Behind everything of the days before: no source is empty.
    let after = after.or_else(|| from.map(|day| json!([day, "", ""]).to_string()));
    let Page { mut rows, mut next } =
        rows_after::<EntryRow>(db, after.as_deref(), limit.min(MAX_ENTRIES)).await?;
    let wanted = rows.iter().take_while(|entry| to.is_none_or(|to| entry.date <= to)).count();
    if wanted < rows.len() {
        rows.truncate(wanted);
        next = None;
    }
    super::answer(&JournalPage { entries: told(db, rows).await?, next })
}

async fn told(
    db: &impl ConnectionTrait,
    entries: Vec<EntryRow>,
) -> Result<Vec<Journal>, QuestionError> {
    // In the order of their places in each entry.
    let lines: Vec<LineRow> =
        row::find(db, "entry_id", entries.iter().map(|it| it.entry_id)).await?;
    let mut of_entry: BTreeMap<EntryId, Vec<LineRow>> = BTreeMap::new();
    for line in lines {
        of_entry.entry(line.entry_id).or_default().push(line);
    }
    let told = |entry: EntryRow| {
        let lines = of_entry.remove(&entry.entry_id).unwrap_or_default();
        Journal::from(posted(&entry, &lines))
    };
    Ok(entries.into_iter().map(told).collect())
}
