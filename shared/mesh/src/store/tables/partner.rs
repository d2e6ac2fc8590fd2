//! The records of partners, as last published.

use contracts::PartnerName;
use sea_orm::{ConnectionTrait, DbErr};

use crate::{
    context::Partners,
    store::{column::Json, row},
};

/// A partner's record, as last published.
#[derive(Debug, Clone)]
pub(crate) struct PartnerRow {
    pub name: PartnerName,
    pub record: Json<contracts::partner::Partner>,
}
crate::row!(PartnerRow in "partners" by (name: PartnerName) { name, record });

/// The partners that are known, by name.
///
/// # Errors
/// When the database fails.
pub async fn partners(db: &impl ConnectionTrait) -> Result<Partners, DbErr> {
    let rows: Vec<PartnerRow> = row::fetch(db, &row::select::<PartnerRow>()).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.record.0)).collect())
}

/// Those of these partners that are known.
///
/// # Errors
/// When the database fails.
pub async fn partners_named(
    db: &impl ConnectionTrait,
    names: impl IntoIterator<Item = PartnerName>,
) -> Result<Partners, DbErr> {
    let rows: Vec<PartnerRow> = row::find(db, "name", names).await?;
    Ok(rows.into_iter().map(|row| (row.name, row.record.0)).collect())
}
