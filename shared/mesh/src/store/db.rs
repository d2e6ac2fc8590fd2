//! The database: one per service, SQLite or PostgreSQL by its URL.

mod reach;

use std::time::Duration;

use sea_orm::{
    ColumnTrait as _, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend,
    DbErr, EntityTrait as _, QueryFilter as _, sqlx,
};
use sea_orm_migration::{
    MigrationName, MigrationTrait, MigratorTraitSelf, SchemaManager,
    async_trait::async_trait,
    seaql_migrations::{Column as Applied, Entity as AppliedSteps, Model as AppliedStep},
};

use super::transaction::begin;

/// The time that a statement waits for SQLite's single writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Until the transaction ends, no other replica changes a schema on this PostgreSQL.
const TAKE_TURNS: &str = "SELECT pg_advisory_xact_lock(5711049)";

/// One step of a schema, in the SQL that SQLite and PostgreSQL share. Steps are only ever added.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// The migration's name, by which it is recorded as applied: `0001_orders`.
    pub name: &'static str,
    pub sql: &'static str,
}

const MESH: &[Migration] =
    &[Migration { name: "0001_mesh", sql: include_str!("../../migrations/0001_mesh.sql") }];

/// Settings of a connection pool; see [`config::Mesh::pool`](crate::process::config::Mesh::pool).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// The maximum number of connections.
    pub connections: u32,
    /// The time to wait for a free connection.
    pub acquire: Duration,
    /// After this long PostgreSQL gives up a statement.
    pub statement: Duration,
    /// After this long without a statement PostgreSQL gives up a transaction.
    pub idle: Duration,
}

impl Pool {
    /// A pool of that many connections, with timeouts of at most half a minute.
    #[must_use]
    pub fn of(connections: u32) -> Self {
        let time = Duration::from_secs(30);
        Self { connections, acquire: time, statement: time, idle: time }
    }
}

/// Opens a service's database. On PostgreSQL that is the schema of the service's name, made when it
/// is missing, so that one server can hold them all. A PostgreSQL that does not answer is tried for as
/// long as a connection is waited for, and the log says which.
///
/// # Errors
/// When the URL is malformed or the database cannot be reached.
pub async fn connect(url: &str, service: &str, pool: Pool) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    if url.starts_with("postgres") {
        reach::server(url, pool.acquire).await?;
        let schema = format!("\"{service}\"");
        let server =
            Database::connect(ConnectOptions::new(url).max_connections(1).to_owned()).await?;
        // One transaction: replicas that start together take turns.
        let make = format!("{TAKE_TURNS}; CREATE SCHEMA IF NOT EXISTS {schema}");
        server.execute_unprepared(&make).await?;
        server.close().await?;
        options.set_schema_search_path(schema);
    }
    options
        .max_connections(pool.connections)
        .acquire_timeout(pool.acquire)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(|sqlite| {
            // FULL: a commit is on disk before its messages are acknowledged.
            sqlite
                .create_if_missing(true)
                .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
                .synchronous(sqlx::sqlite::SqliteSynchronous::Full)
                .busy_timeout(BUSY_TIMEOUT)
        })
        .map_sqlx_postgres_opts(move |postgres| {
            let millis = |time: Duration| time.as_millis().to_string();
            postgres.options([
                ("statement_timeout", millis(pool.statement)),
                ("idle_in_transaction_session_timeout", millis(pool.idle)),
            ])
        });
    Database::connect(options).await
}

/// Brings a service's schema up to date: all of it or, when it fails, none.
///
/// # Errors
/// When the database fails or a statement is refused.
pub async fn migrate(own: &'static [Migration], db: &DatabaseConnection) -> Result<(), DbErr> {
    let tx = begin(db).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared(TAKE_TURNS).await?;
    }
    Steps(own).up(&tx, None).await?;
    #[expect(clippy::disallowed_methods, reason = "the schema's steps")]
    tx.commit().await
}

/// A service's own steps, behind the mesh's.
struct Steps(&'static [Migration]);

impl Steps {
    fn all(&self) -> impl Iterator<Item = &'static Migration> {
        MESH.iter().chain(self.0)
    }
}

#[async_trait]
impl MigratorTraitSelf for Steps {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        self.all().map(|step| Box::new(*step) as Box<dyn MigrationTrait>).collect()
    }

    /// Those that this release knows. A newer one beside it may have gone further: a replica of
    /// this one that starts again meanwhile must not stop at that.
    async fn get_migration_models<C>(&self, db: &C) -> Result<Vec<AppliedStep>, DbErr>
    where
        C: ConnectionTrait,
    {
        self.install(db).await?;
        let known = Applied::Version.is_in(self.all().map(|step| step.name));
        AppliedSteps::find().filter(known).all(db).await
    }
}

impl MigrationName for Migration {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    #[expect(elided_lifetimes_in_paths, reason = "the trait's own signature leaves it out")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let db = manager.get_connection();
        if db.get_database_backend() == DbBackend::Postgres {
            return db.execute_unprepared(&by_bytes(self.sql)).await.map(|_| ());
        }
        db.execute_unprepared(self.sql).await.map(|_| ())
    }
}

/// PostgreSQL sorts text as its database's locale has it, which may be anything, and SQLite by its
/// bytes, as memory does. Rows are locked in the order of their keys, and some decisions go by the
/// order of a text: it is that of the bytes everywhere.
fn by_bytes(sql: &str) -> String {
    sql.replace(" TEXT", " TEXT COLLATE \"C\"")
}
