//! The metrics of the service, read from the database and never counted along.

use jiff::Timestamp;
use mesh::{DatabaseConnection, DbErr, metrics::set};
use metrics::describe_gauge;

use crate::{adapter, config::Config, domain::ship_notice::is_wanted_in_x12, store};

/// Partners that want their ship notices in X12 and whose record has no address for them.
const UNADDRESSED: &str = "ordermesh_ship_notice_unaddressed_partners";
/// Confirmations that came as files and are not decided.
const ARRIVALS: &str = "ordermesh_warehouse_undecided_confirmations";

pub fn describe() {
    let text = "Partners that want ship notices in X12 and whose record does not say where";
    describe_gauge!(UNADDRESSED, text);
    describe_gauge!(ARRIVALS, "Confirmations that came as files and are not decided");
    adapter::describe();
}

/// Reports every metric that is read from the database.
pub async fn report(db: &DatabaseConnection, config: &Config, now: Timestamp) -> Result<(), DbErr> {
    let partners = mesh::partners(db).await?;
    let unaddressed = partners.values().filter(|it| it.x12.is_none() && is_wanted_in_x12(it));
    set(UNADDRESSED, i64::try_from(unaddressed.count()).unwrap_or(i64::MAX));
    set(ARRIVALS, store::undecided_arrivals(db).await?);
    adapter::report(db, config, now).await
}
