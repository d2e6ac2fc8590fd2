//! Two journals read as one, page by page, and held in memory one day at a time.

use std::collections::VecDeque;

use anyhow::{Result, ensure};
use contracts::{
    document::Journal,
    question::{JournalPage, JournalRange},
};
use jiff::civil::Date;

/// Asks for a page of a journal.
pub(super) trait Ask {
    async fn page(&self, range: JournalRange) -> Result<JournalPage>;
}

impl<F: AsyncFn(JournalRange) -> Result<JournalPage>> Ask for F {
    async fn page(&self, range: JournalRange) -> Result<JournalPage> {
        self(range).await
    }
}

/// The journal of one service.
pub(super) struct Pages<A> {
    ask: A,
    range: JournalRange,
    ahead: VecDeque<Journal>,
    is_over: bool,
}

impl<A: Ask> Pages<A> {
    pub(super) fn new(range: JournalRange, ask: A) -> Self {
        Self { ask, range, ahead: VecDeque::new(), is_over: false }
    }

    /// Returns the day of the next entry; none if there is none.
    async fn day(&mut self) -> Result<Option<Date>> {
        while self.ahead.is_empty() && !self.is_over {
            let JournalPage { entries, next } = self.ask.page(self.range.clone()).await?;
            ensure!(
                next.is_none() || next != self.range.after,
                "a journal gives the same page again"
            );
            self.ahead.extend(entries);
            self.is_over = next.is_none();
            self.range.after = next;
        }
        Ok(self.ahead.front().map(|entry| entry.date))
    }

    /// Moves the entries of a day.
    async fn take(&mut self, day: Date, into: &mut Vec<Journal>) -> Result<()> {
        while self.day().await? == Some(day) {
            into.extend(self.ahead.pop_front());
        }
        Ok(())
    }
}

/// Passes on the entries of both journals, by date, source and entry. A day is sorted here, since
/// databases do not agree on the order of strings.
pub(super) async fn by_day(
    mut one: Pages<impl Ask>,
    mut other: Pages<impl Ask>,
    mut take: impl FnMut(Journal) -> Result<()>,
) -> Result<()> {
    loop {
        let days = [one.day().await?, other.day().await?];
        let Some(day) = days.into_iter().flatten().min() else { return Ok(()) };
        let mut entries = Vec::new();
        one.take(day, &mut entries).await?;
        other.take(day, &mut entries).await?;
        entries.sort_by(|a, b| (&a.source, a.entry_id).cmp(&(&b.source, b.entry_id)));
        entries.into_iter().try_for_each(&mut take)?;
    }
}
