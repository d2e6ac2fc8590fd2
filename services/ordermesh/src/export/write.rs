//! Rows as text: CSV or one JSON object per line.

use std::io::Write;

use anyhow::Result;
use clap::ValueEnum;

use super::rows::{HEADER, Row};

/// The format of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Comma-separated, with a header
    Csv,
    /// One JSON object per line
    Jsonl,
}

/// Writes rows, after whatever the format begins with.
pub(crate) enum Rows<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Jsonl(W),
}

impl Format {
    /// Begins to write.
    ///
    /// # Errors
    /// Returns an error when nothing can be written.
    pub(crate) fn begin<W: Write>(self, out: W) -> Result<Rows<W>> {
        Ok(match self {
            Self::Csv => {
                // The header is written even if there are no rows.
                let mut csv = csv::WriterBuilder::new().has_headers(false).from_writer(out);
                csv.write_record(HEADER)?;
                Rows::Csv(Box::new(csv))
            }
            Self::Jsonl => Rows::Jsonl(out),
        })
    }
}

impl<W: Write> Rows<W> {
    /// Writes a row.
    ///
    /// # Errors
    /// Returns an error when it cannot be written.
    pub(crate) fn write(&mut self, row: &Row) -> Result<()> {
        match self {
            Self::Csv(csv) => csv.serialize(row)?,
            Self::Jsonl(out) => {
                serde_json::to_writer(&mut *out, row)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    }

    /// Writes what is still buffered.
    ///
    /// # Errors
    /// Returns an error when it cannot be written.
    pub(crate) fn finish(mut self) -> Result<()> {
        match &mut self {
            Self::Csv(csv) => csv.flush()?,
            Self::Jsonl(out) => out.flush()?,
        }
        Ok(())
    }
}
