//! A separate database for each test, of the kind that the tests run on.

use tempfile::TempDir;

use crate::Postgres;

/// The environment variable for the kind: `sqlite` by default, or `postgres`.
const KIND: &str = "ORDERMESH_TEST_DATABASE";

/// An empty SQLite file or PostgreSQL database, deleted on drop.
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
    /// Creates a database of the kind that the tests run on.
    ///
    /// # Panics
    /// Panics if it cannot be created or the kind is unknown.
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

/// Returns the number of cases for a property test. PostgreSQL gets an eighth, because decisions
/// are the same there and only storage can differ.
#[must_use]
pub fn cases(on_sqlite: u32) -> u32 {
    if on_postgres() { (on_sqlite / 8).max(2) } else { on_sqlite }
}

/// Returns whether the tests run on PostgreSQL.
///
/// # Panics
/// Panics if the kind is unknown.
#[must_use]
pub fn on_postgres() -> bool {
    match std::env::var(KIND).as_deref() {
        Err(_) | Ok("" | "sqlite") => false,
        Ok("postgres") => true,
        Ok(other) => panic!("{KIND} is `{other}`: say `sqlite` or `postgres`"),
    }
}
