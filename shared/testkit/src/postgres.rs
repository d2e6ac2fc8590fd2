//! A PostgreSQL database of a test's own: on the server that all tests of a run share, or, where
//! none is shared, on one that is started for it.

mod server;

use std::process::Command;

use anyhow::{Context as _, Result, ensure};

pub use server::PostgresServer;

/// Names the server that tests make their databases on. `with-postgres` sets it.
pub const SHARED: &str = "ORDERMESH_TEST_POSTGRES";

/// An empty database; it goes when this is dropped, whoever is still connected to it.
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
    /// Makes a database.
    ///
    /// # Errors
    /// When the shared server refuses, or none is shared and none can be started.
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
        // The other strategy writes every page to the log first, which takes five times as long.
        run(&server, &format!("CREATE DATABASE {name} STRATEGY file_copy"))?;
        Ok(Self { url, home: Home::Shared { server, name } })
    }

    /// Where it is reached.
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
                    // It takes room, and goes with its server.
                    eprintln!("{name} is left over: {error:#}");
                }
            }
            Home::Own { .. } => {}
        }
    }
}

/// Has a server do something, by PostgreSQL's own client.
fn run(server: &str, sql: &str) -> Result<()> {
    let mut psql = Command::new(server::programs()?.join("psql"));
    let done = psql.args(["-X", "-q", "-d", server, "-c", sql]).output().context("psql")?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "{sql} on {server}: {said}");
    Ok(())
}
