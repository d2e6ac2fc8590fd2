//! The location of a mesh's NATS: a child of `ordermesh up`, or servers that somebody else runs.

use std::fs;

use anyhow::{Context as _, Result};

use super::{
    folder::{Folder, write_atomically},
    server,
};

/// The file that records the servers that somebody else runs.
const RECORD: &str = "url";

/// The NATS of a folder's mesh.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    folder: Folder,
    url: String,
    own: bool,
}

impl Site {
    /// Returns the `named` servers, otherwise the recorded ones, otherwise the folder's own.
    ///
    /// # Errors
    /// Returns an error when none are named or recorded, and no mesh runs in the folder.
    pub fn find(folder: &Folder, named: Option<&str>) -> Result<Self> {
        let own = server::url_of(folder);
        let elsewhere = named.map(ToOwned::to_owned).or_else(|| Self::recorded(folder));
        match elsewhere.filter(|url| own.as_ref().ok() != Some(url)) {
            Some(url) => Ok(Self::elsewhere(folder, &url)),
            None => Ok(Self::own(folder, &own?)),
        }
    }

    /// Servers that somebody else runs; those of a cluster are separated by commas.
    #[must_use]
    pub fn elsewhere(folder: &Folder, url: &str) -> Self {
        Self { folder: folder.clone(), url: url.to_owned(), own: false }
    }

    /// The server that runs in the folder.
    #[must_use]
    pub fn own(folder: &Folder, url: &str) -> Self {
        Self { folder: folder.clone(), url: url.to_owned(), own: true }
    }

    #[must_use]
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns true if it is the folder's own server, which this program configures.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.own
    }

    /// Records the servers of somebody else, so that later commands on this folder find them.
    ///
    /// # Errors
    /// Returns an error when the folder cannot be written to.
    pub fn remember(&self) -> Result<()> {
        if self.own {
            return Ok(());
        }
        write_atomically(&self.folder.nats(RECORD), format!("{}\n", self.url).as_bytes())
    }

    /// Returns the recorded servers.
    #[must_use]
    pub fn recorded(folder: &Folder) -> Option<String> {
        let url = fs::read_to_string(folder.nats(RECORD)).ok()?;
        Some(url.trim().to_owned()).filter(|url| !url.is_empty())
    }

    /// Removes the record: the folder has a server of its own again.
    ///
    /// # Errors
    /// Returns an error when the file cannot be removed.
    pub fn forget(folder: &Folder) -> Result<()> {
        let file = folder.nats(RECORD);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", file.display()))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }
}
