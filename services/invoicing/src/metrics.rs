//! Figures that must be zero, or be looked at: read from the database, never counted along.

use mesh::{DatabaseConnection, DbErr, metrics::set};

use crate::store::count;

/// Order lines of which more is billed than rule I1 allows. Must be 0.
pub const OVERSTATEMENT: &str = "ordermesh_invoice_overstatement_lines";
/// Charges of which no invoice will bill the rest (I5).
pub const LAPSED: &str = "ordermesh_invoice_lapsed_charges";

const OVERSTATED: &str = "billed - credited > allowed OR billed - credited > dispatched - returned";

/// Says how things are, on the service's timer.
pub async fn report(db: &DatabaseConnection) -> Result<(), DbErr> {
    set(OVERSTATEMENT, count(db, "order_lines", OVERSTATED).await?);
    set(LAPSED, count(db, "order_charges", "lapsed > 0").await?);
    Ok(())
}
