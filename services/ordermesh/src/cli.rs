//! The command line: the arguments of each subcommand, and the report of its outcome.

mod common;
mod demo;
mod dlq;
mod doctor;
mod exceptions;
mod export;
mod groups;
mod import;
mod operator_command;
mod outcome;
mod partner;
mod reconcile;
mod status;
mod topology;
mod trace;
mod up;
mod values;

use std::{ffi::OsString, process::ExitCode};

use clap::{Parser, Subcommand};

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
    /// True if the answer must be JSON. Each command declares the flag among its own.
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
    Operator(operator_command::OperatorCommand),
    /// Write out what the mesh keeps, for other systems
    #[command(subcommand)]
    Export(export::Export),
    /// Make and check what the mesh needs of a NATS that somebody else runs
    #[command(subcommand)]
    Topology(topology::Topology),
    /// Check everything that a mesh needs, and say how to mend it
    Doctor(doctor::Doctor),
}

impl Cli {
    /// Parses the arguments.
    ///
    /// # Errors
    /// Returns the exit code when there is no command to run; the help, or what is wrong, is
    /// already printed.
    pub fn of(arguments: &[OsString]) -> Result<Self, ExitCode> {
        let json = outcome::wants_json(arguments);
        let command = Self::try_parse_from(arguments);
        command.map(|it| Self { json, ..it }).map_err(|error| outcome::not_run(&error, json))
    }

    /// Runs the command and reports its outcome.
    pub async fn run(self) -> ExitCode {
        let outcome = match self.command {
            Command::Up(up) => up.run().await,
            Command::Demo(demo) => demo.run().await,
            Command::Partner(partner) => partner.run().await,
            Command::Import(import) => import.run().await,
            Command::Trace(trace) => trace.run().await,
            Command::Status(status) => status.run().await,
            Command::Reconcile(reconcile) => reconcile.run().await,
            Command::Exceptions(exceptions) => exceptions.run().await,
            Command::Operator(command) => command.run().await,
            Command::Export(export) => export.run().await,
            Command::Dlq(dlq) => dlq.run().await,
            Command::Topology(topology) => topology.run().await,
            Command::Doctor(doctor) => doctor.run().await,
        };
        outcome::end(outcome, self.json)
    }
}
