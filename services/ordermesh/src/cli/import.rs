use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use super::{common::CommonArgs, outcome::Outcome};
use crate::import;

/// Read master data and stock from files and send them as the partner `erp`
#[derive(Debug, Args)]
#[command(
    long_about = "Reads every file of a folder, checks all of it, and reports everything that \
        is wrong at once, by file and line. If nothing is wrong, it sends the documents as the \
        partner `erp` through its own subjects, and waits for the answer to each.\n\n\
        The same document has the same ids whenever it is imported: importing a folder again \
        changes nothing.",
    after_help = "The files and their columns: ordermesh import --help",
    after_long_help = import::columns_help()
)]
pub(crate) struct Import {
    #[command(flatten)]
    common: CommonArgs,
    /// The folder with the files
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Check everything and send nothing; no mesh is needed
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub async fn run(self) -> Result<Outcome> {
        if !self.folder.is_dir() {
            return Ok(Outcome::NotFound(format!("there is no folder {}", self.folder.display())));
        }
        let mut import = import::Import::read(&self.folder, self.dry_run)?;
        if import.is_sendable() {
            import.send(&self.common.site()?, &self.common.operator().await?).await?;
        }
        let report = import.into_report();
        self.common.print(&report, ToString::to_string)?;
        Ok(if report.well { Outcome::Success } else { Outcome::Failure })
    }
}
