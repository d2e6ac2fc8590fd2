//! Figures that must be zero, or be looked at: read from the database, never counted along.

use mesh::{DatabaseConnection, DbErr, metrics::set};
use metrics::describe_gauge;

use crate::domain::notice::is_wanted_in_x12;

/// Partners that want their ship notices in X12 and whose record does not say where.
pub const UNADDRESSED: &str = "ordermesh_ship_notice_unaddressed_partners";

/// Says what each figure means.
pub fn describe() {
    let text = "Partners that want ship notices in X12 and whose record does not say where";
    describe_gauge!(UNADDRESSED, text);
    crate::adapter::describe();
}

/// Says how things are, on the service's timer.
pub async fn report(db: &DatabaseConnection) -> Result<(), DbErr> {
    let partners = mesh::partners(db).await?;
    let unaddressed = partners.values().filter(|it| it.x12.is_none() && is_wanted_in_x12(it));
    set(UNADDRESSED, i64::try_from(unaddressed.count()).unwrap_or(i64::MAX));
    Ok(())
}
