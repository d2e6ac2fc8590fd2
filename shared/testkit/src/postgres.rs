//! A PostgreSQL database for one test, on the shared server of the test run or, without one, on a
//! server of its own.

mod server;

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

pub use server::PostgresServer;

/// The environment variable with the URL of the shared server. `with-postgres` sets it.
pub const SHARED: &str = "ORDERMESH_TEST_POSTGRES";

/// An empty database. It is dropped with this value, even if clients are still connected.
#[derive(Debug)]
pub struct Postgres {
    url: String,
    home: Home,
}

#[derive(Debug)]
enum Home {
    Shared { server: String, name: String },
    Own { _server: PostgresServer },
}

impl Postgres {
    /// Creates a database.
    ///
    /// # Errors
    /// Returns an error if the shared server refuses, or if no server can be started.
    pub fn start() -> Result<Self> {
        let shared = std::env::var(SHARED).ok().filter(|url| !url.is_empty());
        shared.map_or_else(Self::own, Self::on)
    }

    fn own() -> Result<Self> {
        let own = PostgresServer::start()?;
        Ok(Self { url: own.url().to_owned(), home: Home::Own { _server: own } })
    }

    fn on(server: String) -> Result<Self> {
        let (to, _) = server.rsplit_once('/').with_context(|| {
            format!("{SHARED} is `{server}`: name a server and a database, postgres://…/postgres")
        })?;
        let name = format!("test_{:016x}", rand::random::<u64>());
        let url = format!("{to}/{name}");
        // The default strategy writes every page to the WAL, which takes five times as long.
        run(&server, &format!("CREATE DATABASE {name} STRATEGY file_copy"))?;
        Ok(Self { url, home: Home::Shared { server, name } })
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        match &self.home {
            Home::Shared { server, name } => {
                let dropped = run(server, &format!("DROP DATABASE {name} WITH (FORCE)"));
                if let Err(error) = dropped {
                    // The database takes up space until its server is deleted.
                    eprintln!("{name} is left over: {error:#}");
                }
            }
            Home::Own { .. } => {}
        }
    }
}

/// Runs a statement on a server with `psql`.
fn run(server: &str, sql: &str) -> Result<()> {
    let mut psql = Command::new(server::programs()?.join("psql"));
    let done = psql.args(["-X", "-q", "-d", server, "-c", sql]).output().context("psql")?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{sql} on {server}: {said}");
    Ok(())
}
