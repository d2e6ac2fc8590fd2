//! The command line: what each subcommand takes, and how its outcome is said.

mod close_period;
mod demo;
mod dlq;
mod doctor;
mod exceptions;
mod export;
mod import;
mod partner;
mod reconcile;
mod status;
mod topology;
mod trace;
mod up;

use std::{fmt::Display, io::Write as _, path::PathBuf, process::ExitCode, str::FromStr};

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;
use serde::Serialize;
use strum::IntoEnumIterator;

use crate::{
    nats::{folder::Folder, site::Site},
    operator::Operator,
};

/// Keeps orders, inventory and finance in step.
#[derive(Debug, Parser)]
#[command(
    name = "ordermesh",
    version,
    about,
    after_help = "Start here:\n  ordermesh demo                 a whole mesh with simulated partners, in about a minute\n  ordermesh up                   a mesh on ./ordermesh-data\n  ordermesh partner add acme --role buyer --customer C-100"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the whole mesh in this process, with its own nats-server
    Up(up::Up),
    /// Run a mesh in a temporary folder with simulated partners, and reconcile its books
    Demo(demo::Demo),
    /// Read master data and stock from files and send them as the partner `erp`
    Import(import::Import),
    /// Make and change partners
    #[command(subcommand)]
    Partner(Box<partner::Partner>),
    /// Show what happened to one order
    Trace(trace::Trace),
    /// Show how the mesh stands
    Status(status::Status),
    /// Compare the books of all services; exit 1 when they do not agree
    Reconcile(reconcile::Reconcile),
    /// List what somebody has to look at, say who does, and settle it
    Exceptions(exceptions::Exceptions),
    /// Look at dead letters
    #[command(subcommand)]
    Dlq(dlq::Dlq),
    /// Close the books of billing: nothing is dated on or before a day any more
    ClosePeriod(close_period::Close),
    /// Write out what the mesh keeps, for other systems
    #[command(subcommand)]
    Export(export::Export),
    /// Make and check what the mesh needs of a NATS that somebody else runs
    #[command(subcommand)]
    Topology(topology::Topology),
    /// Check everything that a mesh needs, and say how to mend it
    Doctor(doctor::Doctor),
}

/// Where a mesh lives, and how to answer.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// The mesh's folder
    #[arg(
        long,
        value_name = "DIR",
        default_value = "./ordermesh-data",
        env = "ORDERMESH_DATA_DIR"
    )]
    pub data_dir: PathBuf,
    /// The NATS that somebody else runs; servers of a cluster are separated by commas [default: the
    /// one that this folder was told of by `up` or `topology apply`, else its own]
    #[arg(long, value_name = "URL", env = "ORDERMESH_NATS_URL")]
    pub nats_url: Option<String>,
    /// Print exactly one JSON value on stdout; words go to stderr
    #[arg(long)]
    pub json: bool,
}

impl Common {
    /// Connects to the mesh as its operator.
    pub async fn operator(&self) -> anyhow::Result<Operator> {
        Operator::of_folder(&self.data_dir, self.nats_url.as_deref()).await
    }

    /// The mesh's NATS.
    pub fn site(&self) -> anyhow::Result<Site> {
        Site::find(&Folder::at(&self.data_dir)?, self.nats_url.as_deref())
    }
}

/// How a command ended, besides errors.
pub(crate) enum Ended {
    /// As hoped.
    Well,
    /// It works, and the answer is no: books that do not balance, a failed check.
    Badly,
    /// There is no such thing.
    NotFound,
}

impl Cli {
    /// Runs the command. Exit codes: 0 well, 1 badly or an error, 2 wrong usage, 3 not found.
    pub async fn run(self) -> ExitCode {
        let ended = match self.command {
            Command::Up(up) => up.run().await,
            Command::Demo(demo) => demo.run().await,
            Command::Partner(partner) => partner.run().await,
            Command::Import(import) => import.run().await,
            Command::Trace(trace) => trace.run().await,
            Command::Status(status) => status.run().await,
            Command::Reconcile(reconcile) => reconcile.run().await,
            Command::Exceptions(exceptions) => exceptions.run().await,
            Command::ClosePeriod(close) => close.run().await,
            Command::Export(export) => export.run().await,
            Command::Dlq(dlq) => dlq.run().await,
            Command::Topology(topology) => topology.run().await,
            Command::Doctor(doctor) => doctor.run().await,
        };
        match ended {
            Ok(Ended::Well) => ExitCode::SUCCESS,
            Ok(Ended::Badly) => ExitCode::FAILURE,
            Ok(Ended::NotFound) => ExitCode::from(3),
            Err(error) => {
                // The whole chain, once.
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }
        }
    }
}

/// Prints an answer: JSON, or what `text` makes of it.
pub(crate) fn print<T: Serialize>(
    common: &Common,
    answer: &T,
    text: impl FnOnce(&T) -> String,
) -> anyhow::Result<()> {
    let line = if common.json { serde_json::to_string(answer)? } else { text(answer) };
    let mut stdout = std::io::stdout().lock();
    match writeln!(stdout, "{}", line.trim_end()) {
        // Whoever read us has seen enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// A day, for clap.
pub(crate) fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "a date is written as 2026-03-31".to_owned())
}

/// One of a closed set of words, for clap.
pub(crate) fn one_of<T: IntoEnumIterator + FromStr + Display>(text: &str) -> Result<T, String> {
    let words = || T::iter().map(|word| word.to_string()).collect::<Vec<_>>().join(", ");
    text.parse().map_err(|_| format!("`{text}` is none of {}", words()))
}
