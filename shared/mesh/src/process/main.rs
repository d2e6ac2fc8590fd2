//! A service as a process of its own: what its `main` calls, and all that it is told, by flags or by
//! the environment. Secrets are read from files, so that nothing that lists processes shows them.

use std::{io::Write as _, net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use axum::Router;
use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};
use metrics_exporter_prometheus::PrometheusHandle;
use sea_orm::DatabaseConnection;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
};
use tokio_util::sync::CancellationToken;

use crate::{
    any_service::AnyService,
    engine::error::chain,
    process::{
        config::{self, Invalid},
        health::Health,
        http, run,
        telemetry::{self, LogFormat},
    },
    store::db,
};

/// The log filter if `ORDERMESH_LOG` is not set.
const LEVEL: &str = "info,async_nats=warn,sqlx=warn,sea_orm_migration=warn";

/// Runs one service of the mesh
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Subcommand)]
enum Command {
    /// Bring the schema up to date and run the service; the default
    Run,
    /// Bring the schema up to date and end
    Migrate,
}

/// The flags and environment variables of a service process.
#[derive(Debug, Args)]
pub struct Settings {
    /// Address of NATS; several servers of a cluster are separated by commas
    #[arg(
        long,
        value_name = "URL",
        env = "ORDERMESH_NATS_URL",
        default_value = "nats://127.0.0.1:4222"
    )]
    nats_url: String,
    /// The service's nkey seed; none for a server without accounts
    #[arg(long, value_name = "FILE", env = "ORDERMESH_NATS_SEED_FILE")]
    nats_seed_file: Option<PathBuf>,
    /// The database: sqlite://… or postgres://…
    #[arg(long, value_name = "URL", env = "ORDERMESH_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// A file that holds the database's URL, as a secret does
    #[arg(
        long,
        value_name = "FILE",
        env = "ORDERMESH_DATABASE_URL_FILE",
        conflicts_with = "database_url"
    )]
    database_url_file: Option<PathBuf>,
    /// Address on which probes and Prometheus are served
    #[arg(long, value_name = "ADDRESS", env = "ORDERMESH_HTTP", default_value = "127.0.0.1:8080")]
    http: SocketAddr,
    /// A TOML file with a table per service, and one named `mesh`
    #[arg(long, value_name = "FILE", env = "ORDERMESH_CONFIG")]
    config: Option<PathBuf>,
    /// Format of the logs
    #[arg(long, value_name = "FORMAT", env = "ORDERMESH_LOG_FORMAT", default_value = "text")]
    log_format: Format,
    /// End when standard input ends: for a parent that may be killed
    #[arg(long)]
    end_with_stdin: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// A service's `main`. `build` makes the service of its configuration file; `pages` is what it shows
/// over HTTP besides probes and metrics ([`no_pages`]).
///
/// Two lines on standard output report progress to a parent process: `listening http=…`, then `ready`.
pub fn main(
    name: &'static str,
    build: impl FnOnce(Option<&std::path::Path>) -> Result<AnyService, Invalid>,
    pages: impl FnOnce(DatabaseConnection) -> Router,
) -> ExitCode {
    let command = Cli::command().name(name);
    let matches = command.get_matches();
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => error.exit(),
    };
    let format = match cli.settings.log_format {
        Format::Text => LogFormat::Text,
        Format::Json => LogFormat::Json,
    };
    telemetry::log(format, LEVEL);
    // First of all: what is described or counted before is lost.
    let metrics = match telemetry::collect() {
        Ok(metrics) => metrics,
        Err(error) => {
            eprintln!("error: {}", chain(&error));
            return ExitCode::FAILURE;
        }
    };
    let ended = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let ended = ended.context("no asynchronous runtime could be started").and_then(|runtime| {
        runtime.block_on(async {
            let service = build(cli.settings.config.as_deref())?;
            match cli.command.unwrap_or(Command::Run) {
                Command::Run => serve(service, cli.settings, metrics, pages).await,
                Command::Migrate => migrate(&service, &cli.settings).await,
            }
        })
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// Nothing besides probes and metrics.
pub fn no_pages(_db: DatabaseConnection) -> Router {
    Router::new()
}

async fn migrate(service: &AnyService, settings: &Settings) -> Result<()> {
    let mesh: config::Mesh = config::load("mesh", config::DEFAULTS, settings.config.as_deref())?;
    let name = service.name();
    let db = db::connect(&settings.database_url()?, name, mesh.pool()).await?;
    db::migrate(service.migrations(), &db)
        .await
        .with_context(|| format!("{name}: the schema is not up to date"))?;
    tracing::info!(service = name, "the schema is up to date");
    Ok(db.close().await?)
}

async fn serve(
    service: AnyService,
    settings: Settings,
    metrics: PrometheusHandle,
    pages: impl FnOnce(DatabaseConnection) -> Router,
) -> Result<()> {
    let name = service.name();
    let mesh: config::Mesh = config::load("mesh", config::DEFAULTS, settings.config.as_deref())?;
    let (health, shutdown) = (Health::default(), CancellationToken::new());
    let database_url = settings.database_url()?;
    let shown = db::connect(&database_url, name, mesh.pool()).await?;
    let routes = pages(shown).merge(http::routes(health.clone(), metrics));
    let listener = TcpListener::bind(settings.http).await.with_context(|| {
        format!("HTTP cannot listen on {}: name another address", settings.http)
    })?;
    say(&format!("listening http=http://{}", listener.local_addr()?));
    let seed = settings.nats_seed_file.as_deref().map(read).transpose()?;
    let deps = run::Deps {
        nats_url: settings.nats_url.clone(),
        seed,
        database_url,
        config: mesh,
        health: health.clone(),
        shutdown: shutdown.clone(),
    };
    let probes =
        axum::serve(listener, routes).with_graceful_shutdown(shutdown.clone().cancelled_owned());
    let work = async {
        let ended = run::run(service, deps).await.map_err(anyhow::Error::from);
        shutdown.cancel();
        ended
    };
    let told = async {
        told_to_end(settings.end_with_stdin).await?;
        health.drain();
        shutdown.cancel();
        anyhow::Ok(())
    };
    let (ready, ended) = (said_when_ready(&health, &shutdown), shutdown.cancelled());
    let told = async {
        tokio::select! { told = told => told, () = ended => Ok(()) }
    };
    let (work, probes, told, ()) = tokio::join!(work, probes.into_future(), told, ready);
    work.and(told).and(probes.context("HTTP failed"))
}

async fn said_when_ready(health: &Health, shutdown: &CancellationToken) {
    tokio::select! {
        () = health.ready() => say("ready"),
        () = shutdown.cancelled() => {}
    }
}

/// Writes a line for the parent process and ignores one that is gone.
fn say(line: &str) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Ctrl-C, SIGTERM, or the end of standard input.
async fn told_to_end(with_stdin: bool) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (alive, closed) = oneshot::channel::<()>();
    if with_stdin {
        // A thread of its own: reading standard input cannot be cancelled.
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            drop(alive);
        });
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
        _ = closed, if with_stdin => {}
    }
    Ok(())
}

impl Settings {
    fn database_url(&self) -> Result<String> {
        match (&self.database_url, &self.database_url_file) {
            (Some(url), _) => Ok(url.clone()),
            (None, Some(file)) => read(file),
            (None, None) => bail!(
                "no database is named: give --database-url (sqlite://… or postgres://…) or \
                 --database-url-file"
            ),
        }
    }
}

fn read(path: &std::path::Path) -> Result<String> {
    let text = std::fs::read_to_string(path);
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim().to_owned())
}
