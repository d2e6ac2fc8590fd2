use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

/// The folder of a run.
pub(super) enum RunFolder {
    Named(PathBuf),
    Kept(PathBuf),
    Gone(TempDir),
}

impl RunFolder {
    pub fn new(data_dir: Option<&Path>, keep: bool) -> Result<Self> {
        if let Some(folder) = data_dir {
            let there = std::fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some());
            if there {
                bail!(
                    "{} is not empty: a run begins with an empty folder; name another one",
                    folder.display()
                );
            }
            return Ok(Self::Named(folder.to_owned()));
        }
        let made = tempfile::Builder::new().prefix("ordermesh-demo-").tempdir();
        let made = made.context("no temporary folder can be made; name one with --data-dir")?;
        Ok(if keep { Self::Kept(made.keep()) } else { Self::Gone(made) })
    }

    pub fn path(&self) -> &Path {
        match self {
            Self::Named(path) | Self::Kept(path) => path,
            Self::Gone(folder) => folder.path(),
        }
    }

    pub fn hint(&self) -> String {
        match self {
            Self::Named(path) | Self::Kept(path) => {
                format!("the run did not end; its folder is {}", path.display())
            }
            Self::Gone(_) => "the run did not end; keep its folder with --keep".to_owned(),
        }
    }

    /// Returns the folder if it is kept, and removes it otherwise.
    pub fn end(self) -> Option<PathBuf> {
        match self {
            Self::Named(path) | Self::Kept(path) => Some(path),
            Self::Gone(folder) => {
                // The system removes what cannot be removed now.
                let _ = folder.close();
                None
            }
        }
    }
}
