//! Writes rows for a warehouse: places in its queue, and interchanges under numbers of their own.

use std::collections::BTreeMap;

use contracts::WarehouseId;
use edi::x12::{self, Delimiters, OutGroup, OutSet, Segment, Sender};
use jiff::{Timestamp, tz::TimeZone};
use mesh::{DatabaseTransaction, DbErr, row};

use super::{Counter, Delivery};
use crate::config::Drop;

/// What an interchange is.
pub const X12: &str = "application/edi-x12";
/// Where in a warehouse's folder documents for it are.
pub const OUT: &str = "out";
/// Where in a warehouse's folder its files are that could not be taken.
pub const FAILED: &str = "failed";
/// Before the first control number: order-intake, this service's own ship notices and invoicing
/// have numbers of their own, so that no number is used twice with one receiver.
const NUMBERS: u64 = 200_000_000;
/// How many there are.
const LAST: u64 = 250_000_000;

/// What is to be written to a warehouse, before it has a place.
#[derive(Debug)]
pub struct Draft {
    /// Its `ce-id`.
    pub id: String,
    /// Its name in subjects.
    pub document: String,
    /// What it is written in.
    pub content_type: &'static str,
    /// Where it is dropped.
    pub file: Option<String>,
    /// It.
    pub body: Vec<u8>,
}

/// Puts documents at the end of a warehouse's queue. The queue's counter is locked, so that places
/// are in the order in which transactions commit.
pub async fn queue(
    tx: &DatabaseTransaction,
    warehouse_id: &WarehouseId,
    drafts: Vec<Draft>,
    now: Timestamp,
) -> Result<(), DbErr> {
    let number = u64::try_from(drafts.len()).unwrap_or(u64::MAX);
    let first = count(tx, &format!("queue {warehouse_id}"), 0, number).await?;
    let rows: Vec<Delivery> = (first..)
        .zip(drafts)
        .map(|(position, draft)| Delivery {
            warehouse_id: warehouse_id.clone(),
            id: draft.id,
            position,
            document: draft.document,
            content_type: draft.content_type.to_owned(),
            file: draft.file,
            body: draft.body,
            written_at: now,
            attempts: 0,
            last_error: None,
            delivered_at: None,
        })
        .collect();
    row::insert(tx, &rows).await
}

/// An interchange to a warehouse, and its control number.
pub async fn interchange(
    tx: &DatabaseTransaction,
    drop: &Drop,
    functional_id: &'static str,
    set: OutSet,
    now: Timestamp,
) -> Result<(String, u32), DbErr> {
    let group = OutGroup {
        functional_id,
        sender: drop.ours.id.clone(),
        receiver: drop.gs_id.clone(),
        version: drop.version.clone(),
        sets: vec![set],
    };
    enveloped(tx, drop, None, &[group], Delimiters::default(), now).await
}

/// Groups in an envelope to a warehouse, under the next number.
pub async fn enveloped(
    tx: &DatabaseTransaction,
    drop: &Drop,
    acknowledgement: Option<&Segment>,
    groups: &[OutGroup],
    delimiters: Delimiters,
    now: Timestamp,
) -> Result<(String, u32), DbErr> {
    let name = format!("control {}:{}", drop.theirs.qualifier, drop.theirs.id);
    // Groups count on from the interchange's number.
    let used = u64::try_from(groups.len()).unwrap_or(u64::MAX).max(1);
    let control = count(tx, &name, NUMBERS, used).await?;
    // After fifty million they begin again: nobody remembers them for so long.
    let control = NUMBERS + 1 + (control - NUMBERS - 1) % (LAST - NUMBERS);
    let control = u32::try_from(control).unwrap_or_default();
    let sender = Sender {
        from: drop.ours.clone(),
        to: drop.theirs.clone(),
        version: if drop.version.as_str() >= "005010" { "00501" } else { "00401" }.to_owned(),
        usage: if drop.test { "T" } else { "P" }.to_owned(),
        delimiters,
        at: now.to_zoned(TimeZone::UTC).datetime(),
        control,
    };
    Ok((x12::write(&sender, acknowledgement, groups), control))
}

/// The first of the next `number` numbers. Two replicas must not use one number twice, so that the
/// counter is made first where it is missing, and locked.
async fn count(
    tx: &DatabaseTransaction,
    name: &str,
    before: u64,
    number: u64,
) -> Result<u64, DbErr> {
    let new = Counter { name: name.to_owned(), last: before };
    let found = row::lock_or_make(tx, "name", |it: &Counter| it.name.clone(), &[new]).await?;
    let mut counters: BTreeMap<String, Counter> =
        found.into_iter().map(|counter| (counter.name.clone(), counter)).collect();
    let missing = || DbErr::Custom(format!("the counter {name} cannot be made"));
    let counter = counters.get_mut(name).ok_or_else(missing)?;
    let first = counter.last.saturating_add(1);
    counter.last = counter.last.saturating_add(number);
    row::upsert(tx, [&*counter]).await?;
    Ok(first)
}
