//! PostgreSQL as in production: what it says is committed is on disk.

use anyhow::{Context as _, Result, ensure};
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use testkit::PostgresServer;

/// A second figure beside SQLite's says something only while both keep what they confirm.
const DURABLE: [&str; 3] = ["fsync", "synchronous_commit", "full_page_writes"];

/// Starts one, and makes sure that it is durable.
pub(super) fn start() -> Result<PostgresServer> {
    let postgres = PostgresServer::durable()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(durable(postgres.url()))?;
    Ok(postgres)
}

async fn durable(url: &str) -> Result<()> {
    let database = Database::connect(url).await?;
    for setting in DURABLE {
        let show = Statement::from_string(DbBackend::Postgres, format!("SHOW {setting}"));
        let row = database.query_one_raw(show).await?.context("SHOW says nothing")?;
        let value: String = row.try_get_by_index(0)?;
        ensure!(value == "on", "PostgreSQL runs with {setting} = {value}: not as in production");
    }
    Ok(database.close().await?)
}
