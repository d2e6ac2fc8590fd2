//! Exports for other systems: the journals of both services that post, as one list.

mod read;
mod rows;
mod target;
mod totals;
mod write;

use std::io;

use anyhow::Result;
use contracts::question::{InvoicingJournalRequest, JournalRange, PaymentJournalRequest};
use jiff::civil::Date;

use crate::operator::Operator;

pub(crate) use rows::Row;
pub(crate) use target::Target;
pub(crate) use totals::Totals;
pub(crate) use write::Format;

/// The number of entries per page; an answer is one message.
const PAGE: u32 = 500;

/// Passes on every entry from one day to another, both included, by date, source and entry.
///
/// # Errors
/// Returns an error when a service does not answer, or the receiver of the entries fails.
pub(crate) async fn journal(
    operator: &Operator,
    (from, to): (Option<Date>, Option<Date>),
    take: impl FnMut(Row) -> Result<()>,
) -> Result<Totals> {
    let range = JournalRange { from, to, after: None, limit: PAGE };
    let invoicing = read::Pages::new(range.clone(), async |range: JournalRange| {
        operator.ask(&InvoicingJournalRequest::from(range)).await
    });
    let payments = read::Pages::new(range, async |range: JournalRange| {
        operator.ask(&PaymentJournalRequest::from(range)).await
    });
    merged(invoicing, payments, take).await
}

async fn merged(
    one: read::Pages<impl read::Ask>,
    other: read::Pages<impl read::Ask>,
    mut take: impl FnMut(Row) -> Result<()>,
) -> Result<Totals> {
    let mut totals = Totals::default();
    read::by_day(one, other, |entry| {
        totals.add(&entry)?;
        rows::of_entry(entry)?.into_iter().try_for_each(&mut take)
    })
    .await?;
    Ok(totals)
}

/// Returns true if the reader has closed its end, which is not our failure.
pub(crate) fn is_enough(error: &anyhow::Error) -> bool {
    let broken = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref::<io::Error>().is_some_and(broken)
            || cause.downcast_ref::<csv::Error>().is_some_and(
                |error| matches!(error.kind(), csv::ErrorKind::Io(error) if broken(error)),
            )
    })
}

#[cfg(test)]
mod tests;
