use std::{
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand, error::ErrorKind};
use jiff::civil::Date;
use serde::Serialize;

use super::{common::CommonArgs, outcome::Outcome, values::day};
use crate::{
    export::{self, Format, Row, Target, Totals},
    operator::Operator,
};

/// Write out what the mesh keeps, for other systems
#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// Write out the general-ledger journal, of invoicing and payment-apply together
    Journal(Journal),
}

/// Write out the general-ledger journal, of invoicing and payment-apply together
#[derive(Debug, Args)]
#[command(
    long_about = "Writes every journal entry of both services that post, a line for each debit \
        and credit, by date, source and entry. It is read from the services' own books, so it goes \
        back to the first day, and it holds what ERPs were sent as `journal` documents.\n\n\
        The last line on stderr gives the number of entries and the totals of each currency. \
        Exit 0 if every entry balances; otherwise 1, naming the entries that do not.",
    after_help = "Examples:\n  \
        ordermesh export journal --from 2026-03-01 --to 2026-03-31 --output march.csv\n  \
        ordermesh export journal --format jsonl > journal.jsonl\n  \
        ordermesh export journal --from 2026-03-01 --json       totals and lines, one JSON value"
)]
pub(crate) struct Journal {
    #[command(flatten)]
    common: CommonArgs,
    /// The first day, such as 2026-03-01 [default: the first there is]
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<Date>,
    /// The last day, included [default: the last there is]
    #[arg(long, value_name = "DATE", value_parser = day)]
    to: Option<Date>,
    /// The format of the lines [default: csv]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Write to this file, when all of it is there, instead of stdout
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// The value that `--json` prints.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    balanced: bool,
    #[serde(flatten)]
    totals: &'a Totals,
    /// The file with the lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    output: Option<&'a Path>,
    /// The lines themselves, where no file was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    lines: Option<&'a [Row]>,
}

impl Export {
    pub async fn run(self) -> Result<Outcome> {
        match self {
            Self::Journal(journal) => journal.run().await,
        }
    }
}

impl Journal {
    async fn run(self) -> Result<Outcome> {
        self.check()?;
        let operator = self.common.operator().await?;
        let mut lines = self.lines_in_answer().then(Vec::new);
        let totals = match (&self.output, &mut lines) {
            (Some(file), _) => self.to_file(&operator, file).await?,
            (None, Some(lines)) => {
                let keep = |row| {
                    lines.push(row);
                    Ok(())
                };
                export::journal(&operator, (self.from, self.to), keep).await?
            }
            (None, None) => {
                match self.to(&operator, BufWriter::new(std::io::stdout().lock())).await {
                    Err(error) if export::is_enough(&error) => return Ok(Outcome::Success),
                    totals => totals?,
                }
            }
        };
        if self.common.json {
            let (output, lines) = (self.output.as_deref(), lines.as_deref());
            let answer = Answer { balanced: totals.balanced(), totals: &totals, output, lines };
            self.common.print(&answer, |_| String::new())?;
        }
        eprintln!("{totals}");
        Ok(if totals.balanced() { Outcome::Success } else { Outcome::Failure })
    }

    /// Checks that the arguments do not contradict each other.
    fn check(&self) -> Result<()> {
        let wrong = |kind, text: String| Err(clap::Error::raw(kind, text).into());
        if let (Some(from), Some(to)) = (self.from, self.to)
            && from > to
        {
            return wrong(ErrorKind::ValueValidation, format!("--from {from} is after --to {to}"));
        }
        if self.lines_in_answer() && self.format.is_some() {
            let text = "--json prints the lines in its one JSON value; with --format, say --output";
            return wrong(ErrorKind::ArgumentConflict, text.to_owned());
        }
        Ok(())
    }

    fn lines_in_answer(&self) -> bool {
        self.common.json && self.output.is_none()
    }

    async fn to_file(&self, operator: &Operator, file: &Path) -> Result<Totals> {
        let mut target = Target::open(file)?;
        let written = self.to(operator, BufWriter::new(&mut target)).await;
        let totals = written.with_context(|| format!("{} was not written", file.display()))?;
        target.finish()?;
        Ok(totals)
    }

    async fn to(&self, operator: &Operator, out: impl Write) -> Result<Totals> {
        let mut rows = self.format.unwrap_or(Format::Csv).begin(out)?;
        let days = (self.from, self.to);
        let totals = export::journal(operator, days, |row| rows.write(&row)).await?;
        rows.finish()?;
        Ok(totals)
    }
}
