//! Counters: positions in queues and control numbers, each used once.

use mesh::{DatabaseTransaction, DbErr, row};

use super::rows::Counter;

/// Takes so many numbers behind the last one that was used, or behind `before`, and returns the first
/// of them. The counter is locked, and made first where it is missing: two replicas must not use one
/// number twice.
pub async fn take_numbers(
    tx: &DatabaseTransaction,
    name: &str,
    before: u64,
    count: u64,
) -> Result<u64, DbErr> {
    let new = Counter { name: name.to_owned(), last: before };
    let found = row::lock_or_make(tx, "name", |it: &Counter| it.name.clone(), &[new]).await?;
    let missing = || DbErr::Custom(format!("the counter {name} cannot be made"));
    let mut counter = found.into_iter().next().ok_or_else(missing)?;
    let first = counter.last + 1;
    counter.last += count;
    row::upsert(tx, [&counter]).await?;
    Ok(first)
}
