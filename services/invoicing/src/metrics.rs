//! Figures that must be zero, or be looked at: read from the database, never counted along.

use mesh::{DatabaseTransaction, DbErr};
use metrics::gauge;

use crate::store::count;

/// Order lines of which more is billed than rule I1 allows. Must be 0.
pub const OVERSTATEMENT: &str = "ordermesh_invoice_overstatement_lines";
/// Charges of which no invoice will bill the rest (I5).
pub const LAPSED: &str = "ordermesh_invoice_lapsed_charges";

const OVERSTATED: &str = "billed - credited > allowed OR billed - credited > dispatched - returned";

/// Says how things are, on the service's timer.
pub async fn report(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    set(OVERSTATEMENT, count(tx, "order_lines", OVERSTATED).await?);
    set(LAPSED, count(tx, "order_charges", "lapsed > 0").await?);
    Ok(())
}

fn set(name: &'static str, rows: i64) {
    gauge!(name).set(f64::from(i32::try_from(rows).unwrap_or(i32::MAX)));
}
