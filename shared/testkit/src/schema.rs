//! Tests of the schema that hold for every service.

use std::collections::BTreeSet;

use futures::future::join_all;
use mesh::{AnyService, DatabaseConnection, db, row};

use crate::{Database, database};

/// The number of replicas that start together. A SQLite file belongs to one process.
const TOGETHER: usize = 4;

/// An applied migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub version: String,
    pub applied_at: i64,
}
mesh::row!(Step in "seaql_migrations" by (version: String) { version, applied_at });

/// The steps that were applied.
///
/// # Panics
/// When they cannot be read.
pub async fn steps(database: &DatabaseConnection) -> Vec<Step> {
    row::fetch(database, &row::select::<Step>()).await.unwrap()
}

/// A replica of a service that has just started: its database, migrated.
///
/// # Panics
/// When it cannot start.
pub async fn replica(service: &AnyService, url: &str) -> DatabaseConnection {
    let database = db::connect(url, service.name(), db::Pool::of(1)).await.unwrap();
    db::migrate(service.migrations(), &database).await.unwrap();
    database
}

/// Checks that replicas which start together on an empty database create the schema once, and that
/// a later start changes nothing.
///
/// # Panics
/// Panics if the check fails.
pub async fn a_schema_is_made_once(service: impl Into<AnyService>) {
    let service = service.into();
    let database = Database::new();
    let replicas = if database::on_postgres() { TOGETHER } else { 1 };
    let all = join_all((0..replicas).map(|_| replica(&service, database.url()))).await;
    let made = steps(&all[0]).await;
    let names: BTreeSet<&str> = made.iter().map(|step| step.version.as_str()).collect();
    assert!(service.migrations().iter().all(|step| names.contains(step.name)), "{names:?}");
    // A second creation of the same tables would fail.
    let later = replica(&service, database.url()).await;
    assert_eq!(steps(&later).await, made);
}
