//! X12 interchanges to warehouses, under control numbers of their own.

use edi::x12::{self, Delimiters, OutGroup, OutSet, Segment, Sender};
use jiff::{Timestamp, tz::TimeZone};
use mesh::{DatabaseTransaction, DbErr};

use super::counters::take_numbers;
use crate::config::Drop;

pub const X12: &str = "application/edi-x12";
/// The last number below those of this service: order-intake, this service's own ship notices and
/// invoicing have ranges of their own, so that no number is used twice with one receiver.
const NUMBERS: u64 = 200_000_000;
/// The last number of this service.
const LAST: u64 = 250_000_000;

/// Writes an interchange of one transaction set, and returns it with its control number.
pub async fn write_set(
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
    write_groups(tx, drop, None, &[group], Delimiters::default(), now).await
}

/// Writes groups in an envelope under the next number.
pub async fn write_groups(
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
    let control = take_numbers(tx, &name, NUMBERS, used).await?;
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
