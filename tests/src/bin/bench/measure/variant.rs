//! The variants that are measured.

use std::fmt;

use clap::ValueEnum;
use serde::Serialize;

/// A way to run the mesh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Variant {
    /// All services in one process, on SQLite: what `ordermesh up` and `demo` run
    OneProcess,
    /// Every service a process of its own, on SQLite
    Sqlite,
    /// Every service a process of its own, on PostgreSQL
    Postgres,
    /// Two processes of every service, on PostgreSQL
    Replicas,
}

impl Variant {
    /// Returns true if the variant needs PostgreSQL.
    pub fn on_postgres(self) -> bool {
        match self {
            Self::OneProcess | Self::Sqlite => false,
            Self::Postgres | Self::Replicas => true,
        }
    }

    /// Returns the arguments of `ordermesh up`.
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::OneProcess => &[],
            Self::Sqlite | Self::Postgres => &["--separate"],
            Self::Replicas => &["--separate", "--replicas", "2"],
        }
    }
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OneProcess => "one process, SQLite",
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Replicas => "PostgreSQL, two of each",
        })
    }
}
