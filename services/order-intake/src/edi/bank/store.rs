//! Queries: payments that are told again or taken back, and those that are to be forgotten.

use std::collections::BTreeSet;

use contracts::PaymentId;
use mesh::{
    DatabaseTransaction, DbErr,
    column::Cell,
    row::{self, Row},
    sea_query::{Alias, Expr, ExprTrait, Order},
};

use super::{
    MAX_FACTS, MAX_REMEMBERED,
    rows::{BankCredit, BankReference},
};
use crate::edi::rows::Channel;

/// What one payment is called at most: by six kinds of references.
const NAMES: u64 = 6;

/// Brings payments by their ids and by what they are called, and what these banks have too many of.
pub async fn load(
    tx: &DatabaseTransaction,
    mut payments: BTreeSet<PaymentId>,
    references: BTreeSet<String>,
    banks: &[&Channel],
) -> Result<(Vec<BankCredit>, Vec<BankReference>), DbErr> {
    let mut called: Vec<BankReference> = row::find(tx, "reference", references).await?;
    payments.extend(called.iter().map(|reference| reference.payment_id.clone()));
    let mut credits: Vec<BankCredit> = row::find(tx, "payment_id", payments).await?;
    for bank in banks {
        let step = u64::try_from(MAX_FACTS).unwrap_or(u64::MAX);
        // Past by a step: the payments that are being told count too.
        let Some(last) = bank.credits.saturating_add(step).checked_sub(MAX_REMEMBERED) else {
            continue;
        };
        credits.extend(oldest(tx, bank, last, step).await?);
        called.extend(oldest(tx, bank, last, step.saturating_mul(NAMES)).await?);
    }
    Ok((credits, called))
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
