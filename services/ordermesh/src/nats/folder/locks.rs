//! Locks on the folder, held by the operating system: they end with their process.

use std::{
    fs::{File, TryLockError},
    io::{Read as _, Seek as _, Write as _},
};

use anyhow::{Context as _, Result, bail};

use super::{Folder, private};

/// Held while a mesh runs in a folder; released on drop or at the end of the process.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Held while partners or the server's configuration change.
#[derive(Debug)]
pub struct PartnersLock {
    _file: File,
}

impl Folder {
    /// Locks the folder for one mesh.
    ///
    /// # Errors
    /// Returns an error when another process holds it; the error names the process.
    pub fn lock(&self) -> Result<FolderLock> {
        private::folder(self.root())?;
        let mut file = self.open_lock("lock")?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                file.rewind()?;
                write!(file, "{}", std::process::id())?;
                Ok(FolderLock { _file: file })
            }
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid)?;
                bail!(
                    "{} is in use by process {pid}: stop that mesh, or name another folder with \
                     --data-dir",
                    self.root().display()
                )
            }
            Err(TryLockError::Error(error)) => Err(error).context("cannot lock the data folder"),
        }
    }

    /// Waits for the lock on partners and the server's configuration.
    ///
    /// # Errors
    /// Returns an error when the lock file cannot be made.
    pub async fn lock_partners(&self) -> Result<PartnersLock> {
        let file = self.open_lock("partners.lock")?;
        let locked = tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await?;
        Ok(PartnersLock { _file: locked.context("cannot lock the partners of the data folder")? })
    }

    fn open_lock(&self, name: &str) -> Result<File> {
        let opened = private::file(&self.root().join(name));
        opened.with_context(|| format!("is {} a mesh's folder?", self.root().display()))
    }
}
