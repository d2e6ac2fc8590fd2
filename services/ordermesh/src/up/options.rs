//! The options of `ordermesh up`.

use std::path::{Path, PathBuf};

#[derive(Debug, Clone, Default)]
pub struct Options {
    pub data_dir: PathBuf,
    /// The port of NATS; by default the last one used, or a free one.
    pub nats_port: Option<u16>,
    /// The port of HTTP; by default a free one.
    pub http_port: Option<u16>,
    /// The `nats-server` binary to start.
    pub nats_server: Option<PathBuf>,
    /// Servers that somebody else runs, separated by commas, instead of a child process.
    pub nats_url: Option<String>,
    /// A PostgreSQL to use instead of files, with one schema per service.
    pub database_url: Option<String>,
    pub config: Option<PathBuf>,
    /// The number of processes of each service; none runs all of them in this process.
    pub separate: Option<u32>,
    /// True if those processes log JSON.
    pub log_json: bool,
}

impl Options {
    /// Returns the URL of a service's database: a schema of the PostgreSQL, or a file below `root`.
    pub(super) fn database_of(&self, root: &Path, service: &str) -> String {
        match &self.database_url {
            Some(url) => url.clone(),
            None => format!("sqlite://{}/{service}.db?mode=rwc", root.display()),
        }
    }
}
