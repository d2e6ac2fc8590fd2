//! A database of a test's own, of the kind that the tests run on.

use tempfile::TempDir;

use crate::Postgres;

/// Says what kind that is: `sqlite`, as when it is not set, or `postgres`.
const KIND: &str = "ORDERMESH_TEST_DATABASE";

/// An empty SQLite file or PostgreSQL database; it goes when this is dropped.
#[derive(Debug)]
pub struct Database {
    url: String,
    _home: Home,
}

#[derive(Debug)]
enum Home {
    File { _folder: TempDir },
    Server { _postgres: Postgres },
}

impl Database {
    /// Makes one of the kind that the tests run on.
    ///
    /// # Panics
    /// When it can not be made, or there is no such kind.
    #[must_use]
    pub fn new() -> Self {
        if on_postgres() {
            let postgres = Postgres::start().unwrap();
            return Self {
                url: postgres.url().to_owned(),
                _home: Home::Server { _postgres: postgres },
            };
        }
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}/test.db?mode=rwc", folder.path().display());
        Self { url, _home: Home::File { _folder: folder } }
    }

    /// Where it is reached.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Default for Database {
    fn default() -> Self {
        Self::new()
    }
}

/// How many cases of a law are tried: on PostgreSQL an eighth, for what a service decides is the same
/// there, and only what it stores and finds can differ.
#[must_use]
pub fn cases(on_sqlite: u32) -> u32 {
    if on_postgres() { (on_sqlite / 8).max(2) } else { on_sqlite }
}

/// Whether the tests run on PostgreSQL.
pub(crate) fn on_postgres() -> bool {
    match std::env::var(KIND).as_deref() {
        Err(_) | Ok("" | "sqlite") => false,
        Ok("postgres") => true,
        Ok(other) => panic!("{KIND} is `{other}`: say `sqlite` or `postgres`"),
    }
}
