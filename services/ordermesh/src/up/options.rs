//! The options of a mesh in one process.

use std::path::{Path, PathBuf};

/// What `up` is told.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The mesh's folder.
    pub data_dir: PathBuf,
    /// The port of NATS; the last one used, or a free one, where none is given.
    pub nats_port: Option<u16>,
    /// The port of HTTP; a free one where none is given.
    pub http_port: Option<u16>,
    /// A `nats-server` binary.
    pub nats_server: Option<PathBuf>,
    /// Servers that somebody else runs, separated by commas, instead of a child.
    pub nats_url: Option<String>,
    /// A PostgreSQL to use instead of files: one schema per service.
    pub database_url: Option<String>,
    /// A configuration file.
    pub config: Option<PathBuf>,
    /// So many processes of each service, instead of all in this one.
    pub separate: Option<u32>,
    /// Those log JSON.
    pub log_json: bool,
}

impl Options {
    /// The URL of a service's database: a schema of the PostgreSQL, or a file below `root`.
    pub(super) fn database_of(&self, root: &Path, service: &str) -> String {
        match &self.database_url {
            Some(url) => url.clone(),
            None => format!("sqlite://{}/{service}.db?mode=rwc", root.display()),
        }
    }
}
