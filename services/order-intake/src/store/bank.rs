//! Payments that banks tell again or take back, and those that are to be forgotten.

use std::collections::BTreeSet;

use contracts::PaymentId;
use mesh::{
    DatabaseTransaction, DbErr, Rows,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order},
};

use crate::edi::{
    bank::rows::{BankCredit, BankReference, MAX_ENTRIES, MAX_REMEMBERED},
    rows::Channel,
};

/// The most names of one payment: by six kinds of references.
const NAMES: u64 = 6;

/// Payments with the names that banks have for them.
pub struct Payments {
    pub credits: Rows<BankCredit>,
    pub references: Rows<BankReference>,
    pub oldest_credits: Vec<<BankCredit as Row>::Key>,
    pub oldest_references: Vec<<BankReference as Row>::Key>,
}

/// Reads payments by their ids and references, and the oldest of banks that have told of too many.
pub async fn load(
    tx: &DatabaseTransaction,
    mut payments: BTreeSet<PaymentId>,
    references: BTreeSet<String>,
    banks: &[&Channel],
) -> Result<Payments, DbErr> {
    let called = Rows::<BankReference>::find(tx, "reference", references).await?;
    payments.extend(called.found().map(|reference| reference.payment_id.clone()));
    let (mut credits, mut names): (Vec<BankCredit>, Vec<BankReference>) = (Vec::new(), Vec::new());
    for bank in banks {
        let step = u64::try_from(MAX_ENTRIES).unwrap_or(u64::MAX);
        // Past by a step: the payments that are being told count too.
        let Some(last) = (bank.credits + step).checked_sub(MAX_REMEMBERED) else { continue };
        credits.extend(oldest(tx, bank, last, step).await?);
        names.extend(oldest(tx, bank, last, step * NAMES).await?);
    }
    Ok(Payments {
        oldest_credits: credits.iter().map(Row::key).collect(),
        oldest_references: names.iter().map(Row::key).collect(),
        credits: Rows::find(tx, "payment_id", payments).await?.with(Rows::of_keys(credits, [])),
        references: called.with(Rows::of_keys(names, [])),
    })
}

async fn oldest<R: Row>(
    tx: &DatabaseTransaction,
    bank: &Channel,
    last: u64,
    limit: u64,
) -> Result<Vec<R>, DbErr> {
    let mut select = row::select::<R>();
    select.and_where(Expr::col(Alias::new("partner")).eq(bank.partner.value()));
    select.and_where(Expr::col(Alias::new("position")).lte(last.value()));
    select.order_by(Alias::new("position"), Order::Asc).limit(limit);
    row::fetch::<R>(tx, &select).await
}
