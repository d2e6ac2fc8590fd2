//! Figures that must be zero, or be looked at: read from the database, never counted along.

use mesh::{DatabaseConnection, DbErr, metrics::set};
use metrics::describe_gauge;

use crate::store::{anew, audit};

/// Orders that wait for credit and for nothing else.
pub const WAITING: &str = "ordermesh_orders_waiting_for_credit";
/// Orders and customers whose exposure is not the sum of its parts (O5). Must be 0.
pub const DIFFERENCES: &str = "ordermesh_credit_differences";

/// Says how things are, on the service's timer.
pub async fn report(db: &DatabaseConnection) -> Result<(), DbErr> {
    describe_gauge!(WAITING, "Orders that wait for credit and for nothing else");
    describe_gauge!(
        DIFFERENCES,
        "Orders and customers whose exposure is not the sum of its parts; must be 0"
    );
    set(WAITING, anew::waiting(db).await?);
    set(DIFFERENCES, audit::differences(db).await?);
    Ok(())
}
