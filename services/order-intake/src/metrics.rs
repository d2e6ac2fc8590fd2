//! Figures that must be zero, or be looked at: read from the database, never counted along.

use jiff::Timestamp;
use mesh::{DatabaseConnection, DbErr, metrics::set};

use crate::store::anew;

/// Orders that wait for credit and for nothing else.
pub const WAITING: &str = "ordermesh_orders_waiting_for_credit";
/// Customers whose exposure is not the sum of its parts. Must be 0.
pub const OUT_OF_BALANCE: &str = "ordermesh_credit_out_of_balance_customers";

/// Says how things are, on the service's timer. All customers' figures are added up once a minute.
pub async fn report(db: &DatabaseConnection, now: Timestamp) -> Result<(), DbErr> {
    set(WAITING, anew::waiting(db).await?);
    if now.as_second().rem_euclid(60) == 0 {
        set(OUT_OF_BALANCE, anew::out_of_balance(db).await?);
    }
    Ok(())
}
