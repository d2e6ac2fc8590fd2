//! A service's journal, page by page, for the operator and ERPs: of the tables `journal_entries`
//! (`entry_id`, `date`, `source`, `currency`, `note`) and `journal_lines` (`entry_id`, `line`,
//! `account`, `number`, `debit`, `credit`, in minor units), which every service that posts has.

use std::collections::BTreeMap;

use contracts::{
    Currency, EntryId, Money,
    document::{Journal, JournalLine, read_json},
    question::{JournalPage, JournalRange, Question},
};
use jiff::civil::Date;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{Page, rows_after};
use crate::{
    endpoint::{Asker, QuestionError},
    store::row,
};

/// The most entries on a page: an answer must fit into one message.
const MAX_ENTRIES: u32 = 500;

/// An entry, in the order in which it is told.
#[derive(Debug, Clone)]
struct Entry {
    date: Date,
    source: String,
    entry_id: EntryId,
    currency: Currency,
    note: Option<String>,
}

#[derive(Debug, Clone)]
struct Line {
    entry_id: EntryId,
    line: u32,
    account: String,
    number: Option<String>,
    debit: i64,
    credit: i64,
}

crate::row!(Entry in "journal_entries" by (date: Date, source: String, entry_id: EntryId) {
    date, source, entry_id, currency, note
});
crate::row!(Line in "journal_lines" by (entry_id: EntryId, line: u32) {
    entry_id, line, account, number, debit, credit
});

/// Answers `Q`, which asks for a [`JournalRange`].
///
/// # Errors
/// 403 for who may not ask it, 400 when the request can not be read, 500 when the rows can not.
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
        rows_after::<Entry>(db, after.as_deref(), limit.min(MAX_ENTRIES)).await?;
    let wanted = rows.iter().take_while(|entry| to.is_none_or(|to| entry.date <= to)).count();
    if wanted < rows.len() {
        rows.truncate(wanted);
        next = None;
    }
    super::answer(&JournalPage { entries: told(db, rows).await?, next })
}

async fn told(
    db: &impl ConnectionTrait,
    entries: Vec<Entry>,
) -> Result<Vec<Journal>, QuestionError> {
    let lines: Vec<Line> = row::find(db, "entry_id", entries.iter().map(|it| it.entry_id)).await?;
    let mut of_entry: BTreeMap<EntryId, Vec<Line>> = BTreeMap::new();
    for line in lines {
        of_entry.entry(line.entry_id).or_default().push(line);
    }
    let told = |Entry { date, source, entry_id, currency, note }| {
        let mut lines = of_entry.remove(&entry_id).unwrap_or_default();
        lines.sort_by_key(|line| line.line);
        let lines = lines.into_iter().map(|line| side(line, currency)).collect::<Result<_, _>>()?;
        Ok(Journal { entry_id, date, currency, source, note, lines })
    };
    entries.into_iter().map(told).collect()
}

fn side(line: Line, currency: Currency) -> Result<JournalLine, QuestionError> {
    let Line { account, number, debit, credit, .. } = line;
    let account = account.parse().map_err(|_| QuestionError {
        code: 500,
        message: format!("there is no account {account}"),
    })?;
    let amount = |minor| Money::new(minor, currency).amount();
    Ok(JournalLine { account, number, debit: amount(debit), credit: amount(credit) })
}
