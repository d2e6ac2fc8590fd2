//! The command: rounds of every variant in turn, then what they come to.

mod figures;
mod memory;
mod postgres;
mod report;
mod round;
mod signals;
#[cfg(test)]
mod tests;
mod tree;
mod up;
mod variant;

use std::{
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;

use self::{report::Report, signals::Signals, variant::Variant};

/// Measure what an order costs on SQLite and on PostgreSQL, in one run
#[derive(Debug, Parser)]
#[command(
    name = "bench",
    long_about = "Starts a mesh in a temporary folder, lets `ordermesh demo --attach` play on it as \
        a process of its own, and reads from /proc what every process used meanwhile, children \
        that ended included. Variants take turns, so that what else the machine does hits all of \
        them; the figures are medians over the rounds.\n\n\
        PostgreSQL is started for it, with the settings it has in production (fsync, \
        synchronous_commit and full_page_writes are on, or nothing is measured). SQLite has no \
        process: its work is in the services' figures.\n\n\
        Exit 0 when every run ended with books that balance, 1 when not.",
    after_help = "Temporary folders are made where TMPDIR says: what is measured depends on the disk there."
)]
struct Options {
    /// Orders of every run
    #[arg(long, value_name = "N", default_value_t = 1000,
        value_parser = clap::value_parser!(u32).range(1..))]
    orders: u32,
    /// Seed of the random source: the same seed, the same orders
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Runs of every variant
    #[arg(long, value_name = "N", default_value_t = 3,
        value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Variants to measure, in this order
    #[arg(long = "variant", value_name = "NAME", value_enum, value_delimiter = ',',
        default_values_t = [Variant::OneProcess, Variant::Sqlite, Variant::Postgres])]
    variants: Vec<Variant>,
    /// Folder of `ordermesh` and the services' programs [default: beside this one]
    #[arg(long, value_name = "DIR")]
    programs: Option<PathBuf>,
    /// Print exactly one JSON value on stdout; words go to stderr
    #[arg(long)]
    json: bool,
}

/// Measures, as the command line says.
pub(crate) fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    let program = program(options.programs.as_deref())?;
    let mut signals = Signals::new()?;
    let mut rounds = Vec::new();
    for round in 1..=options.rounds {
        for variant in &options.variants {
            eprintln!("round {round} of {}: {variant}", options.rounds);
            let (orders, seed) = (options.orders, options.seed);
            let played = round::play(&program, *variant, orders, seed, &mut signals);
            let played = played.with_context(|| format!("round {round}, {variant}"))?;
            eprintln!("  {} orders per second", played.orders_per_second());
            rounds.push(played);
        }
    }
    let report = Report::of(options.orders, options.seed, rounds);
    let text =
        if options.json { serde_json::to_string_pretty(&report)? } else { report.to_string() };
    writeln!(std::io::stdout().lock(), "{text}").context("the figures cannot be written")
}

/// The program `ordermesh`; what it starts is looked for beside it.
fn program(folder: Option<&Path>) -> Result<PathBuf> {
    let own = std::env::current_exe()?;
    let program = match folder {
        Some(folder) => folder.join("ordermesh"),
        None => own.with_file_name("ordermesh"),
    };
    ensure!(
        program.is_file(),
        "{} is not there: build it with `cargo build --release --workspace --bins`",
        program.display()
    );
    Ok(program)
}
