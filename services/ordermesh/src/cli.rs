//! The command line: what each subcommand takes, and how its outcome is said.

mod decide;
mod demo;
mod dlq;
mod doctor;
mod exceptions;
mod export;
mod groups;
mod import;
mod outcome;
mod partner;
mod reconcile;
mod status;
mod topology;
mod trace;
mod up;

use std::{ffi::OsString, fmt::Display, path::PathBuf, process::ExitCode, str::FromStr};

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;
use serde::Serialize;
use strum::IntoEnumIterator;

use crate::{
    nats::{folder::Folder, site::Site},
    operator::Operator,
};

pub(crate) use outcome::Ended;

/// Keeps orders, inventory and finance in step.
#[derive(Debug, Parser)]
#[command(
    name = "ordermesh",
    version,
    about,
    help_template = groups::template::<Command>(),
    after_help = "Start here:\n  ordermesh demo                 a whole mesh with simulated partners, in about a minute\n  ordermesh up                   a mesh on ./ordermesh-data\n  ordermesh partner add acme --role buyer --customer C-100"
)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Whether the answer is JSON; each command takes the flag, among its own.
    #[arg(skip)]
    json: bool,
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
    #[command(flatten)]
    Decide(decide::Decide),
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

impl Cli {
    /// The command that the arguments ask for.
    ///
    /// # Errors
    /// With the exit code, when there is none to be run: what is wrong has been said, or the help.
    pub fn of(arguments: &[OsString]) -> Result<Self, ExitCode> {
        let json = outcome::wants_json(arguments);
        let command = Self::try_parse_from(arguments);
        command.map(|it| Self { json, ..it }).map_err(|error| outcome::not_run(&error, json))
    }

    /// Runs the command and says how it ended.
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
            Command::Decide(decide) => decide.run().await,
            Command::Export(export) => export.run().await,
            Command::Dlq(dlq) => dlq.run().await,
            Command::Topology(topology) => topology.run().await,
            Command::Doctor(doctor) => doctor.run().await,
        };
        outcome::end(ended, self.json)
    }
}

/// Prints an answer: JSON, or what `text` makes of it.
pub(crate) fn print<T: Serialize>(
    common: &Common,
    answer: &T,
    text: impl FnOnce(&T) -> String,
) -> anyhow::Result<()> {
    let line = if common.json { serde_json::to_string(answer)? } else { text(answer) };
    Ok(outcome::print_line(line.trim_end())?)
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
