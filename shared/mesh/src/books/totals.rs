//! The sums of a journal by account, re-added from its lines.

use contracts::{
    Currency,
    document::LedgerAccount,
    money::{AmountSum, Sum},
    question::AccountTotal,
};
use sea_orm::ConnectionTrait;

use crate::{endpoint::QuestionError, store::row};

/// The debits and credits of an account in a currency, each sum in two parts: thousands of millions
/// of minor units, and the rest (rule D2).
#[derive(Debug, Clone)]
struct TotalRow {
    currency: Currency,
    account: LedgerAccount,
    debit_high: i64,
    debit_low: i64,
    credit_high: i64,
    credit_low: i64,
}

crate::row!(TotalRow in "journal_totals" by (currency: Currency, account: LedgerAccount) {
    currency, account, debit_high, debit_low, credit_high, credit_low
});

/// Returns all that was debited and credited, by currency and account.
///
/// # Errors
/// When the database fails.
pub async fn totals(db: &impl ConnectionTrait) -> Result<Vec<AccountTotal>, QuestionError> {
    let mut select = row::select::<TotalRow>();
    super::in_key_order::<TotalRow>(&mut select);
    let rows: Vec<TotalRow> = row::fetch(db, &select).await?;
    let total = |row: TotalRow| AccountTotal {
        account: row.account,
        currency: row.currency,
        debit: sum(row.debit_high, row.debit_low, row.currency),
        credit: sum(row.credit_high, row.credit_low, row.currency),
    };
    Ok(rows.into_iter().map(total).collect())
}

fn sum(high: i64, low: i64, currency: Currency) -> AmountSum {
    Sum::new(i128::from(high) * 1_000_000_000 + i128::from(low), currency).amount()
}
